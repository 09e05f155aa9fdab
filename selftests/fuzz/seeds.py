#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
"""Writes the fuzzers' first inputs, made from the test vectors, each below 4 KB, into
FOLDER/FUZZER/. Run from the top: seeds.py build/test/corpus."""
import json
import os
import sys

with open('selftests/vectors/vectors.json') as f:
    v = json.load(f)


def messages():
    for name in ('first_contact_chacha', 'rekey_gcm_with_cookie_and_node_certificates'):
        for part in v[name].values():
            if isinstance(part, dict) and 'packet' in part:
                yield part['packet']
    for name in ('record_req', 'record'):
        yield v[name]['packet']


def payloads():
    for name in ('first_contact_chacha', 'rekey_gcm_with_cookie_and_node_certificates'):
        for part in ('init', 'resp'):
            yield v[name][part]['payload']


def records():
    for one in v['record_set_of_b'].values():
        yield one['binary']
        yield one['binary'][:-128]
    yield from v['refused']['record_sets'].values()


def certificates():
    for who in ('of_a', 'of_b'):
        yield v['node_certificate'][who]
        yield v['node_certificate'][who][:-128]
    yield v['a']['static_certificate']


def trust():
    yield ('# friends\n\n[Peer] ; first\nFingerprint = %s # his\nName = a\nEndpoint = h:1\n\n'
           '[Peer]\nFingerprint = %s\nAllowedIPs = 10.0.0.0/8, 2001:db8::/32\nTransit = yes\n'
           'PersistentKeepalive = 25\nDeny = no\nExpires = 2026-01-02T03:04:05Z\n'
           % (v['a']['ni'], v['b']['ni'])).encode().hex()


def texts():
    for text in (v['a']['ni'], v['b']['ni'], 'ni://[2001:db8::1]:443/sha3-256;' + v['a']['ni'][-43:],
                 '10.1.0.0/16', '2001:db8::/33', 'Zm9vYg==', 'keyway+udp://[2001:db8::1]:1',
                 '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAA'
                 'AAAAAAAAAAAAAAAA\n-----END PRIVATE KEY-----\n', *v['refused']['ni']):
        yield text.encode().hex()


def forms():
    for one in v['record_set_of_b'].values():
        for which in ('json', 'txt'):
            yield json.dumps(one[which]).encode().hex()


for fuzzer, seeds in (('recordform', forms), ('message', messages), ('noise', payloads), ('record', records),
                      ('cert', certificates), ('trustfile', trust), ('fingerprint', texts)):
    os.makedirs(os.path.join(sys.argv[1], fuzzer), exist_ok=True)
    for i, text in enumerate(seeds()):
        with open(os.path.join(sys.argv[1], fuzzer, 'seed-%02d' % i), 'wb') as f:
            f.write(bytes.fromhex(text))
