#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Files come whole and no packet is lost whatever the devices on the way offload, clone or track.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
mkdir "$RUN/www"; head -c "$(scaled 3M 64K)" /dev/urandom > "$RUN/www/file"
want=$(sha256sum < "$RUN/www/file")
for h in hA hB; do ip netns exec $h python3 -m http.server -b :: -d "$RUN/www" 8080 >/dev/null 2>&1 & disown; done
for h in hA hB; do until_ok 20 on $h curl -s -o /dev/null 'http://[::1]:8080/'; done
fetch() { on "$1" curl -sS -m "$(scaled 60 200)" "http://$2:8080/file" | sha256sum; }

every() { # COMMAND…: for each device of the way, as `… NS DEV`
	local x
	for x in hA:eth0 gA:lan gA:up0 wire:A0 wire:B0 gB:up0 gB:lan hB:eth0; do on "${x%:*}" "$@" "${x#*:}"; done
}
set_all() { every bash -c 'd=${!#}; ethtool -K "$d" "${@:1:$#-1}" >/dev/null 2>&1; :' - "$@"; }
crosses() { # NAME
	is "$1: TCP over IPv4 is whole" "$(fetch hA 10.2.0.2)" "$want"
	is "$1: TCP over IPv6 is whole" "$(fetch hB '[fd01::2]')" "$want"
	pump_start "${1%% *}" hA hB 10.2.0.2 "$(scaled 300 60)" "$(scaled 300 30)" 1200
	pump_clean "${1%% *}"
}

crosses "default"
set_all tso off gso off gro on; crosses "gro (tso off, gro on)"
set_all tso on gso on gro off sg off; crosses "nosg (sg off)"
set_all sg on tx off; crosses "nocsum (tx checksum off)"
set_all tx on tso on gso on
taps=()
for x in gA:kw0 gA:up0 gB:kw0 gB:up0 gA:lan; do ip netns exec "${x%:*}" tcpdump -Uni "${x#*:}" -w /dev/null 2>/dev/null & taps+=($!); done
crosses "tcpdump (cloned packets)"
kill "${taps[@]}"; wait "${taps[@]}"
for g in gA gB; do on $g nft add table inet t; on $g nft 'add chain inet t f { type filter hook forward priority 0; ct state invalid drop; }'; done
crosses "conntrack"
for g in gA gB; do on $g nft delete table inet t; done
every ip link set mtu 9000 dev
crosses "jumbo (LAN and underlay 9000)"
