#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Captured data sent again gives no duplicate and moves nothing.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
n=$(scaled 200 40)
wire_capture "$RUN/cap"
ip netns exec hB build/test/pump recv 7000 "$n" 6 > "$RUN/pump.replayed" & PUMP_replayed=$!
until_ok 20 grep -q listening "$RUN/pump.replayed"
on hA build/test/pump send 10.2.0.2 7000 $((n - 1)) 100 200 "$CANARY"    # one short: the receiver stays to see copies
wire_stop
before=$(drops gB rx_replay)
sent=$(wire_replay "$RUN/cap" --type 8)
check "the capture holds the traffic" test "$sent" -ge "$n"
wait $PUMP_replayed
is "no copy was delivered" "$(grep -o 'got=[0-9]* lost=1 copies=[0-9]*' "$RUN/pump.replayed")" "got=$((n - 1)) lost=1 copies=0"
check "each copy was counted as a replay" test $(($(drops gB rx_replay) - before)) -ge "$n"
check "the link still works" carries hA 10.2.0.2
