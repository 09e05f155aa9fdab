#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway of several addresses answers from the one that was asked, as long as it has it and the way leads there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make 2
ip -n gB addr add 198.51.100.77/24 dev up0; ip -n gB addr add 2001:db8:b::77/64 dev up0 nodad preferred_lft 0
# as a filter before gA would: what leaves from the addresses that routes name gets nowhere
on wire nft -f - <<'NFT'
table inet filter {
	chain forward {
		type filter hook forward priority 0
		ip saddr { 198.51.100.1, 198.51.101.1 } drop
		ip6 saddr { 2001:db8:b::1, 2001:db8:b1::1 } drop
	}
}
NFT
link() { # ENDPOINT: gA asks there, gB knows of no place
	gateway_conf gA; gateway_conf gB
	gateway_trust gA "Endpoint = $1"; gateway_trust gB
	gateway_start gA; gateway_start gB
	until_ok 30 reaches gA "$(key_address gB)"
}
remote() { kw gA -j path ls | jq -r '.paths[] | select(.in_use).remote'; }
local_of_gB() { kw gB -j path ls | jq -r '.paths[] | select(.in_use).local'; }
on wire nft insert rule inet filter forward meta nfproto ipv4 udp dport 51900 drop
check "over IPv6, the second address answers" link "[2001:db8:b::77]:51900"
is "and data leaves from it, over IPv6" "$(local_of_gB)" 2001:db8:b::77
for g in gA gB; do kw $g down >/dev/null || die "$g goes down"; done
on wire nft flush chain inet filter forward
on wire nft add rule inet filter forward ip saddr '{ 198.51.100.1, 198.51.101.1 }' drop
on wire nft add rule inet filter forward meta nfproto ipv6 udp dport 51900 drop
check "over IPv4, the second address answers" link 198.51.100.77:51900
is "and data leaves from it, over IPv4" "$(local_of_gB)" 198.51.100.77
on wire nft flush chain inet filter forward
lost=$(drops gB tx_no_path)
found_at() { reaches gB "$(key_address gA)" && [ "$(remote)" = "$1:51900" ]; }
ip -n gB addr del 198.51.100.77/24 dev up0
check "once it is gone, another of the same interface is taken" until_ok 30 found_at 198.51.100.1
is "and nothing was without a way meanwhile" "$(drops gB tx_no_path)" "$lost"
ip -n gB route del default via 198.51.100.254 dev up0
check "once the way leads by another interface, that one's is" until_ok 30 found_at 198.51.101.1
ip -n gB addr add 198.51.101.78/24 dev up1
leaves_from() { reaches gA "$(key_address gB)" && [ "$(local_of_gB)" = "$1" ]; }
# each packet by itself: conntrack would leave alone a flow that gB's next packet begins
on wire nft 'table ip swap { chain pre { type filter hook prerouting priority raw; ip daddr 198.51.101.1 ip daddr set 198.51.101.78; ip saddr 198.51.101.78 ip saddr set 198.51.101.1; }; }'
check "once packets come to another address, data leaves from that one" until_ok 20 leaves_from 198.51.101.78
on wire nft delete table ip swap
on wire nft add rule inet filter forward meta nfproto ipv6 udp dport 51900 drop
ip -n gB -batch - <<'IP'
route add default via 198.51.100.254 dev up0 table 9
rule add from 198.51.101.0/24 lookup 9
IP
check "what a rule sends by another interface leaves where it came in" until_ok 10 reaches gB "$(key_address gA)"
