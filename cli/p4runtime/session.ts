/** What all commands against a P4Runtime target share: the connection, who they are, and what the target runs. */

import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { PemError, readTls } from '../../controller/read-pem.ts';
import {
  BatchError,
  type ClientTls,
  codeName,
  explainConnection,
  RpcError,
  SwitchClient,
  type TlsSettings,
} from '../../p4runtime/client/index.ts';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type Entity,
  GetForwardingPipelineConfigRequest_ResponseType,
  type Update,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import { EXIT } from '../exit-codes.ts';
import { UserProblem } from '../user-problem.ts';

/** How a target is reached, as commander gives it. */
export type ConnectionOptions = {
  readonly target: string;
  readonly deviceId: bigint;
  readonly timeout: number;
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsName?: string;
  readonly json?: boolean;
};

/** The same, and who the command is. */
export type TargetOptions = ConnectionOptions & { readonly electionId: bigint; readonly role?: string };

export type Session = {
  readonly client: SwitchClient;
  readonly options: TargetOptions;
  /** What the target runs. @throws UserProblem when it runs nothing. */
  readonly schema: () => Promise<Schema>;
  /** Becomes primary, or says why not. */
  readonly becomePrimary: () => Promise<void>;
};

const SETTINGS: TlsSettings = {
  authority: '--tls-ca FILE gives the certificate of its authority (--tls: one that this system believes)',
  certificate: '--tls-cert FILE and --tls-key FILE show one',
  serverName: '--tls-name NAME says one that stands there',
  none: 'leave out the options --tls…',
};

/** What the options say of TLS. @throws UserProblem, PemError. */
export function tlsOf(options: ConnectionOptions): ClientTls | undefined {
  const { tls, tlsCa, tlsCert, tlsKey, tlsName } = options;
  const files = [tlsCa, tlsCert, tlsKey, tlsName];
  if (tls !== true && files.every((one) => one === undefined)) return undefined;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UserProblem('--tls-cert and --tls-key belong together', EXIT.usage);
  }
  return readTls({ authority: tlsCa, certificate: tlsCert, key: tlsKey, serverName: tlsName });
}

/**
 * Runs the work of a command, and says what went wrong in the user's terms.
 * @returns The exit code.
 */
export async function withSession(
  options: TargetOptions,
  work: (session: Session) => Promise<void>,
): Promise<number> {
  setLogVerbosity(logVerbosity.NONE);
  let client: SwitchClient | undefined;
  try {
    const { target, deviceId, role, timeout } = options;
    const tls = tlsOf(options);
    const made = new SwitchClient({
      target,
      deviceId,
      timeoutMs: timeout * 1000,
      ...(role === undefined ? {} : { role }),
      ...(tls === undefined ? {} : { tls }),
    });
    client = made;
    let schema: Promise<Schema> | undefined;
    await work({
      client: made,
      options,
      schema: () => {
        schema ??= fetchSchema(made);
        return schema;
      },
      becomePrimary: () => becomePrimary(made, options),
    });
    return EXIT.done;
  } catch (problem) {
    return explain(problem, options);
  } finally {
    client?.close();
  }
}

async function fetchSchema(client: SwitchClient): Promise<Schema> {
  const config = await client.getPipeline(GetForwardingPipelineConfigRequest_ResponseType.P4INFO_AND_COOKIE);
  if (config?.p4info === undefined) {
    throw new UserProblem('the target runs no program yet: load one with moor load');
  }
  return buildSchema(config.p4info);
}

async function becomePrimary(client: SwitchClient, { electionId, role }: TargetOptions): Promise<void> {
  const { standing, electionId: highest } = await client.arbitrate(electionId);
  if (standing === 'primary') return;
  const next = (highest ?? 0n) + 1n;
  const whose = role === undefined ? 'the target' : `role '${role}'`;
  throw new UserProblem(
    standing === 'backup'
      ? `another controller is primary of ${whose} with election id ${highest}: take over with --election-id ${next}`
      : `${whose} has seen election id ${highest} already: use --election-id ${highest} or greater`,
  );
}

/** Says what went wrong in the user's terms; gives the exit code. */
export function explain(problem: unknown, options: ConnectionOptions): number {
  const say = (text: string) => process.stderr.write(`moor: ${text}\n`);
  if (problem instanceof UserProblem) {
    say(problem.message);
    return problem.exitCode;
  }
  if (problem instanceof PemError) {
    say(problem.message);
    return EXIT.wrongInput;
  }
  if (problem instanceof BatchError) {
    const failures: readonly { code: number; message: string; index: number }[] = problem.failures;
    for (const { code, message } of failures.slice(0, 20)) say(`${codeName(code)}: ${message}`);
    if (failures.length > 20) say(`… and ${failures.length - 20} more`);
    if (failures.length === 0) say(problem.message);
    return EXIT.wrongInput;
  }
  if (problem instanceof EntityError) {
    say(problem.message);
    return EXIT.wrongInput;
  }
  if (problem instanceof RpcError) return explainRpc(problem, options, say);
  throw problem;
}

function explainRpc(problem: RpcError, options: ConnectionOptions, say: (text: string) => void): number {
  const { target } = options;
  if (problem.code === Code.UNAVAILABLE) {
    const { reason = problem.message, advice = 'is it running, and is the address right?' } =
      explainConnection(problem, tlsOf(options), SETTINGS) ?? {};
    say(`${target}: no P4Runtime server answers: ${reason}`);
    say(advice);
    return EXIT.environment;
  }
  if (problem.code === Code.DEADLINE_EXCEEDED) {
    say(`${target}: no answer within ${options.timeout} s (--timeout SECONDS waits longer)`);
    return EXIT.environment;
  }
  say(`${codeName(problem.code)}: ${problem.message}`);
  return problem.code === Code.UNIMPLEMENTED ? EXIT.environment : EXIT.wrongInput;
}

/** Reads all that a request selects. */
export async function readAll(
  client: SwitchClient,
  ...entities: readonly Entity[]
): Promise<readonly Entity[]> {
  const found: Entity[] = [];
  for await (const one of client.read(entities)) found.push(one);
  return found;
}

/** Becomes primary and writes one update. */
export async function writeOne({ client, becomePrimary: become }: Session, update: Update): Promise<void> {
  await become();
  await client.write([update]);
}
