/** The work of `moor run`. */

import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import { MonitoringKeyError } from '../controller/cluster/index.ts';
import { type Config, ConfigError, loadConfig } from '../controller/config/index.ts';
import { Controller } from '../controller/controller.ts';
import { ListenError } from '../controller/explain-failure.ts';
import { serveHttp } from '../controller/http.ts';
import { IdentifierError } from '../controller/pipeline/index.ts';
import { numbersBeyondProgram, ProgramError, readProgram } from '../controller/program.ts';
import { PemError } from '../controller/read-pem.ts';
import { StoreInUseError } from '../controller/record-store.ts';
import { StateError } from '../controller/state-directory.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { EXIT } from './exit-codes.ts';
import { describeFailure } from './read-input.ts';
import type { RunOptions } from './run.ts';
import { traceService } from './trace-service.ts';

/** Runs the controller until it is told to end; gives the exit code. */
export async function runController({ config: file, check }: RunOptions): Promise<number> {
  setLogVerbosity(logVerbosity.NONE);
  const config = readConfig(file);
  if (config === undefined) return EXIT.wrongInput;
  if (check === true) {
    process.stdout.write(`${file}: it is right\n`);
    return EXIT.done;
  }
  const log = pino({ level: config.log, base: null });
  try {
    const controller = new Controller({ config, pipeline: readProgram(config), log });
    return await serve(controller, config, file, log);
  } catch (problem) {
    if (
      problem instanceof IdentifierError ||
      problem instanceof MonitoringKeyError ||
      problem instanceof PemError
    ) {
      process.stderr.write(`moor: ${problem.message}\n`);
      return EXIT.wrongInput;
    }
    const isKnown = [ProgramError, StateError, StoreInUseError, ListenError].some(
      (one) => problem instanceof one,
    );
    if (!(isKnown || isSystemError(problem)) || !(problem instanceof Error)) throw problem;
    process.stderr.write(`moor: ${problem.message}\n`);
    return EXIT.environment;
  }
}

async function serve(controller: Controller, config: Config, file: string, log: Logger): Promise<number> {
  const http = await serveHttp(controller, config.listen, {
    pages: dashboardFiles(),
    trace: traceService([process.execPath, process.argv[1] ?? '']),
  });
  const reload = () => {
    const next = readConfig(file);
    if (next === undefined) {
      log.error('the configuration is wrong; the one before stays');
      return;
    }
    if (next.listen !== config.listen || next.state !== config.state) {
      log.warn('listen and state are read at the start only');
    }
    controller.reload(next).catch((problem: unknown) => {
      log.error({ err: problem }, 'the configuration cannot be taken over; the one before stays');
    });
  };
  process.on('SIGHUP', reload);
  try {
    await controller.start();
    log.info({ listen: config.listen }, 'the controller runs');
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    log.info('the controller ends; the switches go on');
    return EXIT.done;
  } finally {
    process.off('SIGHUP', reload);
    await http.close();
    await controller.stop();
  }
}

/** Undefined when it is wrong, and that has been said. */
function readConfig(file: string): Config | undefined {
  try {
    return loadConfig(file, numbersBeyondProgram);
  } catch (problem) {
    if (!(problem instanceof ConfigError || isSystemError(problem))) throw problem;
    const message =
      problem instanceof ConfigError ? problem.message : `moor: ${file}: ${describeFailure(problem)}`;
    process.stderr.write(`${message}\n`);
    return undefined;
  }
}

function isSystemError(problem: unknown): problem is Error & { readonly code: string } {
  return problem instanceof Error && 'code' in problem && typeof problem.code === 'string';
}
