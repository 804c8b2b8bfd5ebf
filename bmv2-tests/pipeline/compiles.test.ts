/** The pipeline compiles for v1model: no errors, and all tables that the control plane counts on. */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { makeP4Info } from '../../codegen/backends/p4info/index.ts';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { EVENTS } from '../../controller/pipeline/flows.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import {
  GOLDEN_P4INFO,
  GOLDEN_PROGRAM,
  GOLDEN_TNA_P4INFO,
  goldenP4Info,
  goldenProgram,
  goldenTnaP4Info,
  PIPELINE_BINDINGS,
  pipelineBindings,
} from '../../scripts/regenerate/pipeline.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';

const PATH = 'p4/targets/v1model/main.p4';

test('the pipeline compiles for v1model', (t) => {
  const front = compileFrontEnd(new SourceFile(PATH, readFileSync(PATH, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  t.not(compileBmv2(front), undefined);
  const made = makeP4Info(front);
  t.deepEqual(
    front.sink.diagnostics.map(({ code, message }) => `${code} ${message}`),
    [],
  );
  t.deepEqual(made?.p4info.tables.map((table) => table.preamble?.name).sort(), [
    'admission',
    'announced_flows',
    'bindings',
    'flows',
    'local_addresses',
    'neighbors',
    'ports',
    'routes',
    'selection',
    'servers',
    'services',
    'signalling_sessions',
    'signalling_taps',
    'translations_back',
    'virtual_sources',
  ]);
});

// Its P4Runtime server says "Error when importing p4info" to a digest with a field of an enum.
test('digests have only fields that simple_switch_grpc takes: bit<W>', (t) => {
  const { digests } = buildSchema(v1modelPipeline().p4info);
  for (const { name, type } of digests.all) {
    if (type.kind !== 'struct') t.fail(`${name} is no struct`);
    else for (const field of type.fields) t.is(field.type.kind, 'bit', `${name}.${field.name}`);
  }
});

test('events of flows are those of ids.p4', (t) => {
  const [, body = ''] =
    /enum bit<8> event_t \{([^}]*)\}/.exec(readFileSync('p4/include/ids.p4', 'utf8')) ?? [];
  const events = [...body.matchAll(/(\w+) = (\d+)/g)].map(([, name, value]) => [Number(value), name]);
  t.deepEqual([...EVENTS].map(String), events.filter(([value]) => value !== 0).map(String));
});

for (const [file, make] of [
  [GOLDEN_PROGRAM, goldenProgram],
  [GOLDEN_P4INFO, goldenP4Info],
  [GOLDEN_TNA_P4INFO, goldenTnaP4Info],
  [PIPELINE_BINDINGS, pipelineBindings],
] as const) {
  test(`${file} is what the pipeline compiles to (npm run regenerate)`, (t) => {
    t.true(readFileSync(file, 'utf8') === make(), `${file} differs: npm run regenerate`);
  });
}
