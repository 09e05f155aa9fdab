#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Files come whole and no packet is lost whatever the devices on the way offload, clone or track.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
. "$(dirname "$0")/offloads.sh"
topo_make; gateways_up
offloads_serve "$(scaled 3M 64K)"

crosses "default"
set_all tso off gso off gro on; crosses "gro (tso off, gro on)"
set_all tso on gso on gro off sg off; crosses "nosg (sg off)"
set_all sg on tx off; crosses "nocsum (tx checksum off)"
set_all tx on tso on gso on
taps=()
for x in gA:kw0 gA:up0 gB:kw0 gB:up0 gA:lan; do ip netns exec "${x%:*}" tcpdump -Uni "${x#*:}" -w /dev/null 2>/dev/null & taps+=($!); done
tap gB "$RUN/tapped"; taps+=($TAP)
crosses "tapped (cloned packets)"
kill "${taps[@]}"; wait "${taps[@]}"
check "the tap saw the traffic" test "$(stat -c %s "$RUN/tapped")" -gt 50000
refute "and nothing decrypted where it lay" holds_canary "$RUN/tapped"
# what belongs to the outer connection must not pass for the inner one's
for g in gA gB; do
	on $g nft -f - <<'NFT'
table inet t { chain f { type filter hook forward priority 0; ct state invalid drop; ip daddr 10.0.0.0/8 ct original ip saddr != 10.0.0.0/8 drop; }; }
NFT
done
crosses "conntrack"
for g in gA gB; do on $g nft delete table inet t; done
# nobody on the way checks sums that the module vouches for, but the next real wire's end will
on gA ethtool -K kw0 gro off
ip netns exec hA tcpdump -Qin -U --immediate-mode -ni eth0 -w "$RUN/sums" 2>/dev/null & taps=($!)
until_ok 20 test -s "$RUN/sums"
is "TCP without GRO is whole" "$(fetch hA 10.2.0.2)" "$WANT"
kill "${taps[@]}"; wait "${taps[@]}"
sums() { tcpdump -nvvr "$RUN/sums" 'src 10.2.0.2 and tcp' 2>/dev/null | grep -c "$1"; }
check "segments carry right checksums" test "$(sums '(correct)')" -gt "$(scaled 300 5)"
is "and no wrong ones" "$(sums '(incorrect\|bad cksum')" 0
on gA ethtool -K kw0 gro on

every ip link set mtu 9000 dev; for g in gA gB; do ip -n $g link set kw0 mtu 8900; done
crosses "jumbo (LAN and underlay 9000)"
check "jumbo: a packet of 8900 bytes crosses" on hA ping -q -M do -c1 -W15 -s 8872 10.2.0.2
