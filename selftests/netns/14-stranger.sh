#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway that does not trust the asker says nothing but its record, and to a stranger nothing.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire
gateway_conf gA; gateway_conf gB
gateway_trust gA "Endpoint = 198.51.100.1:51900"
gateway_start gA; gateway_start gB
wire_capture "$RUN/said" B0
on gA ping -c1 -W40 "$(key_address gB)" > "$RUN/waited" & waiting=$!
ip netns exec gA ping -q -i 0.5 "$(key_address gB)" >/dev/null 2>&1 & disown
answered() { tcpdump -nr "$RUN/said" 'dst port 51900' 2>/dev/null | grep -q .; }
check "who knows the fingerprint is answered" until_ok 30 answered
before=$(drops gB rx)
on gA python3 - <<'PY'
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 4444))
for kind in range(12):
    for size in (1, 4, 16, 63, 64, 80, 148, 720, 1160, 1161):
        s.sendto(bytes([kind, 1, 0, 0] + list(os.urandom(1160)))[:size], ('198.51.100.1', 51900))
PY
check "the stranger's messages came" until_ok 20 dropped gB rx $((before + 120))
wire_stop
types() { tcpdump -nr "$RUN/said" -x "$1" 2>/dev/null | awk '/0x0010:/ { print substr($8, 1, 2) }' | sort -u | xargs; }
is "who knows the fingerprint gets records alone" "$(types 'dst port 51900')" "06"
is "a stranger gets nothing" "$(types 'dst port 4444')" ""
refute "and nothing flows" reaches gA "$(key_address gB)"
wait $waiting
check "what waited in vain is answered as unreachable" grep -q "Address unreachable" "$RUN/waited"
