/** The pipeline with a `flows` that keeps hashes of tuples, as Tofino's does: what the control plane sees is the same. */

import { readFileSync } from 'node:fs';
import { nodeFileSystem } from '../../codegen/library.ts';
import { type CompiledProgram, compileProgram, V1MODEL_PATH } from '../harness/pipeline-program.ts';

type Edit = { readonly file: string; readonly what: RegExp; readonly by: string };

const KEYS = ['source', 'destination', 'source_port', 'destination_port', 'protocol'];
const WIDTHS = [128, 128, 16, 16, 8];

const EDITS: readonly Edit[] = [
  {
    file: 'targets/v1model/shim.p4',
    what: /control FlowCollisions\([^)]*\) \{\s*apply \{\}\s*\}/,
    by: readFileSync('bmv2-tests/collisions/flow-collisions.p4', 'utf8'),
  },
  {
    file: 'targets/v1model/metadata.p4',
    what: /struct metadata_t \{/,
    by: 'struct metadata_t {\n    bit<8> flow_hash;',
  },
  {
    // Every field of the key is the hash, in the field's width.
    file: 'stages/sessions.p4',
    what: /(?<=table flows \{\s*)key = \{[^}]*\}/,
    by: `key = {\n${KEYS.map(
      (name, index) => `bit_${WIDTHS[index]}(metadata.flow_hash) : exact @name("${name}");`,
    )
      .join('\n')
      .replaceAll(/bit_(\d+)/g, '(bit<$1>)')}\n}`,
  },
];

let made: CompiledProgram | undefined;

/** Compiled once a process. @throws Error where a part of the pipeline that is to be exchanged is not there. */
export function hashedPipeline(): CompiledProgram {
  made ??= compileProgram(V1MODEL_PATH, {
    ...nodeFileSystem,
    readFile: (path) => {
      const text = nodeFileSystem.readFile(path);
      const edit = EDITS.find(({ file }) => path.endsWith(file));
      if (text === undefined || edit === undefined) return text;
      if (!edit.what.test(text)) throw new Error(`${path} has no ${edit.what.source}`);
      return text.replace(edit.what, () => edit.by);
    },
  });
  return made;
}
