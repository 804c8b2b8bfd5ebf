/** Annotations (specification §20): the examples of the chapter, right and wrong. */

import { accepts, finds } from './verdicts.ts';

accepts(
  'structured annotations',
  `#define TEXT_CONST "hello"
#define NUM_CONST 6
@Empty[] @MixedExprList[1,TEXT_CONST,true,1==2,5+NUM_CONST] @Labels[short="Short Label", hover="My Longer" ++ "x"] @MixedKV[label="text", my_bool=true, int_val=2*3] @my_anno(1) @my_anno(2) @anything(a b ( c , ) 8w3 ; {) const bit<8> x = 1;`,
);

finds('mixing', `@IllegalMixing[key=4, «5»] const bit<8> x = 1;`, 'P4060');

finds('dup key', `@DupKey[k1=4,«k1=5»] const bit<8> x = 1;`, 'P4585');

finds('dup anno', `@DupAnno[k1=4] «@DupAnno[k2=5]» const bit<8> x = 1;`, 'P4587');

finds('mix anno', `@MixAnno("Anything") «@MixAnno[k2=5]» const bit<8> x = 1;`, 'P4587');

finds('struct in annotation', `@A[«{1, 2}»] const bit<8> x = 1;`, 'P4586');

finds('fixed width annotation', `@A[«8w1»] const bit<8> x = 1;`, 'P4586');

finds(
  'name twice',
  `#include <core.p4>
control c() { action a() {} @name("x") «@name("y")» table t { actions = { a; } default_action = a; } apply { t.apply(); } }`,
  'P4588',
);

finds(
  'name no arg',
  `#include <core.p4>
control c() { action a() {} «@name» table t { actions = { a; } default_action = a; } apply { t.apply(); } }`,
  'P4583',
);

finds(
  'name and hidden',
  `#include <core.p4>
control c() { action a() {} @name("x") «@hidden» table t { actions = { a; } default_action = a; } apply { t.apply(); } }`,
  'P4588',
);

accepts('unknown annotation', `@unheard_of(3) const bit<8> x = 1;`);

finds('deprecated', `«@deprecated» extern void f();`, 'P4583');

finds('noWarn', `«@noWarn(3)» const bit<8> x = 1;`, 'P4583');

finds(
  'hidden body',
  `#include <core.p4>
control c() { action a() {} «@hidden(3)» table t { actions = { a; } default_action = a; } apply { t.apply(); } }`,
  'P4589',
);
