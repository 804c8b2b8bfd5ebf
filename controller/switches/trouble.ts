/** Why a switch is not reached, and what to set in moor.yaml. */

import { type ClientOptions, explainConnection, type TlsSettings } from '../../p4runtime/client/index.ts';

/** Why a connection ended, or none comes to be; and what to do, where that can be told. */
export type Trouble = { readonly message: string; readonly advice?: string };

const SETTINGS: TlsSettings = {
  authority: "give the switch 'tls' in moor.yaml: { authority: FILE }, the certificate of its authority",
  certificate: "give the 'tls' of the switch in moor.yaml a 'certificate' and its 'key'",
  serverName: "give the 'tls' of the switch in moor.yaml a 'server-name' that stands there",
  none: "leave out 'tls' of the switch in moor.yaml",
};

/** What is wrong with a connection, in the terms of moor.yaml. */
export function troubleOf(problem: unknown, { tls }: Pick<ClientOptions, 'tls'>): Trouble {
  const found = explainConnection(problem, tls, SETTINGS);
  if (found === undefined) return { message: problem instanceof Error ? problem.message : String(problem) };
  return { message: found.reason, ...(found.advice === undefined ? {} : { advice: found.advice }) };
}
