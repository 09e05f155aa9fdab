#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Sourced after netns/lib.sh: the bench's sites, with a plain veth instead of
# the router and the oracle that scenarios have between the gateways, and how
# each kind of link is brought up and taken down there.
#   hA 10.1.0.2 - 10.1.0.1 gA 192.0.2.1 = 198.51.100.1 gB 10.2.0.1 - 10.2.0.2 hB
topo_bench() {
	local g
	modprobe -aq veth
	topo_namespaces hA gA gB hB
	ip link add up0 netns gA type veth peer up0 netns gB
	for g in gA gB; do
		ip -n $g link add lan type veth peer eth0 netns "${HOST[$g]}"
		plug lan "${LAN[$g]}.0.1/24" "${LAN6[$g]}::1/64" | ip -n $g -batch -
		topo_host $g | ip -n "${HOST[$g]}" -batch -
		ip -n $g addr add "${WAN[$g]}.1/24" dev up0; ip -n $g link set up0 up
		ip -n $g route add "${WAN[${OTHER[$g]}]}.0/24" dev up0
	done
}
lan_routes() { # VERB VIA…: the way to the other LAN
	local g verb=$1; shift
	for g in gA gB; do ip -n $g route "$verb" "${LAN[${OTHER[$g]}]}.0.0/16" "$@"; done
}

plain_up() { lan_routes add dev up0; for g in gA gB; do on $g sysctl -qw net.ipv4.conf.up0.proxy_arp=1; done; }
plain_down() { lan_routes del; for g in gA gB; do on $g sysctl -qw net.ipv4.conf.up0.proxy_arp=0; ip -n $g neigh flush all; done; }

wireguard_up() {
	local g o
	modprobe -q wireguard || return
	umask 077
	for g in gA gB; do wg genkey > "$RUN/$g.key"; wg pubkey < "$RUN/$g.key" > "$RUN/$g.pub"; done
	for g in gA gB; do
		o=${OTHER[$g]}
		ip -n $g link add wg0 type wireguard
		on $g wg set wg0 listen-port 5555 private-key "$RUN/$g.key" peer "$(cat "$RUN/$o.pub")" \
			allowed-ips 0.0.0.0/0 endpoint "${WAN[$o]}.1:5555"
		ip -n $g link set wg0 up
	done
	lan_routes add dev wg0
}
wireguard_down() { for g in gA gB; do ip -n $g link del wg0; done; }

keyway_up() {
	lsmod | grep -q '^keyway ' || { modinfo -F depends "$KEYWAY_KO" | tr , '\n' | xargs -r modprobe -a; insmod "$KEYWAY_KO" || return; }
	gateways_up
	echo "suite=$(kw gA session ls -j | jq -r '[.. | .suite? // empty][0]')"
}
keyway_down() { for g in gA gB; do kw $g down; done; }
