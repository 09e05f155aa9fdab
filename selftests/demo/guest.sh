#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# The demo's guest side: two gateways that know nothing of each other but a
# fingerprint, real programs talking across, a daemon killed and an address
# changed under traffic, and a capture that shows no plaintext. Tells what it
# does in plain words and ends with a table. Run by demo.sh.
. "$(dirname "$0")/../netns/lib.sh"
. "$(dirname "$0")/../netns/traffic.sh"
ROWS=()
row() { ROWS+=("$(printf '%-46s %-5s %s' "$1" "$2" "$3")"); }    # WHAT YES|NO FIGURE
ok() { echo "   yes: $*"; }
not_ok() { echo "   NO:  $*"; FAILED=1; }
tell() { printf '\n-- %s\n' "$*"; }
try() { # WHAT FIGURE-FUNCTION [ARG…]: a row by the function's last line and status
	local what=$1 out; shift
	if out=$("$@" 2>"$RUN/err"); then ok "$what: ${out##*$'\n'}"; row "$what" yes "${out##*$'\n'}"
	else not_ok "$what"; { echo "$out"; cat "$RUN/err"; } | tail -5 | sed 's/^/        /'; row "$what" NO "${out##*$'\n'}"; fi
}

do_ping() { # NS ADDRESS
	on "$1" ping -q -c5 -i 0.2 -W15 "$2" | awk -F'[ /]' '/packet loss/ { lost = $1 - $4 } /^rtt/ { printf "%d lost, %s ms\n", lost, $8 } END { exit lost != 0 }'
}
do_http() {
	local want have
	want=$(sha256sum < "$RUN/www/file"); have=$(on hA curl -sS -m 60 http://10.2.0.2:8080/file | sha256sum)
	echo "$(($(stat -c %s "$RUN/www/file") >> 20)) MiB, sha256 ${have:0:16}… same on both sides"; [ "$want" = "$have" ]
}
do_ssh() {
	on hA ssh -i "$RUN/id" -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="$RUN/known" -o ConnectTimeout=20 -o BatchMode=yes \
		root@10.2.0.2 'echo "logged in from ${SSH_CLIENT%% *}, at $(ip -br addr show eth0 | awk "{print \$3}")"'
}
do_iperf() {
	on hA iperf3 -J -c 10.2.0.2 -t 4 > "$RUN/iperf" || { jq -r .error "$RUN/iperf"; return 1; }
	jq -r '"\(.end.sum_received.bits_per_second / 1e6 | floor) Mbit/s (an emulated CPU)"' "$RUN/iperf"
}
traffic() { # a datagram every 20 ms beside a slow download, in the background
	pump_start "$1" hA hB 10.2.0.2 0 50
	on hA curl -sS -m 120 --limit-rate 400k http://10.2.0.2:8080/small | sha256sum > "$RUN/small.sum" &
	DOWNLOAD=$!
	sleep 1
}
traffic_lost() { # NAME MOST: how many datagrams were lost, and the download's hash
	local sent lost
	wait $DOWNLOAD
	pump_stop "$1"
	[ "$(sha256sum < "$RUN/www/small")" = "$(cat "$RUN/small.sum")" ] || { echo "the download broke"; return 1; }
	sent=$(pump_get "$1" sent) lost=$(($(pump_get "$1" sent) - $(pump_get "$1" got)))
	echo "$lost of $sent datagrams lost, download whole"; [ $lost -le "$2" ]
}
do_kill() {
	traffic killed; gateway_stop gA KILL; sleep 3; gateway_start gA; sleep 1; traffic_lost killed 0
}
do_move() { # gA gets another address while traffic runs; gB is told by nobody
	pump_start still hA hA 127.0.0.1 0 50
	traffic moved
	gateway_move gA 192.0.2.77
	until_ok 30 reaches hA 10.2.0.2; sleep 1
	pump_stop still                        # its longest gap is the guest's, not the link's
	traffic_lost moved $(((2000 + MOVING_MS + $(pump_get still gap_ms)) / 20))
}
do_status() { kw gA status -j | jq -e '[.. | objects | select(has("rtt_us") or has("rtt"))] | length > 0' >/dev/null && echo "valid JSON with the same facts"; }
do_capture() { # the marker crosses the LANs in clear and the wire sealed
	local f lan wire
	for f in 1 2 3 4 5 6 7 8 9 10; do cat "$CANARY"; done > "$RUN/www/marked"
	ip netns exec wire tcpdump -qni A0 -U --immediate-mode -w "$RUN/wire.pcap" 2>/dev/null & local w=$!
	ip netns exec hB tcpdump -qni eth0 -U --immediate-mode -w "$RUN/lan.pcap" 2>/dev/null & local l=$!
	until_ok 20 test -s "$RUN/wire.pcap"; until_ok 20 test -s "$RUN/lan.pcap"
	on hA curl -sS -m 20 http://10.2.0.2:8080/marked | cmp - "$RUN/www/marked"
	until_ok 20 marked_lan; sleep 0.5
	kill $w $l; wait $w $l
	lan=$(count_marks "$RUN/lan.pcap") wire=$(count_marks "$RUN/wire.pcap")
	echo "marker seen $lan times on the LAN, $wire times on the wire"; [ "$lan" -ge 10 ] && [ "$wire" = 0 ]
}
count_marks() { python3 -c "import sys; print(open(sys.argv[1],'rb').read().count(open('$CANARY','rb').read()))" "$1"; }

marked_lan() { [ "$(count_marks "$RUN/lan.pcap")" -ge 10 ]; }

services() { # what the host behind gB offers
	mkdir -p "$RUN/www"; head -c 8M /dev/urandom > "$RUN/www/file"; head -c 1M /dev/urandom > "$RUN/www/small"
	ip netns exec hB python3 -m http.server -d "$RUN/www" 8080 >/dev/null 2>&1 &
	disown
	ssh-keygen -qt ed25519 -N '' -f "$RUN/hostkey"; ssh-keygen -qt ed25519 -N '' -f "$RUN/id"
	mkdir -p /run/sshd /root; usermod -p '*' root
	chmod 755 "$RUN"; cp "$RUN/id.pub" "$RUN/authorized"
	ip netns exec hB /usr/sbin/sshd -h "$RUN/hostkey" -o AuthorizedKeysFile="$RUN/authorized" -o StrictModes=no -o UsePAM=no -o PidFile=none -o PermitRootLogin=yes
	ip netns exec hB iperf3 -s -D >/dev/null
}

tell "kernel $(uname -r) ($KEYWAY_ACCEL). Loading keyway.ko and laying the two sites."
modinfo -F depends "$KEYWAY_KO" | tr , '\n' | xargs -r modprobe -a; insmod "$KEYWAY_KO" || die "keyway.ko loads"
topo_make; services
refute "without Keyway the LANs do not reach each other" reaches hA 10.2.0.2

tell "Each gateway makes its identity. This is all that one learns of the other:"
for g in gA gB; do gateway_conf $g; echo "   $g  $(gateway_key $g)"; echo "       address $(key_address $g)"; done

tell "gA trusts gB, but gB has not heard of gA: nothing may flow."
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_start gA; gateway_start gB
refute "one-sided trust carries nothing" reaches hA 10.2.0.2

tell "gB's administrator adds gA's fingerprint as well."
gateway_trust gB "Endpoint = 192.0.2.1:51900"; gateway_stop gB; gateway_start gB
until_ok 20 reaches hA 10.2.0.2
try "ping, LAN to LAN" do_ping hA 10.2.0.2
try "ping to the other gateway's key address" do_ping gA "$(key_address gB)"
tell "Real programs, LAN to LAN:"
try "HTTP download" do_http
try "SSH login" do_ssh
try "iperf3, one TCP flow" do_iperf
tell "gA's daemon is killed (SIGKILL) while traffic runs, stays away 3 s, and is started again."
try "daemon killed under traffic" do_kill
tell "gA's uplink address changes from 192.0.2.1 to 192.0.2.77 while traffic runs."
try "address changed under traffic" do_move
tell "What gA says now:"
kw gA status | sed 's/^/   /'
try "keyway status -j" do_status
tell "A marked file crosses; tcpdump runs on the wire and on the LAN."
try "no plaintext on the wire" do_capture
kill -TERM $ORACLE; wait $ORACLE && row "no packet number used twice on the wire" yes "$(grep -o 'data=[0-9]*' "$RUN/oracle.sum" | cut -d= -f2) datagrams" ||
	{ row "no packet number used twice on the wire" NO "$(cat "$RUN/oracle.sum")"; FAILED=1; }
ORACLE=
printf '\n%-46s %-5s %s\n' WHAT OK FIGURE; printf '%s\n' "${ROWS[@]}"
