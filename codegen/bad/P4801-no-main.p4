#include <v1model.p4>

header byte_t {
    bit<8> value;
}
