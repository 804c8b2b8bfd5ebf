/** Captured packets as tshark reads them: an independent decoder, which also says what is wrong with them. */

import { execa } from 'execa';

/** A packet: the fields that were asked for ('' where it has none), and what tshark finds wrong with it ('': nothing). */
export type DecodedPacket = { readonly fields: readonly string[]; readonly problem: string };

/** Checksums that are wrong, and packets that end early or do not decode. Other remarks, as on TCP, are no mistakes. */
const PROBLEMS = [
  '_ws.malformed',
  'ip.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
  'icmp.checksum.status',
  'icmpv6.checksum.status',
] as const;
/** As tshark numbers states of checksums. */
const BAD = '0';
/**
 * Linux writes a checksum of TCP that comes to 0 as 0xffff where it works it out in place of a card. Both are 0 in ones' complement, so
 * receivers take it; tshark says that RFC 1624 wants 0. One packet in 65,536 has it.
 */
const OTHER_ZERO = 'tcp.checksum.ffff';
/** Packets with one of these quote another one, whose end is not there, so that its checksum says nothing. */
const QUOTING = ['icmp.type', 'icmpv6.type'] as const;

/** Payload stays payload: of random bytes tshark takes some for RTCP, or for what their port is known for, and says that it is malformed. */
const PLAIN = ['tcp', 'udp'].flatMap((name) => ['-d', `${name}.port==0-65535,data`]);

/**
 * Reads packets of a file that a display filter lets through.
 * @throws where tshark ends with an error, as for a field that it does not know.
 */
export async function readPackets(
  file: string,
  filter: string,
  fields: readonly string[],
): Promise<readonly DecodedPacket[]> {
  const checks = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);
  const own = [...PROBLEMS, ...QUOTING, OTHER_ZERO];
  const wanted = [...own, ...fields].flatMap((name) => ['-e', name]);
  const { stdout } = await execa('tshark', [
    ...[
      '-n',
      '-r',
      file,
      ...checks,
      ...PLAIN,
      '-Y',
      filter,
      '-T',
      'fields',
      '-E',
      'separator=/t',
      '-E',
      'occurrence=f',
    ],
    ...wanted,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const values = line.split('\t');
      const quotes = QUOTING.some((_, index) => values[PROBLEMS.length + index] !== '');
      const isOtherZero = values[PROBLEMS.length + QUOTING.length] !== '';
      const problems = PROBLEMS.filter((name, index) => {
        if (isOtherZero && name === 'tcp.checksum.status') return false;
        if (quotes && (name === 'tcp.checksum.status' || name === 'udp.checksum.status')) return false;
        return name === '_ws.malformed' ? values[index] !== '' : values[index] === BAD;
      });
      return { fields: values.slice(own.length), problem: problems.join() };
    });
}
