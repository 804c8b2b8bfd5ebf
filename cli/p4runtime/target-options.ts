/** The options of commands against a P4Runtime target. */

import { type Command, InvalidArgumentError, Option } from 'commander';

/** Reads a whole number of any size. */
export function wholeNumber(text: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) throw new InvalidArgumentError('write a whole number');
  return BigInt(text);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('write a number of seconds');
  return value;
}

function hostAndPort(text: string): string {
  if (!/^(\[[0-9a-f:]+\]|[^:\s]+):\d+$/i.test(text)) {
    throw new InvalidArgumentError('write HOST:PORT, such as 127.0.0.1:9559');
  }
  return text;
}

/**
 * Adds those that say how the target is reached.
 * @param isMandatory Whether the command can do nothing without a target.
 */
export function addConnectionOptions(command: Command, isMandatory = true): Command {
  return command
    .addOption(
      new Option('-t, --target <host:port>', 'the P4Runtime server')
        .argParser(hostAndPort)
        .makeOptionMandatory(isMandatory),
    )
    .addOption(new Option('--device-id <number>', 'the device').argParser(wholeNumber).default(1n, '1'))
    .addOption(
      new Option('--timeout <seconds>', 'how long to wait for answers').argParser(seconds).default(30),
    )
    .option('--tls', 'use TLS, believing the authorities of this system')
    .option('--tls-ca <file>', "use TLS, believing this authority's certificate (PEM)")
    .option('--tls-cert <file>', 'show this certificate to the server (mTLS)')
    .option('--tls-key <file>', 'its private key')
    .option('--tls-name <name>', "the name in the server's certificate, where it is not the target's");
}

/**
 * Adds those, and who the command is.
 * @param writes Whether the command changes something, and has to become primary.
 * @param isMandatory Whether the command can do nothing without a target.
 */
export function addTargetOptions(command: Command, writes: boolean, isMandatory = true): Command {
  addConnectionOptions(command, isMandatory).option(
    '--role <name>',
    'the role to act in; without it, the default role',
  );
  const electionId = new Option('--election-id <number>', 'what makes this command primary while it runs')
    .argParser(wholeNumber)
    .default(1n, '1');
  command.addOption(writes ? electionId : electionId.hideHelp());
  return command;
}
