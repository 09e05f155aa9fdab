#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Rekeys under load with loss and reordering lose nothing for want of a key.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB "Endpoint = 192.0.2.1:51900"
for g in gA gB; do gateway_start $g --rekey-after 3; done
until_ok 15 reaches hA 10.2.0.2 || die "the link comes up"
for i in A0 B0; do on wire tc qdisc add dev $i root netem delay 10ms 8ms loss 3%; done
pump_start there hA hB 10.2.0.2 "$(scaled 2400 600)" "$(scaled 200 40)"
pump_start back hB hA 10.1.0.2 "$(scaled 2400 600)" "$(scaled 200 40)"
pump_wait there; pump_wait back
note < "$RUN/pump.there"; note < "$RUN/pump.back"
for g in gA gB; do
	is "$g: none lost for want of a key" "$(drops $g rx_index) $(drops $g rx_expired) $(drops $g tx_no_session) $(drops $g tx_stage_full)" "0 0 0 0"
	check "$g: most came through" test "$(pump_get there got)" -gt "$(scaled 2100 520)"
done
rank=$(kw gA session ls -j | jq -r '[.sessions[].rank // empty] | max')
check "several sessions followed one another" test $((16#${rank:0:8})) -ge 3
