/** `moor ports`: the ports of a running `moor switch`. The work is in p4runtime/port-commands.ts. */

import type { Command } from 'commander';
import type { ConnectionOptions } from './p4runtime/session.ts';
import { addConnectionOptions } from './p4runtime/target-options.ts';
import { portNumber } from './switch.ts';

/** Adds the command. `finish` takes the exit code. */
export function addPortsCommand(program: Command, finish: (code: number) => void): void {
  const ports = program
    .command('ports')
    .description('list, add and remove the ports of a running moor switch')
    .addHelpText(
      'after',
      `
An interface is one of the machine that the switch runs on. A port whose interface goes away is 'gone' until it is there
again, or the port is removed. SENDS BY of the list says what its frames leave by, AF_XDP or AF_PACKET, and why it is
not AF_XDP. Other P4Runtime switches have other ways: simple_switch_CLI has port_add and port_remove.

Examples:
  moor ports list --target 127.0.0.1:9559
  moor ports list --target 127.0.0.1:9559 --json
  moor ports add 3 veth6 --target 127.0.0.1:9559
  moor ports remove 3 --target 127.0.0.1:9559`,
    );
  const commands = () => import('./p4runtime/port-commands.ts');
  addConnectionOptions(
    ports
      .command('list')
      .description('what ports there are, whether they are up, and what went through them')
      .option('--json', 'write JSON to standard output'),
  ).action(async (options: ConnectionOptions) => {
    finish(await (await commands()).listPorts(options));
  });
  addConnectionOptions(
    ports
      .command('add')
      .description('open an interface as a port')
      .argument('<port>', 'a number that is free', portNumber)
      .argument('<interface>', 'the name of a network interface there'),
  ).action(async (port: number, name: string, options: ConnectionOptions) => {
    finish(await (await commands()).addPort(port, name, options));
  });
  addConnectionOptions(
    ports.command('remove').description('close a port').argument('<port>', 'its number', portNumber),
  ).action(async (port: number, options: ConnectionOptions) => {
    finish(await (await commands()).removePort(port, options));
  });
}
