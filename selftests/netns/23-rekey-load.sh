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
until_ok 20 reaches hA 10.2.0.2 || die "the link comes up"
for i in A0 B0; do on wire tc qdisc add dev $i root netem delay 10ms 8ms loss 3%; done
pump_start there hA hB 10.2.0.2 0 "$(scaled 200 40)"
pump_start back hB hA 10.1.0.2 0 "$(scaled 200 40)"
rekeyed() { local rank; rank=$(kw gA session ls -j | jq -r '[.sessions[].rank // empty] | max'); [[ $rank =~ ^[0-9a-f]{8} ]] && [ $((16#${rank:0:8})) -ge 5 ]; }
check "several sessions follow one another" until_ok 60 rekeyed
pump_stop there back
note < "$RUN/pump.there"; note < "$RUN/pump.back"
for g in gA gB; do
	is "$g: none lost for want of a key" "$(drops $g rx_index) $(drops $g rx_expired) $(drops $g tx_no_session) $(drops $g tx_stage_full)" "0 0 0 0"
done
for p in there back; do
	check "$p: most came through" test $(($(pump_get $p got) * 100)) -gt $(($(pump_get $p sent) * 87))
done
