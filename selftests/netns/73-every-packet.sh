#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Datagrams of every type and length, also on a live session's index, are counted, unanswered, and do no harm.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
step=$(scaled 1 40)
index=$(kw gB session ls -j | jq '[.sessions[] | select(.sending)][0].index')
wire_capture "$RUN/said" B0
before=$(drops gB rx)
sent=$(on wire python3 - "$index" "$step" <<'PY'
import os, socket, struct, sys
index, step = int(sys.argv[1]), int(sys.argv[2])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 4444))
noise, sent = os.urandom(4096), 0
def send(head, size):
    global sent
    sent += s.sendto((head + noise)[:size], ('198.51.100.1', 51900)) == size
for kind in range(256):
    for size in (0, 1, 3, 4, 8, 15, 16, 31, 32, 33, 64, 80, 720, 1160, 1400):
        for version in (0, 1, noise[kind]):
            send(bytes([kind, version, 0, 0]), size)
for kind in range(12):
    for size in range(0, 1473, step):
        send(struct.pack('>BBHI', kind, 0 if kind == 8 else 1, 0, index), size)
for flags in range(256):
    send(struct.pack('>BBHIQ', 8, flags, 0, index, flags), 100)
print(sent)
PY
)
until_ok 30 dropped gB rx $((before + sent))
wire_stop
note <<< "$sent datagrams"
said() { tcpdump -nr "$RUN/said" 'dst port 4444' 2>/dev/null | grep -c .; }
is "none was answered" "$(said)" 0
is "each was counted" "$(($(drops gB rx) - before))" "$sent"
check "the link still works" carries hA 10.2.0.2
check "on the same session" test "$(kw gB session ls -j | jq "[.sessions[] | select(.index == $index)] | length")" = 1
