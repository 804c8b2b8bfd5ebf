control c0() { apply { } }
control c1() { c0() a; c0() b; apply { a.apply(); b.apply(); } }
control c2() { c1() a; c1() b; apply { a.apply(); b.apply(); } }
control c3() { c2() a; c2() b; apply { a.apply(); b.apply(); } }
control c4() { c3() a; c3() b; apply { a.apply(); b.apply(); } }
control c5() { c4() a; c4() b; apply { a.apply(); b.apply(); } }
control c6() { c5() a; c5() b; apply { a.apply(); b.apply(); } }
control c7() { c6() a; c6() b; apply { a.apply(); b.apply(); } }
control c8() { c7() a; c7() b; apply { a.apply(); b.apply(); } }
control c9() { c8() a; c8() b; apply { a.apply(); b.apply(); } }
control c10() { c9() a; c9() b; apply { a.apply(); b.apply(); } }
control c11() { c10() a; c10() b; apply { a.apply(); b.apply(); } }
control c12() { c11() a; c11() b; apply { a.apply(); b.apply(); } }
control c13() { c12() a; c12() b; apply { a.apply(); b.apply(); } }
control c14() { c13() a; c13() b; apply { a.apply(); b.apply(); } }
control c15() { c14() a; c14() b; apply { a.apply(); b.apply(); } }
control c16() { c15() a; c15() b; apply { a.apply(); b.apply(); } }
control c17() { c16() a; c16() b; apply { a.apply(); b.apply(); } }
control c18() { c17() a; c17() b; apply { a.apply(); b.apply(); } }
control c19() { c18() a; c18() b; apply { a.apply(); b.apply(); } }
control C();
package Top(C c);
Top(c19()) main;
