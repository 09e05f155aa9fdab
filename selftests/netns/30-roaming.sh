#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway's address changes under traffic: the link follows and loses at most a moment.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
n=$(scaled 1000 300) rate=$(scaled 100 30)
pump_start back hB hA 10.1.0.2 "$n" "$rate"
pump_start there hA hB 10.2.0.2 "$n" "$rate"
sleep 2
gateway_move gA 192.0.2.77
pump_wait back; pump_wait there
note < "$RUN/pump.back"
check "traffic to the moved one goes on within 2 s" test "$(pump_get back gap_ms)" -lt "$(scaled 2000 10000)"
check "traffic from the moved one goes on within 2 s" test "$(pump_get there gap_ms)" -lt "$(scaled 2000 10000)"
check "gB's path is the new address" sh -c "ip netns exec gB keyway path ls | grep -q 192.0.2.77"
