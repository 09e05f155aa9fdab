#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Sourced by lib.sh: the namespaces and links of two sites. Between the
# gateways lies `wire`, a router, where captures, loss and delay are made. One
# or more uplinks (up0, up1 …) a gateway.
#   hA 10.1.0.2 - 10.1.0.1 gA 192.0.2.1 - wire - 198.51.100.1 gB 10.2.0.1 - 10.2.0.2 hB
#      fd01::2      2001:db8:a::1         2001:db8:b::1            fd02::2
UPLINKS=1
declare -A WAN=([gA]=192.0.2 [gB]=198.51.100) WAN6=([gA]=2001:db8:a [gB]=2001:db8:b) LAN=([gA]=10.1 [gB]=10.2) LAN6=([gA]=fd01 [gB]=fd02)
declare -A OTHER=([gA]=gB [gB]=gA) HOST=([gA]=hA [gB]=hB)

# a program's start is dear in an emulated guest, so `ip` gets its lines in batches
plug() { # IFACE V4/LEN V6/LEN
	printf 'addr add %s dev %s\naddr add %s dev %s nodad\nlink set %s up\n' "$2" "$1" "$3" "$1" "$1"
}
uplink_net() { # GATEWAY N: sets net and net6
	net=${WAN[$1]} net6=${WAN6[$1]}
	[ "$2" = 0 ] || { net=${net%.*}.$((${net##*.} + $2)); net6=$net6$2; }
}
topo_gateway() { # GATEWAY: what `ip -n GATEWAY` is told
	local n net net6
	plug lan "${LAN[$1]}.0.1/24" "${LAN6[$1]}::1/64"
	for ((n = 0; n < UPLINKS; n++)); do
		uplink_net "$1" $n
		plug "up$n" "$net.1/24" "$net6::1/64"
		printf 'route add default via %s.254 dev up%d metric %d\n' "$net" $n $((100 + n))
		printf -- 'route add default via %s::fe dev up%d metric %d\n' "$net6" $n $((100 + n))
	done
}
topo_host() { # GATEWAY: of its LAN's host
	plug eth0 "${LAN[$1]}.0.2/24" "${LAN6[$1]}::2/64"
	printf 'route add default via %s\nroute add default via %s\n' "${LAN[$1]}.0.1" "${LAN6[$1]}::1"
}
topo_wire() {
	local g n net net6
	for g in gA gB; do
		for ((n = 0; n < UPLINKS; n++)); do uplink_net $g $n; plug "${g#g}$n" "$net.254/24" "$net6::fe/64"; done
	done
}
topo_devices() {
	local g n
	for g in gA gB; do
		echo "link add lan netns $g type veth peer eth0 netns ${HOST[$g]}"
		for ((n = 0; n < UPLINKS; n++)); do echo "link add up$n netns $g type veth peer ${g#g}$n netns wire"; done
	done
}
topo_namespaces() { # NAME…
	local n
	printf 'netns add %s\n' "$@" | ip -batch -
	for n in "$@"; do
		ip netns exec "$n" sh -c 'ip link set lo up; cd /proc/sys/net; echo 1 > ipv4/ip_forward; echo 1 > ipv6/conf/all/forwarding
			echo 0 > ipv6/conf/default/accept_dad; echo "0 1000" > ipv4/ping_group_range'
	done
}
topo_make() { # [UPLINKS]
	local g
	UPLINKS=${1:-1}
	topo_namespaces hA gA wire gB hB
	topo_devices | ip -batch -
	for g in gA gB; do
		topo_gateway $g | ip -n $g -batch -
		topo_host $g | ip -n "${HOST[$g]}" -batch -
	done
	topo_wire | ip -n wire -batch -
	oracle_start
}

# the attacker of traffic.sh speaks IPv4, and gateways tell each other of all their addresses
topo_v4_wire() { local g; for g in gA gB; do ip -n $g -6 addr flush dev up0 scope global; done; }
