#!/usr/bin/python3
"""Makes the packet cases of the pipeline with scapy, which knows nothing of moor.

Run: /usr/bin/python3 bmv2-tests/pipeline/make-cases.py && npm run format   (Debian's python3-scapy)

Each case is a packet, what is in the tables beside the base (base.json), and the packets that must come out. What
comes out is built with scapy from the rules of the RFCs, never by changing the bytes that went in.
"""
import json
import os
import struct

from scapy.all import (  # pylint: disable=no-name-in-module
    ARP, Dot1Q, Ether, ICMP, ICMPv6EchoRequest, ICMPv6ND_NS, ICMPv6PacketTooBig, IP, IPv6, IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, HBHOptUnknown, Pad1, PadN, Raw, RouterAlert, TCP, UDP)
from scapy.layers.inet6 import (
    HAO, IPv6ExtHdrSegmentRouting, MIP6MH_BA, MIP6MH_BRR, MIP6MH_BU, MIP6MH_CoTI, MIP6MH_HoTI, MIP6MH_HoT)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'cases')

CLIENT_MAC, SWITCH_MAC = '02:00:00:00:00:c1', '02:00:00:00:00:01'
SERVER_MACS = {1: '02:00:00:00:01:01', 2: '02:00:00:00:01:02', 3: '02:00:00:00:01:03', 4: '02:00:00:00:01:04'}
ROUTER_MAC = '02:00:00:00:00:fe'
VIP_NUMBER = 1
UPLINK, SERVER_1, SERVER_2, BALANCER, CPU = 1, 2, 3, 4, 510
VIP, HOME, CARE_OF, CLIENT = '2001:db8:100::1', '2001:db8:1::10', '2001:db8:2::20', '2001:db8:3::30'
VIP4, CLIENT4 = '203.0.113.10', '198.51.100.7'
NAT_SERVER, NAT_SERVER4 = '2001:db8:200::5', '10.0.0.5'

REASONS = dict(home_test_init=1, care_of_test_init=2, binding_update=3, mobility_other=4, unbound_home_address=5,
               unplaced_home_address=6, malformed=7, fragment=8, neighbor_discovery=9, arp=10,
               packet_too_big=11, time_exceeded=12, no_route=13, no_neighbor=14, icmp_error=15, slot_taken=16,
               signalling=17, routing_header=18, local=19, no_service=20, no_server=21, icmp=22)


def mapped(address):
    return address if ':' in address else '::ffff:' + address


def ones_complement_change(old, new):
    """What a checksum's complement changes by when `old` (bytes) becomes `new` (RFC 1624, equation 3)."""
    total = sum((~word & 0xffff) for word in struct.unpack('!%dH' % (len(old) // 2), old))
    total += sum(struct.unpack('!%dH' % (len(new) // 2), new))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def packed(address, port):
    import socket
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    return socket.inet_pton(family, address) + struct.pack('!H', port)


def entry(table, match, action, data=None, **more):
    return dict(table=table, match=match, action=action, data=data or {}, **more)


def reached(server, port, mtu=1500, action='to_server'):
    return entry('servers', dict(server=server), action,
                 dict(destination=SERVER_MACS[server], source=SWITCH_MAC, port=port, mtu=mtu))


def flow(source, destination, source_port, destination_port, protocol, server):
    return entry('flows', dict(source=mapped(source), destination=mapped(destination), source_port=source_port,
                               destination_port=destination_port, protocol=protocol),
                 'set_server', dict(server=server))


def bound(home=HOME, care_of=CARE_OF, number=VIP_NUMBER):
    return [entry('bindings', dict(home_address=home, virtual_number=number), 'set_care_of_address',
                  dict(care_of_address=care_of))]


BASE = [
    entry('ports', dict(port=UPLINK), 'set_role', dict(role=1, address=SWITCH_MAC)),
    entry('ports', dict(port=SERVER_1), 'set_role', dict(role=2, address=SWITCH_MAC)),
    entry('ports', dict(port=SERVER_2), 'set_role', dict(role=2, address=SWITCH_MAC)),
    entry('ports', dict(port=BALANCER), 'set_role', dict(role=2, address=SWITCH_MAC)),
    entry('local_addresses', dict(address=VIP), 'set_virtual', dict(number=VIP_NUMBER)),
    entry('local_addresses', dict(address=mapped(VIP4)), 'set_virtual', dict(number=2)),
    entry('virtual_sources', dict(address=VIP), 'set_number', dict(number=VIP_NUMBER)),
    entry('local_addresses', dict(address='2001:db8:100::fe'), 'set_local'),
    # service 1: layer 2; 2: NAT; 3: handed to a load balancer; 4: signalling that is tapped
    entry('services', dict(address=VIP, protocol=6, port=80), 'set_service', dict(service=1), priority=10),
    entry('services', dict(address=VIP, protocol=17, port=5000), 'set_service', dict(service=1), priority=10),
    entry('services', dict(address=mapped(VIP4), protocol=6, port=80), 'set_service', dict(service=1),
          priority=10),
    entry('services', dict(address=mapped(VIP4), protocol=17, port=5000), 'set_service', dict(service=1),
          priority=10),
    entry('services', dict(address=VIP, protocol=6, port=8080), 'set_service', dict(service=2), priority=10),
    entry('services', dict(address=VIP, protocol=17, port=8080), 'set_service', dict(service=2),
          priority=10),
    entry('services', dict(address=mapped(VIP4), protocol=6, port=8080), 'set_service', dict(service=2),
          priority=10),
    entry('services', dict(address=mapped(VIP4), protocol=17, port=8080), 'set_service', dict(service=2),
          priority=10),
    entry('services', dict(address=VIP, protocol=6, port=443), 'hand_over', dict(service=3, server=4), priority=10),
    entry('services', dict(address=VIP, protocol=6, port=554), 'set_service', dict(service=4), priority=10),
    reached(1, SERVER_1),
    reached(2, SERVER_2),
    reached(4, BALANCER, action='to_load_balancer'),
    entry('signalling_taps', dict(virtual_address=VIP, protocol=6, port=554), 'tap', dict(service=4)),
    entry('routes', dict(prefix='2001:db8:1::/48'), 'set_next_hop', dict(next_hop=1)),
    entry('routes', dict(prefix='2001:db8:2::/48'), 'set_next_hop', dict(next_hop=1)),
    entry('routes', dict(prefix='2001:db8:3::/48'), 'set_next_hop', dict(next_hop=1)),
    entry('routes', dict(prefix='2001:db8:4::/48'), 'set_next_hop', dict(next_hop=9)),
    entry('routes', dict(prefix='::ffff:198.51.100.0/120'), 'set_next_hop', dict(next_hop=1)),
    entry('neighbors', dict(next_hop=1), 'to_neighbor',
          dict(destination=ROUTER_MAC, source=SWITCH_MAC, port=UPLINK, mtu=1500)),
]
# Every service has one member (server 4 is the load balancer).
for service, server in ((1, 1), (2, 3), (4, 2)):
    BASE.append(dict(table='selection', match=dict(service=service),
                     set=[dict(action='set_candidate', data=dict(server=server), weight=1)]))
BASE.append(entry('servers', dict(server=3), 'translate', dict(
    address=NAT_SERVER, server_port=80, checksum_change=ones_complement_change(packed(VIP, 8080), packed(NAT_SERVER, 80)),
    destination=SERVER_MACS[3], source=SWITCH_MAC, port=SERVER_1, mtu=1500)))
for protocol in (6, 17):
    BASE.append(entry('translations_back', dict(address=NAT_SERVER, port=80, protocol=protocol), 'translate_back', dict(
        address=VIP, port=8080, checksum_change=ones_complement_change(packed(NAT_SERVER, 80), packed(VIP, 8080)))))
    BASE.append(entry('translations_back', dict(address=mapped(NAT_SERVER4), port=80, protocol=protocol),
                      'translate_back', dict(
                          address=mapped(VIP4), port=8080,
                          checksum_change=ones_complement_change(packed(NAT_SERVER4, 80), packed(VIP4, 8080)))))
NAT4 = entry('servers', dict(server=5), 'translate', dict(
    address=mapped(NAT_SERVER4), server_port=80,
    checksum_change=ones_complement_change(packed(VIP4, 8080), packed(NAT_SERVER4, 80)),
    destination=SERVER_MACS[3], source=SWITCH_MAC, port=SERVER_1, mtu=1500))

groups = {}


def case(group, description, packet, expected, entries=(), port=UPLINK, digests=None):
    """A case: `packet` is what goes in by `port`, or a list of packets or of (port, packet), one after another."""
    inputs = [one if isinstance(one, tuple) else (port, one) for one in
              (packet if isinstance(packet, list) else [packet])]
    inputs = [dict(port=into, packet=bytes(there).hex()) for into, there in inputs]
    made = dict(description=description, entries=list(entries), input=inputs[0] if len(inputs) == 1 else inputs,
                expected=[dict(port=out, packet=bytes(there).hex()) for out, there in expected])
    if digests is not None:
        made['digests'] = digests
    groups.setdefault(group, []).append(made)


def told(event, source, destination, source_port, destination_port, protocol, service=0, server=0):
    """What the data plane reports of a flow."""
    return dict(source=mapped(source), destination=mapped(destination), source_port=source_port,
                destination_port=destination_port, protocol=protocol,
                event=dict(learned=1, opened=2, closed=3)[event], service=service, server=server)


def punted(reason, packet, port=UPLINK, service=0, server=0, auxiliary=0, session=0):
    """The packet as the controller gets it: the header of packets in, and the packet as it came."""
    head = struct.pack('!HBHHHI', port << 7, REASONS[reason], service, server, auxiliary, session)
    return (CPU, head + bytes(packet))


def client(*vlans):
    frame = Ether(src=CLIENT_MAC, dst=SWITCH_MAC)
    for vlan in vlans:
        frame = frame / Dot1Q(vlan=vlan)
    return frame


def to_server(server, *vlans):
    frame = Ether(src=SWITCH_MAC, dst=SERVER_MACS[server])
    for vlan in vlans:
        frame = frame / Dot1Q(vlan=vlan)
    return frame


def from_server(server):
    return Ether(src=SERVER_MACS[server], dst=SWITCH_MAC)


def to_router():
    return Ether(src=SWITCH_MAC, dst=ROUTER_MAC)


def transport(kind, source, destination, ip=IPv6, sport=40000, dport=80, **more):
    """TCP or UDP bytes with the checksum over these addresses."""
    upper = (TCP(sport=sport, dport=dport, flags=more.get('flags', 'A'), seq=1, ack=1) if kind == 'tcp'
             else UDP(sport=sport, dport=dport)) / Raw(more.get('payload', b'hello, server'))
    whole = ip(bytes(ip(src=source, dst=destination) / upper))
    return whole.payload


# ---- Sessions -------------------------------------------------------------------------------------------------
for kind, number, dport in (('tcp', 6, 80), ('udp', 17, 5000)):
    for ip, vip, who in ((IPv6, VIP, CLIENT), (IP, VIP4, CLIENT4)):
        name = '%s over %s' % (kind, ip.__name__)
        upper = transport(kind, who, vip, ip, dport=dport)
        whole = ip(src=who, dst=vip) / upper
        case('sessions', name + ': a flow that is known goes to its server', client() / whole,
             [(SERVER_2, to_server(2) / whole)], [flow(who, vip, 40000, dport, number, 2)])
        case('sessions', name + ': a new flow goes to a member of the selection', client() / whole,
             [(SERVER_1, to_server(1) / whole)])
        case('sessions', name + ': refused where the probability is 1', client() / whole, [],
             [entry('admission', {'service': 1, 'class': 0}, 'set_drop_probability', dict(probability=65536))])
        case('sessions', name + ': a known flow is not refused with new ones', client() / whole,
             [(SERVER_2, to_server(2) / whole)],
             [flow(who, vip, 40000, dport, number, 2),
              entry('admission', {'service': 1, 'class': 0}, 'set_drop_probability', dict(probability=65536))])
        case('sessions', name + ': a known flow is dropped where established ones are', client() / whole, [],
             [flow(who, vip, 40000, dport, number, 2),
              entry('admission', {'service': 1, 'class': 1}, 'set_drop_probability', dict(probability=65536))])
        announced = entry('announced_flows', dict(source=mapped(who), destination=mapped(vip), protocol=number),
                          'expect_server', dict(server=2), priority=10)
        case('sessions', name + ': an announced flow goes where its session is', client() / whole,
             [(SERVER_2, to_server(2) / whole)], [announced])
        case('sessions', name + ': a known flow comes before an announced one', client() / whole,
             [(SERVER_1, to_server(1) / whole)], [announced, flow(who, vip, 40000, dport, number, 1)])
        for vlans in ((100,), (100, 200)):
            case('sessions', '%s with %d VLAN tags' % (name, len(vlans)), client(*vlans) / whole,
                 [(SERVER_1, to_server(1, *vlans) / whole)])
        elsewhere = ip(src=who, dst=vip) / transport(kind, who, vip, ip, dport=81)
        case('sessions', name + ': no service at this port', client() / elsewhere,
             [punted('no_service', client() / elsewhere)])
        case('sessions', name + ': a server that nobody knows how to reach', client() / whole,
             [punted('no_server', client() / whole, service=1, server=77)], [flow(who, vip, 40000, dport, number, 77)])
        case('sessions', name + ': on a port that is not configured', client() / whole, [], port=7)

# ---- NAT ------------------------------------------------------------------------------------------------------
for kind, number in (('tcp', 6), ('udp', 17)):
    before = IPv6(src=CLIENT, dst=VIP) / transport(kind, CLIENT, VIP, dport=8080)
    after = IPv6(src=CLIENT, dst=NAT_SERVER) / transport(kind, CLIENT, NAT_SERVER, dport=80)
    case('nat', kind + ' over IPv6 in: address, port and checksum', client() / before,
         [(SERVER_1, to_server(3) / after)])
    before = IPv6(src=NAT_SERVER, dst=CLIENT) / transport(kind, NAT_SERVER, CLIENT, sport=80, dport=40000)
    after = IPv6(src=VIP, dst=CLIENT, hlim=63) / transport(kind, VIP, CLIENT, sport=8080, dport=40000)
    case('nat', kind + ' over IPv6 out', from_server(3) / before, [(UPLINK, to_router() / after)], port=SERVER_1)
    before = IP(src=CLIENT4, dst=VIP4) / transport(kind, CLIENT4, VIP4, IP, dport=8080)
    after = IP(src=CLIENT4, dst=NAT_SERVER4) / transport(kind, CLIENT4, NAT_SERVER4, IP, dport=80)
    case('nat', kind + ' over IPv4 in', client() / before, [(SERVER_1, to_server(3) / after)],
         [NAT4, flow(CLIENT4, VIP4, 40000, 8080, number, 5)])
    before = IP(src=NAT_SERVER4, dst=CLIENT4) / transport(kind, NAT_SERVER4, CLIENT4, IP, sport=80, dport=40000)
    after = IP(src=VIP4, dst=CLIENT4, ttl=63) / transport(kind, VIP4, CLIENT4, IP, sport=8080, dport=40000)
    case('nat', kind + ' over IPv4 out', from_server(3) / before, [(UPLINK, to_router() / after)], port=SERVER_1)
before = from_server(3) / IPv6(src=NAT_SERVER, dst=CLIENT, hlim=1) / \
    transport('tcp', NAT_SERVER, CLIENT, sport=80, dport=40000)
case('nat', 'out, and nobody may forward it: the controller gets it as it came', before,
     [punted('time_exceeded', before, port=SERVER_1)], port=SERVER_1)
bare = IP(src=CLIENT4, dst=VIP4) / UDP(sport=40000, dport=8080, chksum=0) / Raw(b'no checksum')
there = IP(src=CLIENT4, dst=NAT_SERVER4) / UDP(sport=40000, dport=80, chksum=0) / Raw(b'no checksum')
case('nat', 'UDP over IPv4 without a checksum stays without', client() / bare, [(SERVER_1, to_server(3) / there)],
     [NAT4, flow(CLIENT4, VIP4, 40000, 8080, 17, 5)])
mobile = IPv6(src=CARE_OF, dst=VIP) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b'\0\0'), HAO(hoa=HOME)]) / \
    transport('tcp', HOME, VIP, dport=8080)
case('nat', 'a bound mobile node to a server behind NAT', client() / mobile,
     [(SERVER_1, to_server(3) / IPv6(src=HOME, dst=NAT_SERVER) / transport('tcp', HOME, NAT_SERVER, dport=80))],
     bound())

# ---- Handing over to a load balancer (Mobility Agents, figures 1, 3 and 4) -----------------------------------------
upper = transport('tcp', HOME, VIP, dport=443)
case('hand-over', 'a fixed client', client() / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP, dport=443),
     [(BALANCER, to_server(4) / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP, dport=443))])
case('hand-over', 'a mobile node: the load balancer sees its home address (figure 3)',
     client() / IPv6(src=CARE_OF, dst=VIP) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b'\0\0'), HAO(hoa=HOME)]) / upper,
     [(BALANCER, to_server(4) / IPv6(src=HOME, dst=VIP) / upper)], bound())
upper = transport('tcp', VIP, HOME, sport=443, dport=40000)
case('hand-over', 'back to the mobile node, with a routing header (figure 4)',
     from_server(4) / IPv6(src=VIP, dst=HOME) / upper,
     [(UPLINK, to_router() / IPv6(src=VIP, dst=CARE_OF, hlim=63) /
       IPv6ExtHdrRouting(type=2, segleft=1, addresses=[HOME]) / upper)], bound(), port=BALANCER)

# ---- The Home Address option, in every layout ------------------------------------------------------------------
UNKNOWN = 0x1e  # an experimental option that is skipped where it is not known (RFC 4727)


def filler(size, kind):
    """Options of `size` bytes in all."""
    if size == 0:
        return []
    if kind == 'pad1':
        return [Pad1()] * size
    if kind == 'padn':
        return [Pad1()] if size == 1 else [PadN(optdata=b'\0' * (size - 2))]
    if kind == 'decoy':  # the type and length of a Home Address option, inside another option
        body = (b'\xc9\x10' * size)[:size - 2]
        return [HBHOptUnknown(otype=UNKNOWN, optlen=size - 2, optdata=body)] if size >= 2 else [Pad1()]
    return [HBHOptUnknown(otype=UNKNOWN, optlen=size - 2, optdata=b'x' * (size - 2))] if size >= 2 else [Pad1()]


def options_header(options, following):
    """A destination-options header, byte by byte, so that nothing pads it."""
    body = b''.join(bytes(option) for option in options)
    assert (len(body) + 2) % 8 == 0, len(body)
    return struct.pack('!BB', following, (len(body) + 2) // 8 - 1) + body


def ipv6(source, destination, following, rest, hop_limit=64):
    return bytes(IPv6(src=source, dst=destination, nh=following, plen=len(rest), hlim=hop_limit)) + rest


upper = bytes(transport('tcp', HOME, VIP))
for chunks in range(3, 9):
    for position in range(0, chunks - 2):
        for lead in ('pad1', 'padn', 'option', 'decoy'):
            for tail in ('padn', 'option'):
                before = filler(8 * position + 4, lead)
                after = filler(8 * (chunks - position - 3), tail)
                if not after and tail != 'padn':
                    continue
                header = options_header(before + [HAO(hoa=HOME)] + after, 6)
                padding_only = lead in ('pad1', 'padn') and tail == 'padn'
                left = b'' if padding_only else options_header(before + [PadN(optdata=b'')] + after, 6)
                case('home-address', 'header of %d bytes, option at %d, behind %s, before %s' % (
                    8 * chunks, 8 * position + 6, lead, tail if after else 'nothing'),
                     bytes(client(**{}) / Raw(b''))[:12] + b'\x86\xdd' + ipv6(CARE_OF, VIP, 60, header + upper),
                     [(SERVER_1, bytes(to_server(1))[:12] + b'\x86\xdd' +
                       ipv6(HOME, VIP, 6 if padding_only else 60, left + upper))], bound())


def frame_in(packet):
    return bytes(client())[:12] + b'\x86\xdd' + packet


def frame_to(server, packet):
    return bytes(to_server(server))[:12] + b'\x86\xdd' + packet


canonical = options_header([PadN(optdata=b'\0\0'), HAO(hoa=HOME)], 6)
whole = frame_in(ipv6(CARE_OF, VIP, 60, canonical + upper))
case('home-address', 'no binding: for a Binding Error', whole, [punted('unbound_home_address', whole)])
case('home-address', 'a binding of another care-of address', whole, [punted('unbound_home_address', whole)],
     bound(care_of='2001:db8:2::21'))
case('home-address', 'a binding of another home address', whole, [punted('unbound_home_address', whole)],
     bound(home='2001:db8:1::11'))
case('home-address', 'a binding of another virtual address', whole, [punted('unbound_home_address', whole)],
     bound(number=3))
udp = bytes(transport('udp', HOME, VIP, dport=5000))
case('home-address', 'UDP', frame_in(ipv6(CARE_OF, VIP, 60, options_header([PadN(optdata=b'\0\0'), HAO(hoa=HOME)], 17)
                                          + udp)),
     [(SERVER_1, frame_to(1, ipv6(HOME, VIP, 17, udp)))], bound())
twice = options_header([PadN(optdata=b'\0\0'), HAO(hoa=HOME), PadN(optdata=b'\0\0\0\0'), HAO(hoa=HOME)], 6)
whole = frame_in(ipv6(CARE_OF, VIP, 60, twice + upper))
case('home-address', 'twice in a header', whole, [punted('unplaced_home_address', whole)], bound())
first = options_header([PadN(optdata=b'\0\0'), HAO(hoa=HOME)], 60)
whole = frame_in(ipv6(CARE_OF, VIP, 60, first + canonical + upper))
case('home-address', 'in two headers', whole, [punted('unplaced_home_address', whole)], bound())
for at in (2, 3, 4, 5, 7, 8, 9):
    pads = filler(at - 2, 'pad1')
    body = b''.join(bytes(option) for option in pads) + b'\xc9\x10' + bytes(16)
    body += b'\0' * (-(len(body) + 2) % 8)
    header = struct.pack('!BB', 6, (len(body) + 2) // 8 - 1) + body
    whole = frame_in(ipv6(CARE_OF, VIP, 60, header + upper))
    case('home-address', 'at %d, where alignment does not allow it' % at, whole,
         [punted('unplaced_home_address', whole)], bound())
for length in (0, 15, 17):
    body = bytes(PadN(optdata=b'\0\0')) + struct.pack('!BB', 0xc9, length) + bytes(length)
    body += b'\0' * (-(len(body) + 2) % 8)
    header = struct.pack('!BB', 6, (len(body) + 2) // 8 - 1) + body
    whole = frame_in(ipv6(CARE_OF, VIP, 60, header + upper))
    case('home-address', 'of %d bytes' % length, whole, [punted('unplaced_home_address', whole)], bound())
header = struct.pack('!BB', 6, 1) + bytes(PadN(optdata=b'\0\0')) + b'\xc9\x10' + bytes(8)
whole = frame_in(ipv6(CARE_OF, VIP, 60, header + upper))
case('home-address', 'that reaches over the end of its header', whole, [punted('unplaced_home_address', whole)], bound())

# ---- Orders of extension headers in front of and behind the option ---------------------------------------------
hop = bytes(struct.pack('!BB', 0, 0) + b'\x05\x02\x00\x00\x01\x00')          # router alert
long_hop = bytes(struct.pack('!BB', 0, 1) + b'\x01\x0c' + bytes(12))
routing0 = struct.pack('!BBBB', 0, 0, 253, 0) + bytes(4)                      # an experimental type, no segments left
plain = struct.pack('!BB', 0, 0) + bytes([UNKNOWN, 4]) + b'abcd'


def chain(parts, last, upper_bytes):
    """Headers as (number, bytes) one behind the other, each naming the next."""
    numbers = [number for number, _ in parts] + [last]
    body = b''
    for index, (_, header) in enumerate(parts):
        body += bytes([numbers[index + 1]]) + header[1:]
    return numbers[0], body + upper_bytes


OPTION = (60, canonical)
ORDERS = {
    'hop-by-hop, option': [(0, hop), OPTION],
    'long hop-by-hop, option': [(0, long_hop), OPTION],
    'routing, option': [(43, routing0), OPTION],
    'hop-by-hop, routing, option': [(0, hop), (43, routing0), OPTION],
    'hop-by-hop, options, routing, option': [(0, hop), (60, plain), (43, routing0), OPTION],
    'options, option': [(60, plain), OPTION],
    'option, options': [OPTION, (60, plain)],
    'option, routing': [OPTION, (43, routing0)],
    'hop-by-hop, option, options': [(0, hop), OPTION, (60, plain)],
    'hop-by-hop, routing, option, options': [(0, hop), (43, routing0), OPTION, (60, plain)],
    'options, routing, option, options': [(60, plain), (43, routing0), OPTION, (60, plain)],
    'options, options, option': [(60, plain), (60, plain), OPTION],
}
for name, parts in ORDERS.items():
    first, body = chain(parts, 6, upper)
    first_left, left = chain([part for part in parts if part is not OPTION], 6, upper)
    case('chains', 'in: ' + name, frame_in(ipv6(CARE_OF, VIP, first, body)),
         [(SERVER_1, frame_to(1, ipv6(HOME, VIP, first_left, left)))], bound())
for name, parts in {
    'no extension header': [], 'hop-by-hop': [(0, hop)], 'long hop-by-hop': [(0, long_hop)], 'options': [(60, plain)],
    'routing': [(43, routing0)], 'hop-by-hop, options': [(0, hop), (60, plain)],
    'hop-by-hop, options, routing, options': [(0, hop), (60, plain), (43, routing0), (60, plain)],
}.items():
    fixed = bytes(transport('tcp', CLIENT, VIP))
    first, body = chain(parts, 6, fixed)
    case('chains', 'a fixed client with ' + name, frame_in(ipv6(CLIENT, VIP, first, body)),
         [(SERVER_1, frame_to(1, ipv6(CLIENT, VIP, first, body)))])

# ---- Routing headers outbound -----------------------------------------------------------------------------------
out = bytes(transport('tcp', VIP, HOME, sport=80, dport=40000))
routing2 = struct.pack('!BBBBI', 0, 2, 2, 1, 0) + bytes(IPv6(dst=HOME))[24:40]
fragment_first = struct.pack('!BBHI', 0, 0, 1, 77)
fragment_later = struct.pack('!BBHI', 0, 0, (64 << 3) | 1, 77)


def frame_from(server, packet):
    return bytes(from_server(server))[:12] + b'\x86\xdd' + packet


def frame_up(packet):
    return bytes(to_router())[:12] + b'\x86\xdd' + packet


for name, front, rest in (
        ('no extension header', [], []), ('hop-by-hop', [(0, hop)], []), ('long hop-by-hop', [(0, long_hop)], []),
        ('options', [], [(60, plain)]), ('hop-by-hop, options', [(0, hop)], [(60, plain)]),
        ('a first fragment', [], [(44, fragment_first)]), ('a later fragment', [], [(44, fragment_later)]),
        ('hop-by-hop, a later fragment', [(0, hop)], [(44, fragment_later)]),
        ('options, a first fragment', [], [(60, plain), (44, fragment_first)])):
    first, body = chain(front + rest, 6, out)
    first_out, body_out = chain(front + [(43, routing2)] + rest, 6, out)
    case('routing-header', 'out: ' + name, frame_from(1, ipv6(VIP, HOME, first, body)),
         [(UPLINK, frame_up(ipv6(VIP, CARE_OF, first_out, body_out, 63)))], bound(), port=SERVER_1)
first, body = chain([(43, routing0)], 6, out)
whole = frame_from(1, ipv6(VIP, HOME, first, body))
case('routing-header', 'out: another routing header is there', whole,
     [punted('routing_header', whole, port=SERVER_1)], bound(), port=SERVER_1)
first, body = chain([(43, routing0), (43, routing2)], 6, out)
case('routing-header', 'out: a type 2 routing header behind another one, from the controller, to the care-of address',
     frame_from(1, ipv6(VIP, CARE_OF, first, body)), [(UPLINK, frame_up(ipv6(VIP, CARE_OF, first, body, 63)))],
     bound(), port=SERVER_1)
case('routing-header', 'out: no binding, no header', frame_from(1, ipv6(VIP, HOME, 6, out)),
     [(UPLINK, frame_up(ipv6(VIP, HOME, 6, out, 63)))], port=SERVER_1)
case('routing-header', 'out: a binding with another virtual address',
     frame_from(1, ipv6(VIP, HOME, 6, out)), [(UPLINK, frame_up(ipv6(VIP, HOME, 6, out, 63)))],
     bound(number=3), port=SERVER_1)
for size, fits in ((1500 - 24, True), (1500 - 23, False)):
    body = bytes(transport('tcp', VIP, HOME, sport=80, dport=40000, payload=b'x' * (size - 60)))
    whole = frame_from(1, ipv6(VIP, HOME, 6, body))
    case('routing-header', 'out: %d bytes and 24 more on a link of 1500' % size, whole,
         [(UPLINK, frame_up(ipv6(VIP, CARE_OF, 43, b'\x06' + routing2[1:] + body, 63)))] if fits
         else [punted('packet_too_big', whole, port=SERVER_1, auxiliary=1476)], bound(), port=SERVER_1)
inbound = ipv6(CLIENT, VIP, 43, b'\x06' + struct.pack('!BBBI', 2, 2, 1, 0) + bytes(IPv6(dst=VIP))[24:40] + upper)
case('routing-header', 'in: sent to a virtual address, dropped', frame_in(inbound), [])

# ---- Mobility messages ----------------------------------------------------------------------------------------------
for name, reason, message in (
        ('HoTI', 'home_test_init', MIP6MH_HoTI(cookie=b'12345678')),
        ('CoTI', 'care_of_test_init', MIP6MH_CoTI(cookie=b'12345678')),
        ('a Binding Refresh Request', 'mobility_other', MIP6MH_BRR()),
        ('HoT', 'mobility_other', MIP6MH_HoT()),
        ('a Binding Acknowledgement', 'mobility_other', MIP6MH_BA())):
    whole = client() / IPv6(src=CLIENT, dst=VIP) / message
    case('mobility', name + ' to a virtual address', whole, [punted(reason, whole)])
    elsewhere = client() / IPv6(src=CLIENT, dst='2001:db8:3::99') / message
    case('mobility', name + ' to another address is routed', elsewhere,
         [(UPLINK, to_router() / IPv6(src=CLIENT, dst='2001:db8:3::99', hlim=63) / message)])
update = MIP6MH_BU(seq=5, mhtime=100)
whole = client() / IPv6(src=CARE_OF, dst=VIP) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b'\0\0'), HAO(hoa=HOME)]) / \
    update
case('mobility', 'a Binding Update with a Home Address option', whole, [punted('binding_update', whole)])
case('mobility', 'a Binding Update of a node that is bound already', whole, [punted('binding_update', whole)], bound())
# They pass by the Binding Cache (RFC 6275, section 6.1): what has a routing header has it from the controller.
for name, message in (('a Binding Refresh Request', MIP6MH_BRR()), ('HoT', MIP6MH_HoT(cookie=b'12345678')),
                      ('a Binding Acknowledgement', MIP6MH_BA(status=0, seq=5))):
    made = bytes((IPv6(src=VIP, dst=HOME) / message).payload)
    case('mobility', 'out: %s takes no routing header' % name, frame_from(1, ipv6(VIP, HOME, 135, made)),
         [(UPLINK, frame_up(ipv6(VIP, HOME, 135, made, 63)))], bound(), port=SERVER_1)
cut = bytes(IPv6ExtHdrFragment(nh=135, offset=2, m=0, id=77)) + b'the middle of some'
case('mobility', 'out: a later fragment of a mobility message takes no routing header',
     frame_from(1, ipv6(VIP, HOME, 44, cut)), [(UPLINK, frame_up(ipv6(VIP, HOME, 44, cut, 63)))], bound(), port=SERVER_1)
routed = bytes([135]) + routing2[1:] + made
case('mobility', 'out: a Binding Acknowledgement with a routing header, to the home address of another node',
     frame_from(1, ipv6(VIP, CARE_OF, 43, routed)), [(UPLINK, frame_up(ipv6(VIP, CARE_OF, 43, routed, 63)))],
     bound(home=CARE_OF, care_of=HOME), port=SERVER_1)
test = MIP6MH_HoTI(cookie=b'12345678')
for vlans in ((100,), (100, 200)):
    whole = client(*vlans) / IPv6(src=CLIENT, dst=VIP) / test
    case('mobility', 'HoTI with %d VLAN tags' % len(vlans), whole, [punted('home_test_init', whole)])

# ---- Fragments ------------------------------------------------------------------------------------------------------
first_part = bytes([6]) + fragment_first[1:] + upper
later_part = bytes([6]) + fragment_later[1:] + b'in the middle of it'
before = options_header([PadN(optdata=b'\0\0'), HAO(hoa=HOME)], 44)
case('fragments', 'the option stands before the fragment header of all fragments (RFC 6275, section 6.3)',
     [frame_in(ipv6(CARE_OF, VIP, 60, before + first_part)), frame_in(ipv6(CARE_OF, VIP, 60, before + later_part))],
     [(SERVER_1, frame_to(1, ipv6(HOME, VIP, 44, first_part))), (SERVER_1, frame_to(1, ipv6(HOME, VIP, 44, later_part)))],
     bound())
behind = bytes([60]) + fragment_first[1:] + options_header([PadN(optdata=b'\0\0'), HAO(hoa=HOME)], 6) + upper
whole = frame_in(ipv6(CARE_OF, VIP, 44, behind))
case('fragments', 'the option behind a fragment header: later fragments lack it', whole,
     [punted('unplaced_home_address', whole)], bound())
whole = frame_in(ipv6(CLIENT, VIP, 44, bytes([6]) + fragment_later[1:] + b'in the middle of it'))
case('fragments', 'a later fragment whose first one was not seen', whole, [punted('fragment', whole)])
fixed = bytes(transport('tcp', CLIENT, VIP))
whole = ipv6(CLIENT, VIP, 44, bytes([6]) + fragment_first[1:] + fixed)
case('fragments', 'a first fragment goes by its ports', frame_in(whole), [(SERVER_1, frame_to(1, whole))])
atomic = ipv6(CLIENT, VIP, 44, bytes([6]) + struct.pack('!BHI', 0, 0, 77) + fixed)
case('fragments', 'a packet in one fragment is whole (RFC 6946)', frame_in(atomic), [(SERVER_1, frame_to(1, atomic))])
later4 = IP(src=CLIENT4, dst=VIP4, frag=64, id=9, proto=6) / Raw(b'in the middle')
case('fragments', 'a later IPv4 fragment whose first one was not seen', client() / later4,
     [punted('fragment', client() / later4)])
first4 = IP(src=CLIENT4, dst=VIP4, flags='MF', id=9) / transport('tcp', CLIENT4, VIP4, IP)
case('fragments', 'a first IPv4 fragment goes by its ports', client() / first4, [(SERVER_1, to_server(1) / first4)])

# ---- Truncated and malformed ------------------------------------------------------------------------------------
whole = frame_in(ipv6(CARE_OF, VIP, 60, canonical + upper))
for cut in range(14 + 40, 14 + 40 + 24 + 20):
    there = whole[:cut]
    case('truncated', 'cut behind %d bytes' % cut, there, [punted('malformed', there)], bound())
for cut in range(14, 14 + 40):
    case('truncated', 'cut behind %d bytes, inside the IPv6 header' % cut, whole[:cut], [], bound())
for option_length, name in ((1, 'one byte beyond'), (200, 'far beyond')):
    header = struct.pack('!BBBB', 6, 0, UNKNOWN, 4 + option_length) + b'abcd'
    whole = frame_in(ipv6(CLIENT, VIP, 60, header + upper))
    case('truncated', 'an option that reaches %s its header' % name, whole, [punted('malformed', whole)])
many = [(60, plain)] * 13
first, body = chain(many, 6, upper)
whole = frame_in(ipv6(CLIENT, VIP, first, body))
case('truncated', 'more extension headers than the parser holds', whole, [punted('malformed', whole)])
first, body = chain([(60, plain), (0, hop)], 6, upper)
whole = frame_in(ipv6(CLIENT, VIP, first, body))
case('truncated', 'a hop-by-hop header that is not the first', whole, [punted('malformed', whole)])
bad = IP(src=CLIENT4, dst=VIP4, chksum=0x1234) / transport('tcp', CLIENT4, VIP4, IP)
case('truncated', 'an IPv4 header with a wrong checksum', client() / bad, [])
options4 = IP(src=CLIENT4, dst=VIP4, options=[('NOP' and b'\x01\x01\x01\x00')]) / \
    transport('tcp', CLIENT4, VIP4, IP)
case('sessions', 'IPv4 with options', client() / options4, [(SERVER_1, to_server(1) / options4)])

# ---- Neighbours, routes, taps ---------------------------------------------------------------------------------------
whole = client() / ARP(psrc=CLIENT4, pdst=VIP4)
case('local', 'ARP', whole, [punted('arp', whole)])
whole = Ether(src=CLIENT_MAC, dst='33:33:ff:00:00:01') / IPv6(src=CLIENT, dst='ff02::1:ff00:1', hlim=255) / \
    ICMPv6ND_NS(tgt=VIP)
case('local', 'a Neighbor Solicitation', whole, [punted('neighbor_discovery', whole)])
solicited = bytes((IPv6(src=VIP, dst=HOME, hlim=255) / ICMPv6ND_NS(tgt=HOME)).payload)
whole = frame_from(1, ipv6(VIP, HOME, 58, solicited, 255))
case('local', 'a Neighbor Solicitation of a server, for a bound mobile node: no routing header (RFC 6275, section 9.3.2)',
     whole, [punted('neighbor_discovery', whole, port=SERVER_1)], bound(), port=SERVER_1)
whole = client() / IPv6(src=CLIENT, dst='2001:db8:100::fe') / ICMPv6EchoRequest()
case('local', 'an echo request to the switch', whole, [punted('local', whole)])
whole = client() / IPv6(src=CLIENT, dst=VIP) / ICMPv6PacketTooBig(mtu=1280)
case('local', 'an ICMPv6 error to a virtual address', whole, [punted('icmp_error', whole)])
case('local', 'something that is not IP', client() / Raw(b'x' * 50), [])
plain_out = IPv6(src=VIP, dst=CLIENT) / transport('tcp', VIP, CLIENT, sport=80, dport=40000)
case('routes', 'out by the longest prefix, one hop less', from_server(1) / plain_out,
     [(UPLINK, to_router() / IPv6(src=VIP, dst=CLIENT, hlim=63) / plain_out.payload)], port=SERVER_1)
for hop_limit in (0, 1):
    whole = from_server(1) / IPv6(src=VIP, dst=CLIENT, hlim=hop_limit) / plain_out.payload
    case('routes', 'hop limit %d' % hop_limit, whole, [punted('time_exceeded', whole, port=SERVER_1)], port=SERVER_1)
whole = from_server(1) / IPv6(src=VIP, dst='2001:db8:9::1') / plain_out.payload
case('routes', 'no route', whole, [punted('no_route', whole, port=SERVER_1)], port=SERVER_1)
whole = from_server(1) / IP(src=VIP4, dst='203.0.113.77') / UDP(sport=80, dport=40000)
case('routes', 'no route of IPv4, where one of IPv6 is for everything', whole, [punted('no_route', whole, port=SERVER_1)],
     [entry('routes', dict(prefix='::/0'), 'set_next_hop', dict(next_hop=1)),
      entry('routes', dict(prefix='::ffff:0.0.0.0/96'), 'report_no_route', {})], port=SERVER_1)
whole = from_server(1) / IPv6(src=VIP, dst='2001:db8:4::1') / plain_out.payload
case('routes', 'no neighbour', whole, [punted('no_neighbor', whole, port=SERVER_1, auxiliary=9)], port=SERVER_1)
tapped = client() / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP, dport=554, payload=b'SETUP rtsp')
case('taps', 'signalling to a server is copied to the controller', tapped,
     [(SERVER_2, to_server(2) / tapped[IPv6]), punted('signalling', tapped, service=4, server=2)])
reply = from_server(2) / IPv6(src=VIP, dst=CLIENT) / transport('tcp', VIP, CLIENT, sport=554, dport=40000)
case('taps', 'and so is its reply', reply,
     [(UPLINK, to_router() / IPv6(src=VIP, dst=CLIENT, hlim=63) / reply[IPv6].payload),
      punted('signalling', reply, port=SERVER_2, service=4)], port=SERVER_2)

# ---- More of fragments ------------------------------------------------------------------------------------------------
for name, ip, first_one, later_one, frame in (
        ('IPv6', IPv6, ipv6(CLIENT, VIP, 44, bytes([6]) + fragment_first[1:] + fixed),
         ipv6(CLIENT, VIP, 44, bytes([6]) + fragment_later[1:] + b'in the middle'), frame_in),
        ('IPv4', IP, bytes(first4), bytes(later4), lambda packet: bytes(client())[:12] + b'\x08\x00' + packet)):
    there = frame_to if name == 'IPv6' else lambda server, packet: (
        bytes(to_server(server))[:12] + b'\x08\x00' + packet)
    case('fragments', name + ': later fragments follow the first', [frame(first_one), frame(later_one)],
         [(SERVER_1, there(1, first_one)), (SERVER_1, there(1, later_one))])
    case('fragments', name + ': a later fragment before the first one', [frame(later_one), frame(first_one)],
         [(CPU, punted('fragment', frame(later_one))[1]), (SERVER_1, there(1, first_one))])
    address, server_port = (VIP, 80) if name == 'IPv6' else (VIP4, 80)
    case('fragments', name + ': a known flow, and its later fragments with it', [frame(first_one), frame(later_one)],
         [(SERVER_2, there(2, first_one)), (SERVER_2, there(2, later_one))],
         [flow(CLIENT if name == 'IPv6' else CLIENT4, address, 40000, server_port, 6, 2)])
    case('fragments', name + ': refused with its first fragment', [frame(first_one), frame(later_one)],
         [punted('fragment', frame(later_one))],
         [entry('admission', {'service': 1, 'class': 0}, 'set_drop_probability', dict(probability=65536))])
other = ipv6(CLIENT, VIP, 44, bytes([6]) + struct.pack('!BHI', 0, (64 << 3) | 1, 78) + b'of another packet')
case('fragments', 'a later fragment of another packet is not taken for one of this',
     [frame_in(whole_first := ipv6(CLIENT, VIP, 44, bytes([6]) + fragment_first[1:] + fixed)), frame_in(other)],
     [(SERVER_1, frame_to(1, whole_first)), punted('fragment', frame_in(other))])
out_later = bytes([6]) + fragment_later[1:] + b'in the middle'
case('fragments', 'out, from a server behind NAT with one virtual address',
     frame_from(3, ipv6(NAT_SERVER, CLIENT, 44, out_later)),
     [(UPLINK, frame_up(ipv6(VIP, CLIENT, 44, out_later, 63)))],
     [entry('translations_back', dict(address=NAT_SERVER, port=0, protocol=6), 'translate_back',
            dict(address=VIP, port=0, checksum_change=0))], port=SERVER_1)
whole = frame_from(3, ipv6(NAT_SERVER, CLIENT, 44, out_later))
case('fragments', 'out, from a server behind NAT with several virtual addresses', whole,
     [punted('fragment', whole, port=SERVER_1)],
     [entry('translations_back', dict(address=NAT_SERVER, port=0, protocol=6), 'ask_controller',
            dict(reason=REASONS['fragment']))], port=SERVER_1)

# ---- Sessions over several packets --------------------------------------------------------------------------------
one = IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP, flags='S')
two = IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP)
end = IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP, flags='FA')
case('learning', 'the first packet of a flow is told, the second is not', [client() / one, client() / two],
     [(SERVER_1, to_server(1) / one), (SERVER_1, to_server(1) / two)],
     digests=[told('learned', CLIENT, VIP, 40000, 80, 6, 1, 1)])
case('learning', 'FIN is told', [client() / one, client() / end],
     [(SERVER_1, to_server(1) / one), (SERVER_1, to_server(1) / end)],
     digests=[told('learned', CLIENT, VIP, 40000, 80, 6, 1, 1), told('closed', CLIENT, VIP, 40000, 80, 6, 1, 1)])
reset = IPv6(src=VIP, dst=CLIENT) / transport('tcp', VIP, CLIENT, sport=80, dport=40000, flags='R')
case('learning', 'RST from the server is told', [(SERVER_1, from_server(1) / reset)],
     [(UPLINK, to_router() / IPv6(src=VIP, dst=CLIENT, hlim=63) / reset.payload)],
     digests=[told('closed', VIP, CLIENT, 80, 40000, 6)])
case('learning', 'SYN of a known flow is told', client() / one, [(SERVER_2, to_server(2) / one)],
     [flow(CLIENT, VIP, 40000, 80, 6, 2)], digests=[told('opened', CLIENT, VIP, 40000, 80, 6, 1, 2)])
case('learning', 'other packets of a known flow are not', client() / two, [(SERVER_2, to_server(2) / two)],
     [flow(CLIENT, VIP, 40000, 80, 6, 2)], digests=[])
case('learning', 'a flow that was refused is not learned', [client() / one, client() / two], [],
     [entry('admission', {'service': 1, 'class': 0}, 'set_drop_probability', dict(probability=65536))], digests=[])
announced = entry('announced_flows', dict(source=CLIENT, destination=VIP, protocol=6), 'expect_server',
                  dict(server=2), priority=10)
case('learning', 'an announced flow is told, with the server of its session', client() / two,
     [(SERVER_2, to_server(2) / two)], [announced], digests=[told('learned', CLIENT, VIP, 40000, 80, 6, 1, 2)])
case('learning', 'an announced flow is no new session to admission', client() / two,
     [(SERVER_2, to_server(2) / two)],
     [announced, entry('admission', {'service': 1, 'class': 0}, 'set_drop_probability', dict(probability=65536))])
case('learning', 'an announced flow where established ones are dropped', client() / two, [],
     [announced, entry('admission', {'service': 1, 'class': 1}, 'set_drop_probability', dict(probability=65536))])


def slot_of(source, destination, source_port, destination_port, protocol, slots=262144):
    """Where the learning cache keeps a flow: CRC-32 as of IEEE 802.3 over its tuple."""
    import socket
    import zlib
    return zlib.crc32(socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, destination) +
                      struct.pack('!HHB', source_port, destination_port, protocol)) % slots


def colliding(source, port):
    """Another address whose flow takes the same slot."""
    wanted = slot_of(source, VIP, port, 80, 6)
    return next(other for number in range(1 << 20)
                if slot_of(other := '2001:db8:3::%x:%x' % (number >> 16, number & 0xffff), VIP, port, 80, 6) == wanted
                and IPv6(src=other).src != source)


attacker = colliding(CLIENT, 40000)
steals = IPv6(src=attacker, dst=VIP) / transport('tcp', attacker, VIP)
case('learning', 'a flow whose slot another live flow has goes to the controller, and the other keeps its server',
     [client() / two, client() / steals, client() / two],
     [(SERVER_1, to_server(1) / two), punted('slot_taken', client() / steals, service=1), (SERVER_1, to_server(1) / two)],
     digests=[told('learned', CLIENT, VIP, 40000, 80, 6, 1, 1)])
case('learning', 'an announced flow goes on although its slot is taken', [client() / two, client() / steals],
     [(SERVER_1, to_server(1) / two), (SERVER_2, to_server(2) / steals)],
     [entry('announced_flows', dict(source=attacker), 'expect_server', dict(server=2), priority=10)])
case('learning', 'a flow in the table needs no slot', [client() / two, client() / steals],
     [(SERVER_1, to_server(1) / two), (SERVER_2, to_server(2) / steals)], [flow(attacker, VIP, 40000, 80, 6, 2)])
nobody = client() / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP, dport=9000)
case('learning', 'a service without members', nobody, [punted('no_server', nobody, service=9)],
     [entry('services', dict(address=VIP, protocol=6, port=9000), 'set_service', dict(service=9), priority=10)])

# ---- Signalling sessions ----------------------------------------------------------------------------------------
numbered = entry('signalling_sessions', dict(client_address=CLIENT, client_port=40000, virtual_address=VIP,
                                             virtual_port=554, protocol=6), 'set_session', dict(session=0xabcdef01))
case('taps', 'a numbered session, in', tapped,
     [(SERVER_2, to_server(2) / tapped[IPv6]), punted('signalling', tapped, service=4, server=2, session=0xabcdef01)],
     [numbered])
case('taps', 'a numbered session, out', reply,
     [(UPLINK, to_router() / IPv6(src=VIP, dst=CLIENT, hlim=63) / reply[IPv6].payload),
      punted('signalling', reply, port=SERVER_2, service=4, session=0xabcdef01)], [numbered], port=SERVER_2)
mobile = client() / IPv6(src=CARE_OF, dst=VIP) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b'\0\0'), HAO(hoa=HOME)]) / \
    transport('tcp', HOME, VIP, dport=554)
case('taps', 'of a bound mobile node: the copy is the packet as it came', mobile,
     [(SERVER_2, to_server(2) / IPv6(src=HOME, dst=VIP) / transport('tcp', HOME, VIP, dport=554)),
      punted('signalling', mobile, service=4, server=2)], bound())

# ---- Addresses that are not for routing, frames that are for others --------------------------------------------------
for name, source, destination in (
        ('a multicast source', 'ff02::1', VIP), ('an unspecified source', '::', VIP), ('the loopback source', '::1', VIP),
        ('an IPv4-mapped source', '::ffff:198.51.100.7', VIP),
        ('an IPv4-mapped destination', CLIENT, '::ffff:203.0.113.10'), ('the loopback', CLIENT, '::1'),
        ('a group', CLIENT, 'ff02::fb'), ('a link-local destination', CLIENT, 'fe80::1'),
        ('a link-local source to elsewhere', 'fe80::1', '2001:db8:3::1')):
    case('addresses', 'IPv6: ' + name, client() / IPv6(src=source, dst=destination) /
         transport('udp', source, destination, dport=5000), [])
for name, source, destination in (
        ('a multicast source', '224.0.0.1', VIP4), ('an unspecified source', '0.0.0.0', VIP4),
        ('the loopback source', '127.0.0.1', VIP4), ('a group', CLIENT4, '224.0.0.251'),
        ('the broadcast address', CLIENT4, '255.255.255.255'), ('a link-local destination', CLIENT4, '169.254.1.1'),
        ('the loopback', CLIENT4, '127.0.0.1')):
    case('addresses', 'IPv4: ' + name, client() / IP(src=source, dst=destination) /
         transport('udp', source, destination, IP, dport=5000), [])
stranger = Ether(src=CLIENT_MAC, dst='02:00:00:00:00:77') / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP)
case('addresses', 'a frame for somebody else on the link', stranger, [])

# ---- ICMP ------------------------------------------------------------------------------------------------------------
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6ParamProblem, ICMPv6TimeExceeded  # noqa: E402

quoted = IPv6(src=VIP, dst=CLIENT) / transport('tcp', VIP, CLIENT, sport=80, dport=40000)
for name, message in (('Destination Unreachable', ICMPv6DestUnreach()), ('Packet Too Big', ICMPv6PacketTooBig(mtu=1280)),
                      ('Time Exceeded', ICMPv6TimeExceeded()), ('Parameter Problem', ICMPv6ParamProblem())):
    whole = client() / IPv6(src=CLIENT, dst=VIP) / message / quoted
    case('icmp', 'ICMPv6 %s to a virtual address' % name, whole, [punted('icmp_error', whole)])
for kind in (3, 4, 11, 12):
    whole = client() / IP(src=CLIENT4, dst=VIP4) / ICMP(type=kind) / IP(src=VIP4, dst=CLIENT4) / b'12345678'
    case('icmp', 'ICMP type %d to a virtual address' % kind, whole, [punted('icmp_error', whole)])
whole = client() / IPv6(src=CLIENT, dst=VIP) / ICMPv6EchoRequest(data=b'hello')
case('icmp', 'an ICMPv6 echo request to a virtual address', whole, [punted('icmp', whole)])
whole = client() / IP(src=CLIENT4, dst=VIP4) / ICMP() / b'hello'
case('icmp', 'an ICMP echo request to a virtual address', whole, [punted('icmp', whole)])
echo = IPv6(src=CLIENT, dst=VIP) / ICMPv6EchoRequest(data=b'hello')
case('icmp', 'an echo request where the load balancer takes them', client() / echo, [(BALANCER, to_server(4) / echo)],
     [entry('services', dict(address=VIP, protocol=58), 'hand_over', dict(service=3, server=4), priority=5)])
whole = client() / IPv6(src=CLIENT, dst=VIP) / ICMPv6PacketTooBig(mtu=1280) / quoted
case('icmp', 'an error where the load balancer takes ICMP: the controller still translates it', whole,
     [punted('icmp_error', whole)],
     [entry('services', dict(address=VIP, protocol=58), 'hand_over', dict(service=3, server=4), priority=5)])
problem = from_server(3) / IPv6(src=NAT_SERVER, dst=CLIENT) / ICMPv6DestUnreach(code=4) / \
    IPv6(src=CLIENT, dst=NAT_SERVER) / transport('udp', CLIENT, NAT_SERVER, dport=80)
case('icmp', 'an error from a server behind NAT', problem, [punted('icmp_error', problem, port=SERVER_1)],
     [entry('translations_back', dict(address=NAT_SERVER, port=0, protocol=58), 'ask_controller',
            dict(reason=REASONS['icmp_error']))], port=SERVER_1)
problem = IPv6(src=VIP, dst=HOME) / ICMPv6DestUnreach(code=4) / IPv6(src=HOME, dst=VIP) / transport(
    'udp', HOME, VIP, dport=5000)
first, body = 58, bytes(IPv6(bytes(problem)).payload)
case('icmp', 'an error from a server to a bound mobile node takes the routing header',
     frame_from(1, ipv6(VIP, HOME, 58, body)),
     [(UPLINK, frame_up(ipv6(VIP, CARE_OF, 43, bytes([58]) + routing2[1:] + body, 63)))], bound(), port=SERVER_1)

# ---- Lengths ---------------------------------------------------------------------------------------------------------
wrong = bytearray(frame_in(ipv6(CARE_OF, VIP, 60, canonical + upper)))
for length in (0, 1, 8, 16, 23):
    wrong[18:20] = struct.pack('!H', length)
    whole = bytes(wrong)
    case('lengths', 'a payload of %d bytes that holds an option of 24' % length, whole, [punted('malformed', whole)],
         bound())
wrong[18:20] = struct.pack('!H', 65535)
whole = bytes(wrong)
case('lengths', 'a payload length far beyond the packet and the link', whole,
     [punted('packet_too_big', whole, service=1, server=1, auxiliary=1500)], bound())
long_one = bytearray(frame_from(1, ipv6(VIP, HOME, 6, out)))
long_one[18:20] = struct.pack('!H', 65535)
case('lengths', 'out: a payload length that the routing header would overflow', bytes(long_one),
     [punted('packet_too_big', bytes(long_one), port=SERVER_1, auxiliary=1476)], bound(), port=SERVER_1)
for size, fits in ((1500, True), (1501, False)):
    body = bytes(transport('tcp', CLIENT, VIP, payload=b'x' * (size - 60)))
    whole = ipv6(CLIENT, VIP, 6, body)
    case('lengths', 'in: %d bytes to a link of 1500' % size, frame_in(whole),
         [(SERVER_1, frame_to(1, whole))] if fits else
         [punted('packet_too_big', frame_in(whole), service=1, server=1, auxiliary=1500)])
body = bytes(transport('tcp', HOME, VIP, payload=b'x' * 1440))
whole = ipv6(CARE_OF, VIP, 60, canonical + body)
case('lengths', 'in: 1524 bytes that are 1500 without the option', frame_in(whole),
     [(SERVER_1, frame_to(1, ipv6(HOME, VIP, 6, body)))], bound())
for dont_fragment in (0, 2):
    whole = from_server(1) / IP(src=VIP4, dst=CLIENT4, flags=dont_fragment) / transport(
        'udp', VIP4, CLIENT4, IP, sport=5000, dport=40000, payload=b'x' * 1473)
    case('lengths', 'out: an IPv4 packet of 1501 bytes, DF %d' % (dont_fragment >> 1), whole,
         [punted('packet_too_big', whole, port=SERVER_1, auxiliary=1500)], port=SERVER_1)

# ---- Packets from the controller -------------------------------------------------------------------------------------
whole = bytes(to_server(1) / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP))
case('packets-out', 'sent as it is', [(CPU, struct.pack('!H', SERVER_2 << 7) + whole)], [(SERVER_2, whole)])
whole = client() / IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP)
case('packets-out', 'through the pipeline, as if it had come in by the uplink',
     [(CPU, struct.pack('!H', UPLINK << 7 | 1 << 6) + bytes(whole))],
     [(SERVER_1, to_server(1) / whole[IPv6])], digests=[told('learned', CLIENT, VIP, 40000, 80, 6, 1, 1)])
whole = client() / IPv6(src=CLIENT, dst=VIP) / MIP6MH_HoTI(cookie=b'12345678')
case('packets-out', 'through the pipeline, and back to the controller',
     [(CPU, struct.pack('!H', UPLINK << 7 | 1 << 6) + bytes(whole))], [punted('home_test_init', whole)])

# ---- Two switches (SARA, figure 2): this one is the gateway, servers' packets leave by it ----------------------------
GATEWAY = [entry('ports', dict(port=20), 'set_role', dict(role=1, address=SWITCH_MAC)),
           entry('ports', dict(port=21), 'set_role', dict(role=2, address=SWITCH_MAC))]
passing = IPv6(src=CLIENT, dst='2001:db8:3::99') / transport('tcp', CLIENT, '2001:db8:3::99')
case('roles', 'what only passes is routed', client() / passing,
     [(UPLINK, to_router() / IPv6(src=CLIENT, dst='2001:db8:3::99', hlim=63) / passing.payload)], GATEWAY, port=20)
case('roles', 'from a client to a bound home address: no routing header, it is not from a virtual address',
     client() / IPv6(src=CLIENT, dst=HOME) / transport('tcp', CLIENT, HOME),
     [(UPLINK, to_router() / IPv6(src=CLIENT, dst=HOME, hlim=63) / transport('tcp', CLIENT, HOME))],
     GATEWAY + bound(), port=20)
home_bound = IPv6(src=VIP, dst=HOME) / transport('tcp', VIP, HOME, sport=80, dport=40000)
case('roles', 'from a server port of the gateway, with a routing header', from_server(1) / home_bound,
     [(UPLINK, to_router() / IPv6(src=VIP, dst=CARE_OF, hlim=63) /
       IPv6ExtHdrRouting(type=2, segleft=1, addresses=[HOME]) / home_bound.payload)], GATEWAY + bound(), port=21)
case('roles', 'a port for clients and servers takes both ways', [(22, client() / two), (22, from_server(1) / home_bound)],
     [(SERVER_1, to_server(1) / two),
      (UPLINK, to_router() / IPv6(src=VIP, dst=CARE_OF, hlim=63) /
       IPv6ExtHdrRouting(type=2, segleft=1, addresses=[HOME]) / home_bound.payload)],
     bound() + [entry('ports', dict(port=22), 'set_role', dict(role=3, address=SWITCH_MAC))])
case('roles', 'a spoofed virtual source from the uplink gets no routing header', client() / home_bound,
     [(UPLINK, to_router() / IPv6(src=VIP, dst=HOME, hlim=63) / home_bound.payload)], bound())

# ---- What the oracle found -------------------------------------------------------------------------------------------
# An option that cannot be taken out ends the reading, and so the port that NAT would be undone by.
whole = from_server(3) / IPv6(src=NAT_SERVER, dst=CLIENT, nh=60) / Raw(
    options_header([Pad1(), Pad1(), HAO(hoa=HOME), PadN(optdata=b'')], 6) +
    bytes(transport('tcp', NAT_SERVER, CLIENT, sport=80, dport=40000)))
case('oracle', 'out, from a server behind NAT: an option that cannot be taken out',
     whole, [punted('unplaced_home_address', whole, port=SERVER_1)], port=SERVER_1)
for number, name in ((135, 'mobility'), (58, 'ICMPv6')):
    whole = client() / IP(src=CLIENT4, dst=VIP4, proto=number) / Raw(b'\x3b\x01\x05\0' + bytes(12))
    case('oracle', 'the protocol of %s in IPv4 is nothing special' % name, whole, [punted('no_service', whole)])
whole = client() / IPv6(src=CLIENT, dst=VIP, nh=1) / Raw(b'\x03\0' + bytes(10))
case('oracle', 'nor is that of ICMP in IPv6', whole, [punted('no_service', whole)])
whole = client() / IP(src=CLIENT4, dst=VIP4) / ICMP(type=5) / IP(src=VIP4, dst=CLIENT4) / b'12345678'
case('oracle', 'an ICMP redirect quotes a packet too (RFC 1122, section 3.2.2)', whole, [punted('icmp_error', whole)])
fixed4 = bytes(IP(src=CLIENT4, dst='198.51.100.9') / transport('udp', CLIENT4, '198.51.100.9', IP))
for name, wrong_byte, value in (('version 5', 0, 0x55), ('a header of 16 bytes', 0, 0x44), ('a total length of 19', 3, 19)):
    wrong = bytearray(fixed4)
    wrong[wrong_byte] = value
    if wrong_byte == 3:
        wrong[2] = 0
    total = sum(struct.unpack('!10H', bytes(wrong[:10]) + b'\0\0' + bytes(wrong[12:20])))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    wrong[10:12] = struct.pack('!H', ~total & 0xffff)
    case('oracle', 'IPv4 with %s does not pass (RFC 1812, section 5.2.2)' % name,
         bytes(client())[:12] + b'\x08\0' + bytes(wrong), [])
whole = bytearray(bytes(client() / IPv6(src=CLIENT, dst='2001:db8:3::99') / transport('tcp', CLIENT, '2001:db8:3::99')))
whole[14] = 0x50
case('oracle', 'nor does what says IPv6 and is of version 5', bytes(whole), [])
whole = bytearray(bytes(client() / IP(src=CLIENT4, dst=VIP4, chksum=0x1234) / transport('tcp', CLIENT4, VIP4, IP)))
case('oracle', 'what the controller sends as it is keeps a checksum that is wrong',
     [(CPU, struct.pack('!H', SERVER_2 << 7) + bytes(whole))], [(SERVER_2, bytes(whole))])
whole = ipv6(CLIENT, VIP, 44, bytes([6]) + fragment_later[1:] + b'in the middle')
case('oracle', 'a later fragment is not looked up as a service for every port', frame_in(whole),
     [punted('fragment', frame_in(whole))],
     [entry('services', dict(address=VIP, protocol=6), 'hand_over', dict(service=3, server=4), priority=5)])
tagged = Ether(src=CLIENT_MAC, dst=SWITCH_MAC, type=0x88a8) / Raw(b'\0\x64\x88\xa8\0\x65\x86\xdd')
inner = bytes(IPv6(src=CLIENT, dst=VIP) / transport('tcp', CLIENT, VIP))
case('oracle', 'two service tags (802.1ad)', bytes(tagged) + inner,
     [(SERVER_1, bytes(to_server(1))[:12] + bytes(tagged)[12:] + inner)])
short = bytearray(frame_in(ipv6(CLIENT, '2001:db8:3::99', 44, bytes([58]) + fragment_first[1:] + b'\x89\0' + bytes(30))))
short[18:20] = b'\0\0'
passed = bytearray(frame_up(bytes(short[14:])))
passed[14 + 7] -= 1
case('oracle', 'what stands behind the end of the payload is not read', bytes(short), [(UPLINK, bytes(passed))])

os.makedirs(FOLDER, exist_ok=True)
with open(os.path.join(FOLDER, '..', 'base.json'), 'w', encoding='utf8') as file:
    json.dump(dict(entries=BASE), file, indent=1)
    file.write('\n')
for group, cases in groups.items():
    with open(os.path.join(FOLDER, group + '.json'), 'w', encoding='utf8') as file:
        json.dump(cases, file, indent=1)
        file.write('\n')
print(sum(len(cases) for cases in groups.values()), 'cases:',
      ', '.join('%s %d' % (group, len(cases)) for group, cases in groups.items()))
