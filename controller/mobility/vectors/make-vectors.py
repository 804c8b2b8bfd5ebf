#!/usr/bin/python3
"""Makes tokens, keys, authenticators and whole exchanges with Python's hmac and scapy, which know nothing of moor.

Run: /usr/bin/python3 controller/mobility/vectors/make-vectors.py    (Debian's python3-scapy 2.5)
The formulas are those of RFC 6275, sections 5.2.5 and 6.2.7. Each HMAC is computed a second time by openssl.
"""
import hashlib
import hmac
import json
import os
import random
import socket
import subprocess

from scapy.all import IPv6
from scapy.layers.inet6 import (
    HAO, IPv6ExtHdrDestOpt, IPv6ExtHdrRouting, MIP6MH_BA, MIP6MH_BE, MIP6MH_BRR, MIP6MH_BU, MIP6MH_CoT, MIP6MH_CoTI,
    MIP6MH_HoT, MIP6MH_HoTI, MIP6OptAltCoA, MIP6OptBindingAuthData, MIP6OptNonceIndices)

KCN = bytes(range(0x40, 0x54))
NONCE = bytes(range(0xa0, 0xa8))
INDEX = 0x1234
CN, HOME, CARE_OF, OTHER = '2001:db8:100::1', '2001:db8:1::10', '2001:db8:2::20', '2001:db8:7::7'
HOME_COOKIE, CARE_OF_COOKIE = b'homecook', b'carecook'


def packed(address):
    return socket.inet_pton(socket.AF_INET6, address)


def mac(key, data):
    result = hmac.new(key, data, hashlib.sha1).digest()
    command = ['openssl', 'dgst', '-sha1', '-mac', 'HMAC', '-macopt', 'hexkey:' + key.hex(), '-binary']
    assert subprocess.run(command, input=data, capture_output=True, check=True).stdout == result
    return result


def token(key, nonce, address, last):
    return mac(key, packed(address) + nonce + bytes([last]))[:8]


def management_key(home_token, care_of_token=b''):
    return hashlib.sha1(home_token + care_of_token).digest()


def authorized(make, kbm, address, before, source, destination):
    """The packet with the message that `make` gives for an authenticator."""
    whole = bytes(make(0))
    whole = whole[:4] + b'\0\0' + whole[6:]
    value = mac(kbm, packed(address) + packed(CN) + whole[:-12])[:12]
    return bytes(IPv6(src=source, dst=destination) / (before / make(int.from_bytes(value, 'big')) if before is not None
                                                      else make(int.from_bytes(value, 'big'))))


def update(sequence, lifetime, indices=(INDEX, INDEX), alternate=None, flags='A'):
    def make(value):
        options = [MIP6OptAltCoA(acoa=alternate)] if alternate else []
        if indices is not None:
            options.append(MIP6OptNonceIndices(hni=indices[0], coni=indices[1], olen=4))
        options.append(MIP6OptBindingAuthData(authenticator=value, olen=12))
        return MIP6MH_BU(seq=sequence, mhtime=lifetime, flags=flags, options=options)
    return make


def acknowledgement(status, sequence, lifetime):
    def make(value):
        return MIP6MH_BA(status=status, seq=sequence, mhtime=lifetime, flags=0,
                         options=[MIP6OptBindingAuthData(authenticator=value, olen=12)])
    return make


def hao():
    return IPv6ExtHdrDestOpt(options=[HAO(hoa=HOME)])


def routing():
    return IPv6ExtHdrRouting(type=2, segleft=1, addresses=[HOME])


HOME_TOKEN, CARE_OF_TOKEN = token(KCN, NONCE, HOME, 0), token(KCN, NONCE, CARE_OF, 1)
KBM = management_key(HOME_TOKEN, CARE_OF_TOKEN)
KBM_HOME = management_key(HOME_TOKEN)
KBM_OTHER = management_key(HOME_TOKEN, token(KCN, NONCE, OTHER, 1))
STATIC = dict(key=bytes(range(32)), homeNonce=b'static-home-nonce', careOfNonce=b'x')
KBM_STATIC = management_key(token(STATIC['key'], STATIC['homeNonce'], HOME, 0),
                            token(STATIC['key'], STATIC['careOfNonce'], CARE_OF, 1))
KBM_STATIC_HOME = management_key(token(STATIC['key'], STATIC['homeNonce'], HOME, 0))

# What comes in, and what has to go out.
EXCHANGES = {
    'home test': [bytes(IPv6(src=HOME, dst=CN) / MIP6MH_HoTI(cookie=HOME_COOKIE)),
                  bytes(IPv6(src=CN, dst=HOME) / MIP6MH_HoT(cookie=HOME_COOKIE, token=HOME_TOKEN, index=INDEX))],
    'care-of test': [bytes(IPv6(src=CARE_OF, dst=CN) / MIP6MH_CoTI(cookie=CARE_OF_COOKIE)),
                     bytes(IPv6(src=CN, dst=CARE_OF) / MIP6MH_CoT(cookie=CARE_OF_COOKIE, token=CARE_OF_TOKEN,
                                                                  index=INDEX))],
    'registration': [authorized(update(7, 100), KBM, CARE_OF, hao(), CARE_OF, CN),
                     authorized(acknowledgement(0, 7, 100), KBM, CARE_OF, routing(), CN, CARE_OF)],
    'lifetime capped': [authorized(update(8, 0xffff), KBM, CARE_OF, hao(), CARE_OF, CN),
                        authorized(acknowledgement(0, 8, 105), KBM, CARE_OF, routing(), CN, CARE_OF)],
    'alternate care-of address': [
        authorized(update(9, 10, alternate=OTHER), KBM_OTHER, OTHER, hao(), CARE_OF, CN),
        authorized(acknowledgement(0, 9, 10), KBM_OTHER, OTHER, routing(), CN, CARE_OF)],
    'deletion while away': [authorized(update(10, 0, (INDEX, 0)), KBM_HOME, HOME, hao(), CARE_OF, CN),
                            authorized(acknowledgement(0, 10, 0), KBM_HOME, HOME, routing(), CN, CARE_OF)],
    'deletion while away, care-of address in the authenticator': [
        authorized(update(11, 0, (INDEX, 0)), KBM_HOME, CARE_OF, hao(), CARE_OF, CN),
        authorized(acknowledgement(0, 11, 0), KBM_HOME, CARE_OF, routing(), CN, CARE_OF)],
    'deletion at home': [authorized(update(12, 0, (INDEX, 0)), KBM_HOME, HOME, None, HOME, CN),
                         authorized(acknowledgement(0, 12, 0), KBM_HOME, HOME, None, CN, HOME)],
    'deletion at home with a lifetime': [authorized(update(13, 50, (INDEX, 0)), KBM_HOME, HOME, None, HOME, CN),
                                         authorized(acknowledgement(0, 13, 0), KBM_HOME, HOME, None, CN, HOME)],
    'sequence number too low': [authorized(update(7, 100), KBM, CARE_OF, hao(), CARE_OF, CN),
                                authorized(acknowledgement(135, 8, 0), KBM, CARE_OF, routing(), CN, CARE_OF)],
    'expired home nonce': [authorized(update(14, 100, (1, INDEX)), KBM, CARE_OF, hao(), CARE_OF, CN),
                           bytes(IPv6(src=CN, dst=CARE_OF) / routing() / MIP6MH_BA(status=136, seq=14, flags=0))],
    'expired care-of nonce': [authorized(update(14, 100, (INDEX, 1)), KBM, CARE_OF, hao(), CARE_OF, CN),
                              bytes(IPv6(src=CN, dst=CARE_OF) / routing() / MIP6MH_BA(status=137, seq=14, flags=0))],
    'expired nonces': [authorized(update(14, 100, (1, 2)), KBM, CARE_OF, hao(), CARE_OF, CN),
                       bytes(IPv6(src=CN, dst=CARE_OF) / routing() / MIP6MH_BA(status=138, seq=14, flags=0))],
    'home registration': [bytes(IPv6(src=CARE_OF, dst=CN) / hao() / MIP6MH_BU(seq=3, flags='AH', mhtime=9, options=[])),
                          bytes(IPv6(src=CN, dst=CARE_OF) / routing() / MIP6MH_BA(status=131, seq=3, flags=0))],
    'static key': [authorized(update(20, 1000, None), KBM_STATIC, CARE_OF, hao(), CARE_OF, CN),
                   authorized(acknowledgement(0, 20, 900), KBM_STATIC, CARE_OF, routing(), CN, CARE_OF)],
    'static key, deletion': [authorized(update(21, 0, None), KBM_STATIC_HOME, HOME, hao(), CARE_OF, CN),
                             authorized(acknowledgement(0, 21, 0), KBM_STATIC_HOME, HOME, routing(), CN, CARE_OF)],
    'binding error': [bytes(IPv6(src=CARE_OF, dst=CN) / IPv6ExtHdrDestOpt(nh=59, options=[HAO(hoa=HOME)])),
                      bytes(IPv6(src=CN, dst=CARE_OF) / MIP6MH_BE(status=1, ha=HOME))],
    'binding refresh request': [b'', bytes(IPv6(src=CN, dst=HOME) / MIP6MH_BRR())],
}


def tokens():
    generator = random.Random(6275)
    for _ in range(20):
        key, nonce = generator.randbytes(20), generator.randbytes(generator.choice([1, 8, 8, 16, 64]))
        address = generator.randbytes(16)
        home = token(key, nonce, socket.inet_ntop(socket.AF_INET6, address), 0)
        care_of = token(key, nonce, socket.inet_ntop(socket.AF_INET6, address), 1)
        yield dict(key=key.hex(), nonce=nonce.hex(), address=address.hex(), home=home.hex(), careOf=care_of.hex(),
                   kbm=management_key(home, care_of).hex(), kbmDeletion=management_key(home).hex())


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vectors.json')
    static = {name: value.hex() for name, value in STATIC.items()}
    whole = dict(key=KCN.hex(), nonce=NONCE.hex(), index=INDEX, static=static, tokens=list(tokens()),
                 exchanges={name: [one.hex() for one in both] for name, both in EXCHANGES.items()})
    with open(path, 'w', encoding='ascii') as file:
        json.dump(whole, file, indent=2)
        file.write('\n')


main()
