#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# An inner source that the peer was not granted is dropped and counted.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
# each of the three was seen at hB or counted at gB
arrived() { [ $(($(grep -c . "$RUN/spoof") + $(drops gB rx_source) - before)) -ge 3 ]; }
spoof() { # SOURCE DESTINATION: gA sends as SOURCE; prints how many reach hB
	local n before; before=$(drops gB rx_source)
	ip -n gA addr add "$1" dev lo
	ip netns exec hB tcpdump -lni eth0 --immediate-mode "src ${1%/*}" > "$RUN/spoof" 2> "$RUN/spoof.err" & n=$!
	until_ok 20 grep -q listening "$RUN/spoof.err"
	on gA ping -q -c3 -i 0.2 -W1 -I "${1%/*}" "$2" >/dev/null 2>&1
	until_ok 20 arrived
	kill $n; wait $n; grep -c . "$RUN/spoof"
}
on hB sysctl -qw net.ipv4.conf.all.rp_filter=0; on gB sysctl -qw net.ipv4.conf.all.rp_filter=0
is "a granted source passes" "$(spoof 10.1.9.9/32 10.2.0.2)" 3
is "a foreign IPv4 source is dropped" "$(spoof 172.16.9.9/32 10.2.0.2)" 0
is "a source of the receiver's own LAN is dropped" "$(spoof 10.2.0.77/32 10.2.0.2)" 0
is "a foreign IPv6 source is dropped" "$(spoof fd09::9/128 fd02::2)" 0
is "each one is counted" "$(drops gB rx_source)" 9
