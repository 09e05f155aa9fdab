#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Sourced after lib.sh by scenarios that count packets, or that take packets
# off the wire and put them back as an attacker there would.

pump_start() { # NAME FROM TO ADDRESS COUNT PER_SECOND [SIZE]: numbered UDP, in the background; COUNT 0: until pump_stop
	local port=$((7000 + $(echo "$1" | cksum | cut -c1-3)))
	ip netns exec "$3" build/test/pump recv $port "$5" "$(scaled 5 30)" > "$RUN/pump.$1" & eval "PUMP_$1=$!"
	until_ok 5 grep -q listening "$RUN/pump.$1"
	ip netns exec "$2" build/test/pump send "$4" $port "$(($5 ? $5 : 1000000))" "$6" "${7:-200}" "$CANARY" & eval "PUMP_$1_tx=$!"
}
pump_wait() { # NAME: waits for both ends
	local pid=PUMP_$1 tx=PUMP_$1_tx
	wait "${!tx}" "${!pid}"
}
pump_stop() { # NAME: ends one whose COUNT is 0
	local tx=PUMP_$1_tx
	kill "${!tx}"
}
pump_get() { grep -o "$2=[0-9]*" "$RUN/pump.$1" | cut -d= -f2; }         # NAME FIELD
pump_clean() { # NAME: all came, once
	pump_wait "$1"
	is "$1: no packet lost, none twice" "$(grep -o 'lost=[0-9]* copies=[0-9]*' "$RUN/pump.$1")" "lost=0 copies=0" ||
		note < "$RUN/pump.$1"
}

wire_capture() { # FILE [IFACE]: what gateway A's side of the wire receives, until wire_stop
	ip netns exec wire tcpdump -Qin -U -ni "${2:-A0}" -w "$1" udp 2>/dev/null & CAPTURE=$!
	until_ok 5 test -s "$1"
}
wire_stop() { sleep 0.3; kill $CAPTURE; wait $CAPTURE; }
# what replay.py takes: sends captured datagrams again; prints how many
wire_replay() { on wire python3 selftests/netns/replay.py "$@"; }

wire_hold_resp() { # the gateways come up, and the attacker has gB's RESP, which gA has not, in $RUN/resp
	local g
	topo_make; topo_v4_wire
	for g in gA gB; do gateway_conf $g; done
	gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB
	# type 2, and the INITs of gB
	on wire nft -f - <<-'NFT'
		table ip hold { chain f { type filter hook forward priority 0; iifname "B0" @th,64,8 { 1, 2 } drop; }; }
	NFT
	wire_capture "$RUN/resp" B0
	for g in gB gA; do gateway_start $g; done
	on hA ping -q -c2 -i 0.3 -W1 10.2.0.2 >/dev/null 2>&1
	wire_held() { [ "$(tcpdump -nr "$RUN/resp" 'udp[8] = 2' 2>/dev/null | grep -c .)" -gt 0 ]; }
	check "gB answers" until_ok 10 wire_held
}

drops() { kw "$1" device ls -j | jq "[.. | objects | .drops? // empty | .[\"$2\"]? // 0] | add // 0"; }   # GATEWAY REASON
bytes_in() { on "$1" cat "/sys/class/net/$2/statistics/rx_packets"; }
