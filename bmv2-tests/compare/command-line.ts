/** What the control plane does, as lines for simple_switch_CLI. */

import type { Call, Command, KeyValue } from './generator/entries.ts';

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function keyText(key: KeyValue): string {
  switch (key.kind) {
    case 'exact':
      return hex(key.value);
    case 'lpm':
      return `${hex(key.value)}/${key.length}`;
    case 'ternary':
      return `${hex(key.value)}&&&${hex(key.mask)}`;
    case 'range':
      return `${hex(key.low)}->${hex(key.high)}`;
  }
}

function callText({ action, arguments: values }: Call): string {
  return [action, ...values.map(hex)].join(' ');
}

/** Queues take all packets of a run, so that none is lost. */
const QUEUE_DEPTH = 100_000;

/** The lines for all commands. */
export function commandLines(commands: readonly Command[]): readonly string[] {
  const lines = [`set_queue_depth ${QUEUE_DEPTH}`];
  const groups = new Map<string, number>();
  let nodes = 0;
  for (const command of commands) {
    switch (command.kind) {
      case 'entry': {
        const { table, keys, target, priority } = command;
        const key = keys.map(keyText).join(' ');
        const last = priority === undefined ? '' : ` ${priority}`;
        if (target.kind === 'action') {
          const values = target.arguments.map(hex).join(' ');
          lines.push(`table_add ${table} ${target.action} ${key} => ${values}${last}`);
        } else if (target.kind === 'member') {
          lines.push(`table_indirect_add ${table} ${key} => ${target.member}${last}`);
        } else lines.push(`table_indirect_add_with_group ${table} ${key} => ${target.group}${last}`);
        break;
      }
      case 'member':
        lines.push(`act_prof_create_member ${command.profile} ${callText(command)}`);
        break;
      case 'group': {
        const number = groups.get(command.profile) ?? 0;
        groups.set(command.profile, number + 1);
        lines.push(`act_prof_create_group ${command.profile}`);
        for (const member of command.members) {
          lines.push(`act_prof_add_member_to_group ${command.profile} ${member} ${number}`);
        }
        break;
      }
      case 'session':
        lines.push(`mirroring_add ${command.session} ${command.port}`);
        break;
      case 'session-group':
        lines.push(`mirroring_add_mc ${command.session} ${command.group}`);
        break;
      case 'multicast':
        lines.push(`mc_mgrp_create ${command.group}`);
        for (const { rid, ports } of command.nodes) {
          lines.push(
            `mc_node_create ${rid} ${ports.join(' ')}`,
            `mc_node_associate ${command.group} ${nodes}`,
          );
          nodes++;
        }
        break;
      case 'value':
        lines.push(`pvs_add prs.${command.set} ${hex(command.value)}`);
        break;
    }
  }
  return lines;
}
