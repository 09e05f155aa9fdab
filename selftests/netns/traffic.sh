#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Sourced after lib.sh by scenarios that count packets, or that take packets
# off the wire and put them back as an attacker there would.

pump_start() { # NAME FROM TO ADDRESS COUNT PER_SECOND [SIZE]: numbered UDP, in the background; COUNT 0: until pump_stop
	local port=$((7000 + $(echo "$1" | cksum | cut -c1-3))) silence
	silence=30; [ "$5" != 0 ] || silence=600
	rm -f "$RUN/pump.$1"             # one of before would say at once that it listens
	ip netns exec "$3" build/test/pump recv $port "$5" "$silence" > "$RUN/pump.$1" & eval "PUMP_$1=$!"
	until_ok 20 grep -q listening "$RUN/pump.$1"
	ip netns exec "$2" build/test/pump send "$4" $port "$5" "$6" "${7:-200}" "$CANARY" > "$RUN/pump.$1.tx" & eval "PUMP_$1_tx=$!"
}
pump_wait() { # NAME: waits for both ends
	local pid=PUMP_$1 tx=PUMP_$1_tx
	wait "${!tx}" "${!pid}"
}
pump_stop() { # NAME…: ends those whose COUNT is 0
	local n tx pid
	for n in "$@"; do tx=PUMP_${n}_tx; kill "${!tx}"; wait "${!tx}"; done
	for n in "$@"; do pid=PUMP_$n; kill "${!pid}"; wait "${!pid}"; done
}
pump_get() { grep -ho "$2=[0-9]*" "$RUN/pump.$1" "$RUN/pump.$1.tx" | cut -d= -f2; }         # NAME FIELD
pump_clean() { # NAME: all that was sent came, once
	pump_wait "$1"
	is "$1: no packet lost, none twice" "$(pump_get "$1" got) $(pump_get "$1" copies)" "$(pump_get "$1" sent) 0" ||
		note < "$RUN/pump.$1"
}

train() { # FROM TO ADDRESS: one send() of 40 datagrams, which the network core or a device cuts; prints what came
	rm -f "$RUN/train"
	ip netns exec "$2" build/test/pump recv 7999 40 30 > "$RUN/train" & local p=$!
	until_ok 20 grep -q listening "$RUN/train"
	on "$1" python3 -c "
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(17, 103, 1204)
s.sendto(b''.join(struct.pack('>I', n) + bytes([n]) * 1200 for n in range(40)), ('$3', 7999))"
	wait $p; grep -o 'got=[0-9]* lost=[0-9]* copies=[0-9]*' "$RUN/train"
}
tap() { # GATEWAY FILE: a packet socket without a ring, read when a packet is long on its way; its process in TAP
	ip netns exec "$1" python3 -uc "
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind(('up0', 0)); print('tapping')
with open('$2', 'wb', 0) as f:
    while True: f.write(s.recv(65536))" > "$2.log" & TAP=$!
	until_ok 20 grep -q tapping "$2.log"
}
holds_canary() { python3 -c "import sys; sys.exit(open('$CANARY', 'rb').read() not in open(sys.argv[1], 'rb').read())" "$1"; }

wire_capture() { # FILE [IFACE]: what gateway A's side of the wire receives, until wire_stop
	CAPTURED=$1 SIDE=${2:-A0}
	rm -f "$1"
	ip netns exec wire tcpdump -Qin -U --immediate-mode -ni "$SIDE" -w "$1" udp 2>/dev/null & CAPTURE=$!
	until_ok 20 test -s "$1"
}
wire_marked() { # a mark of the gateway's, which is the last to be captured
	on "g${SIDE%0}" bash -c "echo KW-MARK > /dev/udp/${WAN[g${SIDE%0}]}.254/9"
	grep -qa KW-MARK "$CAPTURED"
}
wire_stop() { # without its mark a capture may have missed what was said
	until_ok 20 wire_marked || die "the capture at $SIDE gets its mark"
	kill $CAPTURE; wait $CAPTURE
}
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
	ip netns exec hA ping -q -i 0.5 10.2.0.2 >/dev/null 2>&1 & disown
	wire_held() { [ "$(tcpdump -nr "$RUN/resp" 'udp[8] = 2' 2>/dev/null | grep -c .)" -gt 0 ]; }
	check "gB answers" until_ok 20 wire_held
}

drops() { # GATEWAY REASON: how many; reason rx: of all that came
	kw "$1" device ls -j | jq --arg r "$2" '[.devices[].drops | to_entries[] | select(.key == $r or ($r == "rx" and (.key | startswith("rx_")))) | .value] | add // 0'
}
dropped() { [ "$(drops "$1" "$2")" -ge "$3" ]; }     # GATEWAY REASON LEAST
packets_in() { on "$1" cat "/sys/class/net/$2/statistics/rx_packets"; }
