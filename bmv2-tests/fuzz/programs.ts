/** The programs that are broken, or that get broken packets: one for each part of the switch, and moor's own pipeline. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { IS_LONG } from './settings.ts';

const FEW = ['checksum-update', 'parser-stack', 'parser-union', 'table-ternary'];
const MORE = [
  'assert-and-log',
  'clone-ingress-fields',
  'digest',
  'hash-range',
  'meter-green',
  'multicast',
  'parser-lookahead',
  'parser-varbit',
  'program-acl',
  'program-ecmp',
  'program-learning',
  'random',
  'recirculate',
  'register-count',
  'resubmit',
  'saturating-signed',
  'switch-action-run',
  'table-const-entries',
  'table-lpm',
  'table-range',
  'wide-128',
];

/** BMv2 JSON by the name of the program, as text. */
export function fuzzPrograms(): ReadonlyMap<string, string> {
  const names = IS_LONG ? [...FEW, ...MORE] : FEW;
  const compiled = names.map((name): [string, string] => [name, compile(`bmv2-tests/programs/${name}.p4`)]);
  return new Map([...compiled, ['pipeline', readFileSync('p4/golden/v1model.json', 'utf8')]]);
}

function compile(path: string): string {
  const front = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [join('bmv2-tests/programs')],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  if (json === undefined) throw new Error(`${path} does not compile`);
  return JSON.stringify(json);
}
