#if 10 / 0
#endif
