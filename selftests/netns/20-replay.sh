#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Captured data sent again gives no duplicate and moves nothing, also when its session or number space is retired.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
unshare -n sh -c 'ip link set lo up; exec build/test/frames retired' > "$RUN/retired" 2>&1 & retired=$!
topo_make; topo_v4_wire; gateways_up
n=$(scaled 200 40)
wire_capture "$RUN/cap"
ip netns exec hB build/test/pump recv 7000 "$n" 200 > "$RUN/pump.replayed" & PUMP_replayed=$!
until_ok 20 grep -q listening "$RUN/pump.replayed"
on hA build/test/pump send 10.2.0.2 7000 $((n - 1)) 100 200 "$CANARY"    # one short: the receiver stays to see copies
wire_stop
again() { # REASON WHEN: sends the capture once more
	local before sent
	before=$(drops gB "$1") sent=$(wire_replay "$RUN/cap" --type 8)
	check "$2: the capture holds the traffic" test "$sent" -ge "$n"
	counted() { [ $(($(drops gB "$1") - before)) = "$sent" ]; }
	check "$2: each copy is counted as $1" until_ok 20 counted "$1"
}
again rx_replay "while its session lives"
index=$(kw gB session ls -j | jq '[.sessions[] | select(.sending)][0].index')
session_ends() { ! kw gB session ls -j | jq -e ".sessions[] | select(.index == $index)"; }
kw gA session del "$(kw gA session ls -j | jq '[.sessions[] | select(.sending)][0].index')"
until_ok 15 reaches hA 10.2.0.2 || die "a second session comes up"
check "a higher session retires the first" until_ok 20 session_ends
again rx_index "after its session was retired"
kill -TERM $PUMP_replayed; wait $PUMP_replayed
is "no copy was delivered" "$(grep -o 'got=[0-9]* lost=1 copies=[0-9]*' "$RUN/pump.replayed")" "got=$((n - 1)) lost=1 copies=0"
check "the link still works" carries hA 10.2.0.2
wait $retired; tap_of "retired space" $? "$RUN/retired"
