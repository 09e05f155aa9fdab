#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The oracle that guards every other scenario finds what is planted on a wire.
. "$(dirname "$0")/lib.sh"
topo_make

plant() { # PYTHON: what gA sends; prints the oracle's status
	local rc
	ip netns exec wire build/test/oracle -c "$CANARY" -o "$RUN/planted.sum" A=A0 > "$RUN/planted.log" 2>&1 &
	until_ok 20 grep -q watching "$RUN/planted.log"
	on gA python3 -c "
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); send = lambda m: s.sendto(m, ('198.51.100.1', 999))
def data(n, fill): return struct.pack('>BBHIQ', 8, 0, 0, 0x01020304, n) + bytes([fill]) * 1000
def train(*m): s.setsockopt(17, 103, 1016); send(b''.join(m))
$1"
	sleep 0.3; kill %%; wait %%; rc=$?
	cat "$RUN/planted.sum"; return $rc
}

kill -TERM $ORACLE; wait $ORACLE; ORACLE=          # its verdict isn't the one tested here
check "a train of fresh numbers is clean" plant "train(*[data(n, n) for n in range(40)])"
is "the whole train was seen" "$(grep -o 'data=[0-9]*\|longest=[0-9]*' "$RUN/planted.sum" | xargs)" "data=40 longest=40"
found() { plant "$1" | grep -o 'reuses=[0-9]* clear=[0-9]*'; }
is "a number used twice inside a train is found" "$(found "train(*[data(n, n) for n in range(40)], data(7, 99))")" "reuses=1 clear=0"
is "a number used twice in datagrams is found" "$(found "send(data(1, 1)); send(data(1, 2))")" "reuses=1 clear=0"
is "an identical copy is no reuse" "$(found "send(data(1, 1)); send(data(1, 1))")" "reuses=0 clear=0"
is "a canary in clear is found" "$(found "send(b'x' * 99 + open('$CANARY', 'rb').read())")" "reuses=0 clear=1"
