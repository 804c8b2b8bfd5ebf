#define PAIR(a, a) a + a
