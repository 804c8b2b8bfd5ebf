/** The work of `moor switch`: the engine, its ports, and the P4Runtime server around it. */

import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { PemError, readCertificate, readPair } from '../controller/read-pem.ts';
import { EntityError } from '../p4runtime/errors.ts';
import { PortError } from '../switch/ports/index.ts';
import {
  DeviceError,
  makeEngineDevice,
  type ServerTls,
  SwitchPorts,
  startServer,
} from '../switch/server/index.ts';
import { optimizedModulesIn } from '../switch/wasm/index.ts';
import { EXIT } from './exit-codes.ts';
import type { SwitchOptions } from './switch.ts';
import { switchProgram } from './switch-program.ts';
import { UserProblem } from './user-problem.ts';

/** Runs the switch until it is told to end; gives the exit code. */
export async function runSwitch(file: string | undefined, options: SwitchOptions): Promise<number> {
  setLogVerbosity(logVerbosity.NONE);
  const ports = new SwitchPorts((message) => process.stderr.write(`moor: ${message}\n`), options.sendBy);
  try {
    return await run(file, options, ports);
  } catch (problem) {
    const exitCode =
      problem instanceof UserProblem
        ? problem.exitCode
        : problem instanceof PortError
          ? EXIT.environment
          : problem instanceof EntityError || problem instanceof DeviceError || problem instanceof PemError
            ? EXIT.wrongInput
            : undefined;
    if (exitCode === undefined || !(problem instanceof Error)) throw problem;
    process.stderr.write(`moor: ${problem.message}\n`);
    return exitCode;
  } finally {
    await ports.close();
  }
}

async function run(file: string | undefined, options: SwitchOptions, ports: SwitchPorts): Promise<number> {
  const tls = readTls(options);
  const program = file === undefined ? undefined : await switchProgram(file, options);
  if (file !== undefined && program === undefined) return EXIT.wrongInput;
  const device = makeEngineDevice({
    ...(options.cpuPort === undefined ? {} : { cpuPort: options.cpuPort }),
    ...(options.dropPort === undefined ? {} : { dropPort: options.dropPort }),
    ports: () => ports.names(),
    transmit: (packets) => ports.transmit(packets),
    optimization: options.optimization,
    ...(options.cache === false ? {} : { modules: optimizedModulesIn(options.cache) }),
  });
  // A program without P4Info runs; controllers bring theirs before they can write.
  if (program !== undefined && program.p4info === undefined) device.run(device.load(program.json));
  const server = await startServer({
    device,
    ports,
    deviceId: options.deviceId,
    address: options.grpc,
    ...(tls === undefined ? {} : { tls }),
    ...(program?.p4info === undefined
      ? {}
      : { config: { p4info: program.p4info, p4DeviceConfig: program.json, cookie: undefined } }),
  }).catch((problem: unknown) => {
    if (problem instanceof EntityError) throw problem;
    throw new UserProblem(
      `cannot listen at ${options.grpc}: ${problem instanceof Error ? problem.message : String(problem)}; is another switch there? (--grpc HOST:PORT)`,
      EXIT.environment,
    );
  });
  try {
    ports.open(device, options.interface);
    const host = options.grpc.slice(0, options.grpc.lastIndexOf(':'));
    process.stdout.write(`P4Runtime at ${host}:${server.port}\n`);
    await untilTold();
    return EXIT.done;
  } finally {
    await server.close();
  }
}

function readTls({ tlsCert, tlsKey, tlsClientCa }: SwitchOptions): ServerTls | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UserProblem('TLS takes --tls-cert and --tls-key together', EXIT.usage);
  }
  return {
    ...readPair(tlsCert, tlsKey),
    ...(tlsClientCa === undefined ? {} : { clientAuthority: readCertificate(tlsClientCa) }),
  };
}

/** Resolves at SIGINT or SIGTERM. */
function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    // Only a handle keeps the process running while nothing else does.
    const keep = setInterval(() => {}, 1 << 30);
    const end = () => {
      clearInterval(keep);
      resolve();
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}
