/** `pkg_info`: what the annotations of `main` say (P4Runtime, "Annotating P4 code with PkgInfo"). */

import type { PkgInfo, PlatformProperties } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { PackageInstance } from '../../evaluate/index.ts';
import type { Annotation } from '../../syntax/ast.ts';
import { type KeyAndValue, pairsOf } from './annotation-values.ts';
import { describeAnnotations } from './annotations.ts';
import type { P4InfoContext } from './context.ts';

const STRING_KEYS: readonly string[] = ['name', 'version', 'organization', 'contact', 'url'];

const NUMBER_KEYS: readonly string[] = [
  'multicast_group_table_size',
  'multicast_group_table_total_replicas',
  'multicast_group_table_max_replicas_per_entry',
];

export function makePackageInfo(context: P4InfoContext, { origin }: PackageInstance): PkgInfo {
  const annotations = origin.kind === 'Instantiation' ? origin.annotations : [];
  const described = describeAnnotations(context.checked, context.sink, annotations, [
    'pkginfo',
    'platform_property',
  ]);
  // Written as @pkginfo[…] or @platform_property[…] they are the same.
  const structuredAnnotations = described.structuredAnnotations.filter(
    ({ name }) => name !== 'pkginfo' && name !== 'platform_property',
  );
  const strings = readKeys(context, annotations, 'pkginfo', STRING_KEYS);
  const text = (key: string): string => {
    const value = strings.get(key);
    return typeof value === 'string' ? value : '';
  };
  return {
    name: text('name'),
    version: text('version'),
    doc: described.doc,
    annotations: described.annotations,
    annotationLocations: [],
    arch: context.architecture.name,
    organization: text('organization'),
    contact: text('contact'),
    url: text('url'),
    structuredAnnotations,
    platformProperties: platformProperties(context, annotations),
  };
}

function platformProperties(
  context: P4InfoContext,
  annotations: readonly Annotation[],
): PlatformProperties | undefined {
  if (!annotations.some(({ name }) => name.name === 'platform_property')) return undefined;
  const numbers = readKeys(context, annotations, 'platform_property', NUMBER_KEYS);
  const number = (key: string): number => {
    const value = numbers.get(key);
    return typeof value === 'bigint' ? Number(value) : 0;
  };
  return {
    multicastGroupTableSize: number('multicast_group_table_size'),
    multicastGroupTableTotalReplicas: number('multicast_group_table_total_replicas'),
    multicastGroupTableMaxReplicasPerEntry: number('multicast_group_table_max_replicas_per_entry'),
  };
}

/** The values of the keys of all annotations of one name, checked. */
function readKeys(
  { sink }: P4InfoContext,
  annotations: readonly Annotation[],
  wanted: 'pkginfo' | 'platform_property',
  known: readonly string[],
): ReadonlyMap<string, string | bigint> {
  const values = new Map<string, string | bigint>();
  for (const annotation of annotations) {
    if (annotation.name.name !== wanted) continue;
    const pairs: readonly KeyAndValue[] | undefined = pairsOf(annotation);
    const kind = wanted === 'pkginfo' ? 'strings' : 'numbers of at most 31 bits';
    if (pairs === undefined) {
      sink.report('P4860', annotation.span, {
        annotation: wanted,
        wanted: `keys with ${kind}: key = value, …`,
      });
      continue;
    }
    for (const { key, value } of pairs) {
      if (wanted === 'pkginfo' && key === 'arch') sink.report('P4863', annotation.span, {});
      else if (!known.includes(key)) sink.report('P4862', annotation.span, { annotation: wanted, key });
      else if (values.has(key)) sink.report('P4861', annotation.span, { key });
      else if (value === undefined || !fits(value, wanted)) {
        sink.report('P4860', annotation.span, {
          annotation: wanted,
          wanted: `keys with ${kind}: key = value, …`,
        });
      } else values.set(key, value);
    }
  }
  return values;
}

function fits(value: string | bigint, wanted: 'pkginfo' | 'platform_property'): boolean {
  return wanted === 'pkginfo'
    ? typeof value === 'string'
    : typeof value === 'bigint' && value >= 0n && value < 1n << 31n;
}
