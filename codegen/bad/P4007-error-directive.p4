#ifndef TARGET
#error TARGET must be defined, as in -D TARGET=1
#endif
