"""What a seed means, written a second time: weir's draws from the papers and the docs, sharing no code with it.

Philox2x64 with 6 rounds (Salmon et al., SC11). Identity: client address, server address, server port, and k.
"""

import ipaddress

MULTIPLIER = 0xD2B74407B1CE6E93
WEYL = 0x9E3779B97F4A7C15
WORD = (1 << 64) - 1
START = 0x7765697274726970
LATENCY, SPEED, JITTER, RESET = 1, 2, 3, 4
STRIKE, LENGTH = 0, 1


def bits(key, high, low):
    first, second = low, high
    for _ in range(6):
        product = MULTIPLIER * first
        first, second = (product >> 64) ^ key ^ second, product & WORD
        key = (key + WEYL) & WORD
    return first


def words(address):
    address = ipaddress.ip_address(address)
    number = int(address) if address.version == 6 else 0xFFFF << 32 | int(address)
    return number >> 64, number & WORD


def connection_key(seed, client, server, port, k):
    key = START
    for address in (client, server):
        key = bits(key, *words(address))
    return bits(seed, bits(key, 0, port), k)


def strikes(probability, impairment, key, n):
    return bits(key, impairment << 8 | STRIKE, n) < int(probability * 2 ** 64)


def length_ns(least, most, impairment, key, n):
    """Between two lengths in ns, both included."""
    return least + ((bits(key, impairment << 8 | LENGTH, n) * (most - least + 1)) >> 64)
