#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Sourced after traffic.sh by scenarios that send the same traffic with the
# devices on the way set differently.

offloads_serve() { # SIZE: both hosts offer a file
	local h
	mkdir "$RUN/www"; head -c "$1" /dev/urandom > "$RUN/www/file"
	WANT=$(sha256sum < "$RUN/www/file")
	for h in hA hB; do ip netns exec $h python3 -m http.server -b :: -d "$RUN/www" 8080 >/dev/null 2>&1 & disown; done
	for h in hA hB; do until_ok 20 on $h curl -s -o /dev/null 'http://[::1]:8080/'; done
}
fetch() { on "$1" curl -sS -m "$(scaled 60 200)" "http://$2:8080/file" | sha256sum; }

every() { # COMMAND…: for each device of the way, as `… NS DEV`
	local x
	for x in hA:eth0 gA:lan gA:up0 wire:A0 wire:B0 gB:up0 gB:lan hB:eth0; do on "${x%:*}" "$@" "${x#*:}"; done
}
set_all() { every bash -c 'd=${!#}; ethtool -K "$d" "${@:1:$#-1}" >/dev/null 2>&1; :' - "$@"; }
crosses() { # NAME
	is "$1: TCP over IPv4 is whole" "$(fetch hA 10.2.0.2)" "$WANT"
	is "$1: TCP over IPv6 is whole" "$(fetch hB '[fd01::2]')" "$WANT"
	pump_start "${1%% *}" hA hB 10.2.0.2 "$(scaled 300 60)" "$(scaled 300 30)" 1200
	pump_clean "${1%% *}"
	is "$1: a train of UDP is whole" "$(train hA hB 10.2.0.2)" "got=40 lost=0 copies=0"
}
trains_crossed() { # whole, on the wire; the oracle tells at its end
	oracle_end
	check "trains crossed the wire" test "$(grep -o 'trains=[0-9]*' "$RUN/oracle.sum" | cut -d= -f2)" -gt 0
}
