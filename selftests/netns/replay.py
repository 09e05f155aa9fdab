# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
"""
An attacker on the wire: reads datagrams out of a capture and sends them again.
replay.py CAPTURE [--type N] [--source ADDR:PORT] [--to ADDR] [--times N] [--last N] [--spoil OFFSET] [--cookies N]
With --spoil, the copies have a wrong byte there, and the true one follows them.
With --cookies, N made up COOKIEs for its reservation come right before the last.
Sends by a raw IPv4 socket, so any source address may be claimed.
Prints how many datagrams were sent.
"""
import argparse
import os
import socket
import struct


def packets(path):
    with open(path, 'rb') as f:
        data = f.read()
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from('<I', data, at + 8)[0]
        yield data[at + 30:at + 16 + size]
        at += 16 + size


def checksum(b):
    if len(b) % 2:
        b += b'\0'
    s = sum(struct.unpack('>%dH' % (len(b) // 2), b))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff


def rebuild(ip, payload, a):
    sport, dport = struct.unpack_from('>HH', ip, (ip[0] & 15) * 4)
    src, dst = ip[12:16], ip[16:20]
    if a.source:
        host, port = a.source.rsplit(':', 1)
        src, sport = socket.inet_aton(host), int(port)
    if a.to:
        dst = socket.inet_aton(a.to)
    udp = struct.pack('>HHHH', sport, dport, 8 + len(payload), 0) + payload
    pseudo = src + dst + struct.pack('>BBH', 0, 17, len(udp))
    udp = udp[:6] + struct.pack('>H', checksum(pseudo + udp) or 0xffff) + udp[8:]
    return struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(udp), 0, 0x4000, 64, 17, 0) + src + dst + udp, dst


def main():
    p = argparse.ArgumentParser()
    p.add_argument('capture')
    p.add_argument('--type', type=int, default=8)
    p.add_argument('--source')
    p.add_argument('--to')
    p.add_argument('--times', type=int, default=1)
    p.add_argument('--spoil', type=int)
    p.add_argument('--last', type=int, help='only the last N')
    p.add_argument('--cookies', type=int, default=0)
    a = p.parse_args()
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sent = 0
    chosen = [ip for ip in packets(a.capture) if ip and ip[0] >> 4 == 4 and ip[9] == 17 and ip[(ip[0] & 15) * 4 + 8] == a.type]
    for ip in chosen[-a.last:] if a.last else chosen:
        payload = bytearray(ip[(ip[0] & 15) * 4 + 8:struct.unpack_from('>H', ip, 2)[0]])
        copies = [bytes(payload)] * a.times
        if a.spoil is not None:
            payload[a.spoil] ^= 1
            copies = [bytes(payload)] * a.times + copies[:1]
        copies[-1:-1] = [b'\3\1\0\0' + payload[4:8] + os.urandom(56) for _ in range(a.cookies)]
        for copy in copies:
            packet, dst = rebuild(ip, copy, a)
            raw.sendto(packet, (socket.inet_ntoa(dst), 0))
            sent += 1
    print(sent)


main()
