struct list_t {
    bit<8> head;
    list_t tail;
}
