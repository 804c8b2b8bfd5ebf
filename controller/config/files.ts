/** Names of files in moor.yaml are relative to it, wherever the controller is started. */

import { dirname, resolve } from 'node:path';
import type { Config } from './schema.ts';

/** The same configuration with whole names of files. @param file Where it was read. */
export function withWholeNames(config: Config, file: string): Config {
  const directory = dirname(file);
  const whole = (name: string) => resolve(directory, name);
  const wholeOrNone = (name: string | undefined) => (name === undefined ? undefined : whole(name));
  const { switches, health, pipeline } = config;
  return {
    ...config,
    switches: switches.map(({ tls, ...one }) => {
      if (tls === undefined) return one;
      const { authority, certificate, key } = tls;
      const files = {
        authority: wholeOrNone(authority),
        certificate: wholeOrNone(certificate),
        key: wholeOrNone(key),
      };
      return { ...one, tls: { ...tls, ...files } };
    }),
    health: health === undefined ? undefined : { ...health, 'key-file': wholeOrNone(health['key-file']) },
    pipeline:
      pipeline === undefined
        ? undefined
        : { p4info: whole(pipeline.p4info), program: whole(pipeline.program) },
    state: whole(config.state),
  };
}
