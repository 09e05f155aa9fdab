#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Over an IPv6 underlay, files come whole and no packet is lost whether trains are made by the sender or by GRO; and through a queue on the device itself.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
. "$(dirname "$0")/offloads.sh"
topo_make
for g in gA gB; do ip -n $g -4 addr flush dev up0; done
gateways_up 6
offloads_serve "$(scaled 256K 64K)"

crosses "default"
set_all tso off gso off gro on; crosses "gro (tso off, gro on)"
set_all tso on gso on

# netem hands over packets whose socket it has paid off
for g in gA gB; do on $g tc qdisc add dev kw0 root netem delay 5ms 2ms reorder 20% limit 1000; done
ip netns exec gB python3 -m http.server -b :: -d "$RUN/www" 8080 >/dev/null 2>&1 & disown
until_ok 20 on gB curl -s -o /dev/null 'http://[::1]:8080/'
pump_start queued hA hB 10.2.0.2 0 50
is "queue: a LAN's download is whole" "$(fetch hA 10.2.0.2)" "$WANT"
is "queue: a gateway's own as well" "$(fetch gA "[$(key_address gB)]")" "$WANT"
passed() { on "$1" tc -s -j qdisc show dev kw0 | jq '.[0].packets'; }
for g in gA gB; do
	check "queue: $g's packets passed it" test "$(passed $g)" -gt "$(scaled 50 20)"
	is "queue: $g lost none for want of a key, memory or path" \
		"$(drops $g tx_no_session) $(drops $g tx_no_memory) $(drops $g tx_no_path) $(drops $g rx_replay)" "0 0 0 0"
	check "queue: it goes away under traffic of $g" on $g tc qdisc del dev kw0 root
done
check "the link works on" carries hA 10.2.0.2
pump_stop queued; note < "$RUN/pump.queued"
is "queue: no packet came twice" "$(pump_get queued copies)" 0
trains_crossed
