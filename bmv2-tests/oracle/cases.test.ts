/** The model against the packet cases, whose bytes come from scapy: what both implementations are held to. */

import { readdirSync } from 'node:fs';
import test from 'ava';
import { parseAddress } from '../../p4runtime/addresses.ts';
import { type CaseValue, inputsOf, readBase, readCases } from '../harness/case.ts';
import { Model } from './model.ts';
import { EVENTS, type Report } from './verdict.ts';

const FOLDER = 'bmv2-tests/pipeline';
const base = readBase(`${FOLDER}/base.json`);

for (const file of readdirSync(`${FOLDER}/cases`)) {
  test(`the model does what the cases of ${file} expect`, (t) => {
    for (const one of readCases(`${FOLDER}/cases/${file}`)) {
      const model = new Model(true);
      for (const entry of [...base, ...one.entries]) model.tables.insert(entry);
      const processed = inputsOf(one).map(({ port, packet }) =>
        model.process(port, Buffer.from(packet, 'hex'), 1_000_000_000),
      );
      const sent = processed
        .flatMap((each) => each.sent)
        .map(({ port, bytes }) => ({ port, packet: Buffer.from(bytes).toString('hex') }));
      t.deepEqual(sent.sort(byPort), [...one.expected].sort(byPort), one.description);
      if (one.digests === undefined) continue;
      t.deepEqual(
        processed.flatMap(({ reports }) => reports.map(asNumbers)),
        one.digests.map(toNumbers),
        one.description,
      );
    }
  });
}

function asNumbers({ sourcePort, destinationPort, event, ...same }: Report): Record<string, string> {
  const fields = {
    ...same,
    source_port: sourcePort,
    destination_port: destinationPort,
    event: EVENTS[event],
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

function toNumbers(digest: { readonly [field: string]: CaseValue }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(digest).map(([name, value]) => [
      name,
      String(typeof value === 'number' ? value : parseAddress(value, 128, name)),
    ]),
  );
}

function byPort(left: { readonly port: number }, right: { readonly port: number }): number {
  return left.port - right.port;
}
