#define SIZE 1024
#define SIZE 2048
const bit<16> size = SIZE;
