#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The module unloads while traffic runs both ways, and a new one links up; then again and again under a busy device.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
load() { # endless traffic both ways, of all kinds
	ip netns exec hB iperf3 -s -D >/dev/null 2>&1
	ip netns exec hA ping -q -i 0.01 10.2.0.2 >/dev/null 2>&1 & disown
	ip netns exec hB ping -q -i 0.01 fd01::2 >/dev/null 2>&1 & disown
	until_ok 20 on hB sh -c 'ss -ltn | grep -q 5201'
	ip netns exec hA iperf3 --bidir -t 60 -c 10.2.0.2 >/dev/null 2>&1 & disown
}
load
loaded() { [ "$(packets_in gB kw0)" -gt "$(scaled 2000 100)" ]; }
check "traffic runs" until_ok 20 loaded
check "the module unloads" rmmod keyway
check "and loads again" insmod "$KEYWAY_KO"
for g in gA gB; do gateway_stop $g KILL 2>/dev/null; gateway_start $g; done
check "the link comes up again" until_ok 20 reaches hA 10.2.0.2

for g in gA gB; do gateway_stop $g; done; unset LOGGED; declare -A LOGGED=()
times=$(scaled 4 2); [ -z "${KEYWAY_LONG:-}" ] || times=1000
# what is parked then holds its connection, and by that the namespace
TRACK="add table inet t; add chain inet t o { type filter hook output priority 0; ct state invalid drop; }"
busy_dies() { kill -KILL $busy; wait $busy; } 2>/dev/null
cycle() { # NTH: each other time the device's namespace goes at the same moment
	unshare -n sh -c "ip link set lo up; nft '$TRACK'; exec build/test/busy" > "$RUN/busy" 2>&1 & busy=$!
	until_ok 60 grep -q '^busy' "$RUN/busy" || { busy_dies; echo "never busy" >> "$RUN/busy"; return 1; }
	ip link add "here$1" type veth peer name there netns $busy
	[ $(($1 % 2)) = 0 ] || busy_dies
	rmmod keyway >> "$RUN/busy" 2>&1 || { busy_dies; return 1; }
	[ $(($1 % 2)) = 1 ] || busy_dies
	insmod "$KEYWAY_KO"
}
for ((i = 0; i < times; i++)); do cycle $i || { note < "$RUN/busy"; break; }; done
is "unloaded under sockets, peers, sessions and parked packets, each time" $i "$times"
ended() { ! ip link show | grep -q here; }
check "nothing that was parked holds one of their namespaces" until_ok 20 ended
