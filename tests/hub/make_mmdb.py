"""Writes a small MaxMind DB file, by the public specification of the format.

    make_mmdb.py FILE < JSON

The JSON is {"type": "...", "networks": {"192.0.2.0/24": {...}, "2001:db8::/32": {...}}}: the data of
each network. IPv4 networks are in ::/96, where readers expect them.
"""

import ipaddress
import json
import struct
import sys

# The data section has these types.
STRING, DOUBLE, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 3, 5, 6, 7, 9, 11
EXTENDED = 7  # higher types are written as 0 and, in a byte of their own, less 7
RECORD_BITS = 24
SEPARATOR = bytes(16)
METADATA_MARKER = b"\xab\xcd\xefMaxMind.com"


def control(kind, size):
    """Returns the bytes before a value: its type, and its size in bytes or items."""
    if size < 29:
        short, more = size, b""
    elif size < 29 + 256:
        short, more = 29, bytes([size - 29])
    else:
        short, more = 30, struct.pack(">H", size - 285)
    if kind > EXTENDED:
        return bytes([short, kind - EXTENDED]) + more
    return bytes([kind << 5 | short]) + more


def number(kind, value):
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return control(kind, len(digits)) + digits


def encode(value):
    if isinstance(value, str):
        text = value.encode()
        return control(STRING, len(text)) + text
    if isinstance(value, float):
        return control(DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        return number(UINT32, value)
    if isinstance(value, list):
        return control(ARRAY, len(value)) + b"".join(map(encode, value))
    return control(MAP, len(value)) + b"".join(encode(key) + encode(item) for key, item in value.items())


def bits_of(network):
    """Returns the path to a network in a tree of IPv6 addresses."""
    net = ipaddress.ip_network(network)
    if net.version == 4:
        return f"{int(net.network_address):0128b}"[: 96 + net.prefixlen]
    return f"{int(net.network_address):0128b}"[: net.prefixlen]


def build_tree(networks):
    """Returns nodes of two records each: None, the number of a node, or the bytes of the data."""
    nodes = [[None, None]]
    for network, known in networks.items():
        path = [int(bit) for bit in bits_of(network)]
        at = 0
        for bit in path[:-1]:
            if nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]
        nodes[at][path[-1]] = encode(known)
    return nodes


def write_tree(nodes):
    data = b""
    tree = b""
    for node in nodes:
        for record in node:
            if record is None:
                target = len(nodes)
            elif isinstance(record, int):
                target = record
            else:
                target = len(nodes) + len(SEPARATOR) + len(data)
                data += record
            tree += target.to_bytes(RECORD_BITS // 8, "big")
    return tree, data


def metadata(kind, node_count):
    fields = {
        "node_count": number(UINT32, node_count),
        "record_size": number(UINT16, RECORD_BITS),
        "ip_version": number(UINT16, 6),
        "database_type": encode(kind),
        "languages": encode(["en"]),
        "binary_format_major_version": number(UINT16, 2),
        "binary_format_minor_version": number(UINT16, 0),
        "build_epoch": number(UINT64, 1_700_000_000),
        "description": encode({"en": "made for a test"}),
    }
    return control(MAP, len(fields)) + b"".join(encode(key) + value for key, value in fields.items())


def main():
    wanted = json.load(sys.stdin)
    nodes = build_tree(wanted["networks"])
    tree, data = write_tree(nodes)
    with open(sys.argv[1], "wb") as file:
        file.write(tree + SEPARATOR + data + METADATA_MARKER + metadata(wanted["type"], len(nodes)))


if __name__ == "__main__":
    main()
