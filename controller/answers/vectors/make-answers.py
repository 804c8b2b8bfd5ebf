#!/usr/bin/python3
"""Makes questions and the answers to them with scapy, which knows nothing of moor.

Run: /usr/bin/python3 controller/answers/vectors/make-answers.py && npm run format   (Debian's python3-scapy)
"""
import json
import os

from scapy.all import (  # pylint: disable=no-name-in-module
    ARP, Dot1Q, Ether, ICMP, ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS,
    HBHOptUnknown, ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig, ICMPv6ParamProblem, ICMPv6TimeExceeded,
    IP, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, Raw, TCP, UDP)
from scapy.layers.inet6 import HAO, MIP6MH_HoTI

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'answers.json')
HOST, OWN = '02:00:00:00:00:c1', '02:00:00:00:00:01'
VIP, SWITCH, CLIENT, FAR = '2001:db8:100::1', '2001:db8:100::fe', '2001:db8:3::30', '2001:db8:9::1'
HOME, CARE_OF = '2001:db8:1::10', '2001:db8:2::20'   # of a mobile node with a binding
VIP4, SWITCH4, CLIENT4, FAR4 = '203.0.113.10', '203.0.113.254', '198.51.100.7', '192.0.2.1'
answers = []


def there(*tags):
    frame = Ether(src=HOST, dst=OWN)
    for tag in tags:
        frame = frame / Dot1Q(vlan=tag)
    return frame


def back(*tags, dst=HOST):
    frame = Ether(src=OWN, dst=dst)
    for tag in tags:
        frame = frame / Dot1Q(vlan=tag)
    return frame


def answer(kind, description, question, reply=None, mtu=None, process=False):
    made = dict(kind=kind, description=description, question=bytes(question).hex(),
                answer=None if reply is None else bytes(reply).hex())
    if mtu is not None:
        made['mtu'] = mtu
    if process:
        made['process'] = True
    answers.append(made)


# ---- Who has an address ----
for tags in ((), (100,)):
    for name, address in (('a virtual address', VIP4), ("the switch's own", SWITCH4)):
        answer('arp', 'ARP for %s, %d tags' % (name, len(tags)),
               there(*tags) / ARP(op=1, hwsrc=HOST, psrc=CLIENT4, pdst=address),
               back(*tags) / ARP(op=2, hwsrc=OWN, psrc=address, hwdst=HOST, pdst=CLIENT4))
answer('arp', 'ARP for somebody else', there() / ARP(op=1, hwsrc=HOST, psrc=CLIENT4, pdst=FAR4))
answer('arp', 'an ARP reply', there() / ARP(op=2, hwsrc=HOST, psrc=VIP4, hwdst=OWN, pdst=CLIENT4))
solicitation = ICMPv6ND_NS(tgt=VIP) / ICMPv6NDOptSrcLLAddr(lladdr=HOST)
advertisement = ICMPv6ND_NA(tgt=VIP, R=1, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=OWN)
answer('neighbor-discovery', 'a Neighbor Solicitation for a virtual address',
       there() / IPv6(src=CLIENT, dst='ff02::1:ff00:1', hlim=255) / solicitation,
       back() / IPv6(src=VIP, dst=CLIENT, hlim=255) / advertisement)
answer('neighbor-discovery', 'a test whether the address is free',
       there() / IPv6(src='::', dst='ff02::1:ff00:1', hlim=255) / ICMPv6ND_NS(tgt=VIP),
       back(dst='33:33:00:00:00:01') / IPv6(src=VIP, dst='ff02::1', hlim=255) /
       ICMPv6ND_NA(tgt=VIP, R=1, S=0, O=1) / ICMPv6NDOptDstLLAddr(lladdr=OWN))
answer('neighbor-discovery', 'from beyond the link',
       there() / IPv6(src=CLIENT, dst='ff02::1:ff00:1', hlim=254) / solicitation)
answer('neighbor-discovery', 'for somebody else',
       there() / IPv6(src=CLIENT, dst='ff02::1:ff00:99', hlim=255) / ICMPv6ND_NS(tgt='2001:db8:100::99'))

# ---- Echo ----
for name, address in (('a virtual address', VIP), ("the switch's own", SWITCH)):
    answer('echo', 'ICMPv6 echo request to ' + name,
           there() / IPv6(src=CLIENT, dst=address, hlim=3) / ICMPv6EchoRequest(id=1, seq=2, data=b'hello, moor'),
           back() / IPv6(src=address, dst=CLIENT, hlim=64) / ICMPv6EchoReply(id=1, seq=2, data=b'hello, moor'))
answer('echo', 'ICMP echo request', there(7) / IP(src=CLIENT4, dst=VIP4) / ICMP(type=8, id=1, seq=2) / Raw(b'hello, moor'),
       back(7) / IP(src=VIP4, dst=CLIENT4, id=0, ttl=64) / ICMP(type=0, id=1, seq=2) / Raw(b'hello, moor'))
answer('echo', 'an echo reply', there() / IPv6(src=CLIENT, dst=VIP) / ICMPv6EchoReply(id=1, seq=2))
answer('echo', 'a wrong checksum', there() / IPv6(src=CLIENT, dst=VIP) / ICMPv6EchoRequest(id=1, seq=2, cksum=1))

# Mobile nodes (RFC 6275, 9.3.1 and 9.3.2): asked from the home address or from where it is, answered where it is.
request, reply = ICMPv6EchoRequest(id=1, seq=2, data=b'moor'), ICMPv6EchoReply(id=1, seq=2, data=b'moor')
located = Ether(src=OWN, dst=OWN) / IPv6(src=VIP, dst=CARE_OF, hlim=64) / IPv6ExtHdrRouting(
    type=2, segleft=1, addresses=[HOME]) / reply
home_option = IPv6ExtHdrDestOpt(options=[HAO(hoa=HOME)])
answer('echo', 'a mobile node, from where it is', there() / IPv6(src=CARE_OF, dst=VIP) / home_option / request, located,
       process=True)
answer('echo', 'a mobile node, by way of its home network', there() / IPv6(src=HOME, dst=VIP) / request, located,
       process=True)
answer('echo', 'a mobile node, from where it is not any more',
       there() / IPv6(src=FAR, dst=VIP) / home_option / request)
answer('echo', 'extension headers that may be passed over',
       there() / IPv6(src=CLIENT, dst=VIP) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b'\0' * 4)]) /
       IPv6ExtHdrFragment(id=5) / IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x1e, optdata=b'moor')]) / request,
       back() / IPv6(src=VIP, dst=CLIENT, hlim=64) / reply)
answer('echo', 'one of several fragments', there() / IPv6(src=CLIENT, dst=VIP) / IPv6ExtHdrFragment(id=5, m=1) / request)


# ---- Headers ----
def pointed_at(description, question, code, pointer, address=VIP, source=CLIENT):
    answer('headers', description, there() / question,
           back() / IPv6(src=address, dst=source, hlim=64) / ICMPv6ParamProblem(code=code, ptr=pointer) / question)


for kind, header in (('hop-by-hop', IPv6ExtHdrHopByHop), ('destination', IPv6ExtHdrDestOpt)):
    for otype in (0x9e, 0xde):
        pointed_at('an unknown %s option of type %x' % (kind, otype), IPv6(src=CLIENT, dst=VIP) /
                   header(options=[HBHOptUnknown(otype=otype, optdata=b'moor')]) / request, 2, 42)
answer('headers', 'an unknown option that wants silence', there() / IPv6(src=CLIENT, dst=VIP) /
       IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x5e, optdata=b'moor')]) / request)
pointed_at('a routing header of type 0', IPv6(src=CLIENT, dst=VIP) /
           IPv6ExtHdrRouting(type=0, segleft=1, addresses=[FAR]) / request, 0, 42)
# The switch's own addresses are no correspondent nodes (RFC 6275, 8.1).
pointed_at('a Home Address option to the switch itself', IPv6(src=CARE_OF, dst=SWITCH) / home_option / request, 2, 46,
           SWITCH, CARE_OF)
pointed_at('a mobility header to the switch itself', IPv6(src=CLIENT, dst=SWITCH) / MIP6MH_HoTI(), 1, 6, SWITCH)
pointed_at('a mobility header behind options, to the switch itself', IPv6(src=CLIENT, dst=SWITCH) /
           IPv6ExtHdrDestOpt(nh=135, options=[PadN(optdata=b'\0' * 4)]) / MIP6MH_HoTI(), 1, 40, SWITCH)
pointed_at('a routing header of type 2 to the switch itself', IPv6(src=CLIENT, dst=SWITCH) /
           IPv6ExtHdrRouting(type=2, segleft=1, addresses=[HOME]) / request, 0, 42, SWITCH)

# ---- What cannot be delivered ----
passing = IPv6(src=CLIENT, dst=FAR, hlim=1) / UDP(sport=1, dport=2) / Raw(b'data')
passing4 = IP(src=CLIENT4, dst=FAR4, ttl=1, flags='DF') / UDP(sport=1, dport=2) / Raw(b'data')
v6, v4 = IPv6(src=SWITCH, dst=CLIENT), IP(src=SWITCH4, dst=CLIENT4, id=0)
answer('time-exceeded', 'hop limit, IPv6', there() / passing, back() / v6 / ICMPv6TimeExceeded() / passing)
answer('time-exceeded', 'time to live, IPv4', there() / passing4, back() / v4 / ICMP(type=11, code=0) / passing4)
answer('no-route', 'IPv6', there() / passing, back() / v6 / ICMPv6DestUnreach(code=0) / passing)
answer('no-route', 'IPv4', there() / passing4, back() / v4 / ICMP(type=3, code=0) / passing4)
answer('no-neighbor', 'IPv6', there() / passing, back() / v6 / ICMPv6DestUnreach(code=3) / passing)
answer('no-neighbor', 'IPv4', there() / passing4, back() / v4 / ICMP(type=3, code=1) / passing4)
answer('packet-too-big', 'IPv6', there() / passing, back() / v6 / ICMPv6PacketTooBig(mtu=1476) / passing, mtu=1476)
answer('packet-too-big', 'IPv4', there() / passing4,
       back() / v4 / ICMP(type=3, code=4, nexthopmtu=1400) / passing4, mtu=1400)
to_service = IPv6(src=CLIENT, dst=VIP) / UDP(sport=1, dport=2) / Raw(b'data')
answer('no-service', 'a UDP port of a virtual address: the error comes from there', there() / to_service,
       back() / IPv6(src=VIP, dst=CLIENT) / ICMPv6DestUnreach(code=4) / to_service)
answer('no-service', 'a TCP port is left to time out', there() / IPv6(src=CLIENT, dst=VIP) / TCP(sport=1, dport=2))
error = IPv6(src=CLIENT, dst=FAR, hlim=1) / ICMPv6TimeExceeded() / passing
answer('time-exceeded', 'no error about an error (RFC 4443, section 2.4)', there() / error)
answer('time-exceeded', 'nor about an error of IPv4 (RFC 1122, section 3.2.2)',
       there() / IP(src=CLIENT4, dst=FAR4, ttl=1) / ICMP(type=3, code=1) / passing4)
answer('time-exceeded', 'nor about a later fragment of IPv4',
       there() / IP(src=CLIENT4, dst=FAR4, ttl=1, frag=10) / Raw(b'in the middle'))
long_one = IPv6(src=CLIENT, dst=FAR, hlim=1) / UDP(sport=1, dport=2) / Raw(b'x' * 1400)
answer('time-exceeded', 'an error is no longer than 1280 bytes', there() / long_one,
       back() / v6 / ICMPv6TimeExceeded() / Raw(bytes(long_one)[:1280 - 48]))

# ---- Errors about packets of servers, for the server ---------------------------------------------------------------
ROUTER, NAT_SERVER, NAT_SERVER4 = '2001:db8:7::7', '2001:db8:200::5', '10.0.0.5'


def translated(description, question, reply, own=None):
    answers.append(dict(kind='translate', description=description, question=bytes(question).hex(),
                        answer=bytes(reply).hex(), own=own))


quoted = IPv6(bytes(IPv6(src=VIP, dst=CLIENT) / UDP(sport=8080, dport=40000) / Raw(b'data')))
shown = IPv6(src=NAT_SERVER, dst=CLIENT, plen=quoted.plen) / UDP(sport=80, dport=40000, len=quoted[UDP].len,
                                                                chksum=quoted[UDP].chksum) / Raw(b'data')
translated('IPv6 behind NAT', there() / IPv6(src=ROUTER, dst=VIP, hlim=60) / ICMPv6PacketTooBig(mtu=1400) / quoted,
           IPv6(src=ROUTER, dst=NAT_SERVER, hlim=60) / ICMPv6PacketTooBig(mtu=1400) / shown,
           dict(address=NAT_SERVER, port=80))
translated('IPv6 as it is', there() / IPv6(src=ROUTER, dst=VIP, hlim=60) / ICMPv6DestUnreach(code=3) / quoted,
           IPv6(src=ROUTER, dst=VIP, hlim=60) / ICMPv6DestUnreach(code=3) / quoted)
translated('of a mobile node: it is at home for upper layers (RFC 6275, 9.3.1)',
           there() / IPv6(src=CARE_OF, dst=VIP, hlim=60) / home_option / ICMPv6DestUnreach(code=4) / quoted,
           IPv6(src=HOME, dst=VIP, hlim=60) / ICMPv6DestUnreach(code=4) / quoted)
quoted = IP(bytes(IP(src=VIP4, dst=CLIENT4, id=9) / UDP(sport=8080, dport=40000) / Raw(b'data')))
shown = IP(src=NAT_SERVER4, dst=CLIENT4, id=9, len=quoted.len, chksum=quoted.chksum) / UDP(
    sport=80, dport=40000, len=quoted[UDP].len, chksum=quoted[UDP].chksum) / Raw(b'data')
translated('IPv4 behind NAT', there() / IP(src=FAR4, dst=VIP4) / ICMP(type=3, code=4, nexthopmtu=1400) / quoted,
           IP(src=FAR4, dst=NAT_SERVER4, id=0, ttl=64) / ICMP(type=3, code=4, nexthopmtu=1400) / shown,
           dict(address=NAT_SERVER4, port=80))

with open(FILE, 'w', encoding='utf8') as file:
    json.dump(answers, file, indent=1)
    file.write('\n')
print(len(answers), 'answers')
