#!/usr/bin/python3
"""Makes packets with scapy, which knows nothing of moor. Run: /usr/bin/python3 wire/vectors/make-packets.py

Debian's python3-scapy 2.5. What each holds is written a second time, as values, in wire/vectors.test.ts.
"""
import json
import os
import struct

from scapy.all import ARP, Dot1AD, Dot1Q, Ether, IP, IPOption_Router_Alert, IPv6, Raw, TCP, UDP
from scapy.layers.inet6 import (
    HAO, ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_RS,
    ICMPv6NDOptDstLLAddr, ICMPv6NDOptMTU, ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig, ICMPv6ParamProblem,
    ICMPv6TimeExceeded, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, MIP6MH_BA, MIP6MH_BE,
    MIP6MH_BRR, MIP6MH_BU, MIP6MH_CoT, MIP6MH_CoTI, MIP6MH_HoT, MIP6MH_HoTI, MIP6OptAltCoA, MIP6OptBRAdvice,
    MIP6OptBindingAuthData, MIP6OptNonceIndices, PadN, RouterAlert)

CN, HOME, CARE_OF = '2001:db8:100::1', '2001:db8:1::10', '2001:db8:2::20'
MAC_A, MAC_B = '02:00:00:00:00:0a', '02:00:00:00:00:0b'
COOKIE, TOKEN = b'cookie01', b'token-01'
AUTH = int.from_bytes(bytes(range(12)), 'big')


def mobility(message, source=HOME, destination=CN):
    return IPv6(src=source, dst=destination) / message


def raw_authenticator(length=12):
    return MIP6OptBindingAuthData(authenticator=AUTH, olen=length)


def indices(home, care_of):
    return MIP6OptNonceIndices(hni=home, coni=care_of, olen=4)


PACKETS = {
    'ethernet': Ether(src=MAC_A, dst=MAC_B, type=0x86dd) / Raw(b'payload'),
    'ethernet with a tag': Ether(src=MAC_A, dst=MAC_B) / Dot1Q(vlan=42, prio=5, id=1, type=0x0800) / Raw(b'payload'),
    'ethernet with two tags': Ether(src=MAC_A, dst=MAC_B) / Dot1AD(vlan=7) / Dot1Q(vlan=4095, type=0x86dd) / Raw(b'p'),
    'arp request': ARP(op=1, hwsrc=MAC_A, psrc='192.0.2.1', hwdst='00:00:00:00:00:00', pdst='192.0.2.2'),
    'arp reply': ARP(op=2, hwsrc=MAC_B, psrc='192.0.2.2', hwdst=MAC_A, pdst='192.0.2.1'),
    'ipv4 udp': IP(src='192.0.2.1', dst='198.51.100.2', ttl=61, id=77, tos=0xb8) / UDP(sport=1000, dport=53) / b'query',
    'ipv4 tcp with options': IP(src='192.0.2.1', dst='198.51.100.2', flags='DF', id=1, options=[
        IPOption_Router_Alert()]) / TCP(sport=1, dport=2, seq=0x80000001, ack=3, flags='SA', window=4096, options=[
            ('MSS', 1460), ('NOP', None), ('WScale', 7)]),
    'ipv4 fragment': IP(src='192.0.2.1', dst='198.51.100.2', flags='MF', frag=185, id=9, proto=17) / b'0123456789',
    'ipv6 udp': IPv6(src=HOME, dst=CN, tc=0x2e, fl=0x12345, hlim=63) / UDP(sport=5060, dport=5061) / b'odd',
    'ipv6 tcp': IPv6(src=HOME, dst=CN) / TCP(sport=40000, dport=443, seq=7, flags='PA', window=1) / b'data',
    'hop-by-hop, destination options, fragment': IPv6(src=HOME, dst=CN) / IPv6ExtHdrHopByHop(
        options=[RouterAlert(value=0)]) / IPv6ExtHdrFragment(offset=0, m=1, id=0xdeadbeef) / IPv6ExtHdrDestOpt(
            options=[PadN(optdata=b'\0\0\0\0')]) / Raw(b'12345678'),
    'home address option': IPv6(src=CARE_OF, dst=CN) / IPv6ExtHdrDestOpt(options=[HAO(hoa=HOME)]) / UDP(
        sport=1, dport=2) / b'x',
    'routing header type 2': IPv6(src=CN, dst=CARE_OF) / IPv6ExtHdrRouting(type=2, segleft=1, addresses=[HOME]) / UDP(
        sport=2, dport=1) / b'y',
    'destination unreachable': IPv6(src=HOME, dst=CN) / ICMPv6DestUnreach(code=3) / Raw(b'q' * 48),
    'packet too big': IPv6(src=HOME, dst=CN) / ICMPv6PacketTooBig(mtu=1400) / Raw(b'q' * 48),
    'time exceeded': IPv6(src=HOME, dst=CN) / ICMPv6TimeExceeded(code=0) / Raw(b'q' * 48),
    'parameter problem': IPv6(src=HOME, dst=CN) / ICMPv6ParamProblem(code=0, ptr=41) / Raw(b'q' * 48),
    'echo request': IPv6(src=HOME, dst=CN) / ICMPv6EchoRequest(id=3, seq=4, data=b'ping'),
    'echo reply': IPv6(src=CN, dst=HOME) / ICMPv6EchoReply(id=3, seq=4, data=b'ping'),
    'router solicitation': IPv6(src='fe80::1', dst='ff02::2', hlim=255) / ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(
        lladdr=MAC_A),
    'router advertisement': IPv6(src='fe80::1', dst='ff02::1', hlim=255) / ICMPv6ND_RA(
        chlim=64, M=1, O=0, H=0, prf=0, routerlifetime=1800, reachabletime=30000,
        retranstimer=1000) / ICMPv6NDOptMTU(mtu=1500),
    'neighbor solicitation': IPv6(src='fe80::1', dst='ff02::1:ff00:1', hlim=255) / ICMPv6ND_NS(
        tgt=CN) / ICMPv6NDOptSrcLLAddr(lladdr=MAC_A),
    'neighbor advertisement': IPv6(src=CN, dst='fe80::1', hlim=255) / ICMPv6ND_NA(
        tgt=CN, R=1, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=MAC_B),
    'binding refresh request': mobility(MIP6MH_BRR(), CN, HOME),
    'home test init': mobility(MIP6MH_HoTI(cookie=COOKIE)),
    'care-of test init': mobility(MIP6MH_CoTI(cookie=COOKIE), CARE_OF),
    'home test': mobility(MIP6MH_HoT(cookie=COOKIE, token=TOKEN, index=513), CN, HOME),
    'care-of test': mobility(MIP6MH_CoT(cookie=COOKIE, token=TOKEN, index=65535), CN, CARE_OF),
    'binding update': mobility(MIP6MH_BU(seq=0xfffe, flags='A', mhtime=105, options=[
        indices(513, 65535), raw_authenticator()]), CARE_OF),
    'binding update with an alternate care-of address': mobility(MIP6MH_BU(seq=1, flags='AK', mhtime=1, options=[
        MIP6OptAltCoA(acoa=CARE_OF), indices(1, 2), raw_authenticator()]), CARE_OF),
    'binding update without options': mobility(MIP6MH_BU(seq=2, flags='AHL', mhtime=0, options=[]), CARE_OF),
    'binding update with a home address option': IPv6(src=CARE_OF, dst=CN) / IPv6ExtHdrDestOpt(
        options=[HAO(hoa=HOME)]) / MIP6MH_BU(seq=3, flags='A', mhtime=100, options=[indices(1, 2), raw_authenticator()]),
    'binding acknowledgement': mobility(MIP6MH_BA(status=0, seq=0xfffe, mhtime=105, flags=0, options=[
        raw_authenticator()]), CN, CARE_OF),
    'binding acknowledgement with advice': mobility(MIP6MH_BA(status=1, seq=9, mhtime=100, flags='K', options=[
        MIP6OptBRAdvice(rinter=50)]), CN, CARE_OF),
    'binding acknowledgement with a routing header': IPv6(src=CN, dst=CARE_OF) / IPv6ExtHdrRouting(
        type=2, segleft=1, addresses=[HOME]) / MIP6MH_BA(status=0, seq=3, mhtime=100, flags=0, options=[
            raw_authenticator()]),
    'binding error': mobility(MIP6MH_BE(status=1, ha=HOME), CN, CARE_OF),
}


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'packets.json')
    with open(path, 'w', encoding='ascii') as file:
        json.dump({name: bytes(packet).hex() for name, packet in PACKETS.items()}, file, indent=2)
        file.write('\n')


main()
