/**
 * Topologies as files of JSON: what there is, where the switch stands, what the controller is told, and what runs where. The
 * runner over namespaces (`lab-world.ts`) and Mininet (`bmv2-tests/mininet`) read the same ones.
 */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Namespace } from './namespaces.ts';

const INTERFACE = z.strictObject({
  linkAddress: z.string().optional(),
  addresses: z.array(z.string()).optional(),
  master: z.string().optional(),
  mtu: z.number().optional(),
});

const NAMESPACE = z.strictObject({
  forwards: z.boolean().optional(),
  bridges: z.array(z.string()).optional(),
  interfaces: z.record(z.string(), INTERFACE),
  routes: z
    .array(z.strictObject({ prefix: z.string(), via: z.string().optional(), interface: z.string() }))
    .optional(),
});

const TOPOLOGY = z.strictObject({
  description: z.string(),
  namespaces: z.record(z.string(), NAMESPACE),
  links: z.array(z.tuple([z.string(), z.string()])),
  /** Where the switch is, and its interfaces by port. */
  switch: z.strictObject({ namespace: z.string(), ports: z.record(z.string(), z.string()) }),
  /** moor.yaml, but for `state`, `listen` and the targets of its switches. */
  controller: z.looseObject({
    switches: z.array(z.looseObject({ name: z.string() })),
    services: z.array(z.looseObject({ name: z.string(), servers: z.array(z.string()) })),
    servers: z.array(z.looseObject({ name: z.string() })),
    neighbors: z.array(z.looseObject({ name: z.string() })),
  }),
  /** Nodes of the lab by name (`nodes.ts`); %directory% stands for that of the run. */
  nodes: z.record(
    z.string(),
    z.strictObject({ namespace: z.string(), settings: z.looseObject({ kind: z.string() }) }),
  ),
  /** Other programs, with the Debian package that has them, and files that they find in %directory%. */
  programs: z
    .record(
      z.string(),
      z.strictObject({
        namespace: z.string(),
        command: z.array(z.string()).min(1),
        package: z.string(),
        files: z.record(z.string(), z.array(z.string())).optional(),
      }),
    )
    .optional(),
  /** Commands that succeed when all is well, and what they print then. */
  checks: z.array(
    z.strictObject({ namespace: z.string(), command: z.array(z.string()).min(1), expect: z.string() }),
  ),
});

export type TopologyFile = z.infer<typeof TOPOLOGY>;

/** The topology is wrong: where, and what. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
}

/** Reads a topology. @throws TopologyError; what the file system throws. */
export function readTopology(file: string): TopologyFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) throw problem;
    throw new TopologyError(`${file}: ${problem.message}`);
  }
  const parsed = TOPOLOGY.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new TopologyError(`${file}: ${first?.path.join('.')}: ${first?.message}`);
  }
  const problem = problemOf(parsed.data);
  if (problem !== undefined) throw new TopologyError(`${file}: ${problem}`);
  return parsed.data;
}

/** What names something that is not there. */
function problemOf({ namespaces, links, switch: own, nodes, programs = {}, checks }: TopologyFile) {
  const isThere = (name: string, interfaceName: string) =>
    namespaces[name]?.interfaces[interfaceName] !== undefined;
  const seen = new Set<string>();
  for (const end of links.flat()) {
    const [name = '', interfaceName = ''] = end.split(':');
    if (!isThere(name, interfaceName)) return `links: there is no ${end}`;
    if (seen.has(end)) return `links: ${end} is an end of two`;
    seen.add(end);
  }
  for (const [port, interfaceName] of Object.entries(own.ports)) {
    if (!isThere(own.namespace, interfaceName)) return `switch: port ${port} has no ${interfaceName}`;
  }
  for (const { namespace } of [...Object.values(nodes), ...Object.values(programs), ...checks]) {
    if (namespaces[namespace] === undefined) return `there is no namespace ${namespace}`;
  }
  return undefined;
}

/** The namespaces, without what is undefined. */
export function namespacesOf(topology: TopologyFile): Readonly<Record<string, Namespace>> {
  // JSON knows no undefined; that is what the stricter type says.
  return JSON.parse(JSON.stringify(topology.namespaces));
}
