#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A hop of MTU 1400 between the gateways: hosts learn what fits, also from behind NAT, and nothing is ever in fragments.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
. "$(dirname "$0")/offloads.sh"
topo_make; topo_v4_wire
for g in gA gB; do ip -n wire route add "${WAN[$g]}.1" dev "${g#g}0" mtu 1400; done
gateways_up
# gA's LAN is behind another address, which only connection tracking can undo
on gA nft -f - <<'NFT'
table ip t {
	chain out { type nat hook postrouting priority 100; oifname "kw0" ip saddr 10.1.0.2 snat to 10.1.0.77; }
	chain f { type filter hook forward priority 0; ct state invalid drop; }
}
NFT
check "behind NAT the link works" carries hA 10.2.0.2
fits=$((1400 - 20 - 8 - 32))                    # outer headers, DATA's own
mtu() { kw "$1" path ls -j | jq '[.paths[] | select(.in_use)][0].mtu'; }
finds() { on "$1" ping -q -M do -c1 -W1 -s 1300 "$(key_address "${OTHER[$1]}")"; [ "$(mtu "$1")" = 1400 ]; }
for g in gA gB; do check "$g finds what the path takes" until_ok 20 finds $g; done
knows() { ip -n "$1" route get "$2" | grep -q "mtu $fits"; }
learns() { # NAME HOST ADDRESS: by one packet that kw0 takes and the path does not; of a second the gateway's own route would tell
	on "$2" ping -q -M do -c1 -W1 -s 1360 "$3" >/dev/null 2>&1
	check "$1" until_ok 10 knows "$2" "$3"
}
learns "a host behind NAT learns it" hA 10.2.0.2
learns "the host on the other side as well" hB 10.1.0.77
learns "IPv6 hosts as well" hA fd02::2
learns "both ways" hB fd01::2
check "what just fits arrives" on hA ping -q -M do -c1 -W15 -s $((fits - 28)) 10.2.0.2
check "a byte more is refused at home" sh -c "ip netns exec hA ping -M do -c1 -W1 -s $((fits - 27)) 10.2.0.2 2>&1 | grep -qi 'too long'"
offloads_serve "$(scaled 256K 64K)"
is "a download by the host behind NAT is whole" "$(fetch hA 10.2.0.2)" "$WANT"
is "one from the other side is whole" "$(fetch hB '[fd01::2]')" "$WANT"
fragments() { on "$1" nstat -asz IpFragCreates IpReasmReqds Ip6FragCreates Ip6ReasmReqds | awk '!/^#/ { n += $2 } END { print n + 0 }'; }
is "no gateway made or joined a fragment" "$(fragments gA) $(fragments gB)" "0 0"
