#include <core.p4>
struct key_t {
    @match(trnary) bit<8> x;
}
