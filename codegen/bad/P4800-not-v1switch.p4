#include <core.p4>

control Only();
package OneControl(Only only);

control Nothing() {
    apply {}
}

OneControl(Nothing()) main;
