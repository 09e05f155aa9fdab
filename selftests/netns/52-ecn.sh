#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Congestion marks cross as RFC 6040 says, in packets alone and in trains.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
. "$(dirname "$0")/offloads.sh"
topo_make; topo_v4_wire; gateways_up
ECT1=1 ECT0=2 CE=3
wire_does() { # RULE: to what gB sends over the wire
	on wire nft "add table ip m; delete table ip m; table ip m { chain f { type filter hook forward priority 0; ip saddr 198.51.100.1 udp sport 51900 $1; }; }"
}
arrived() { # V4-COUNTER: of either family at hA
	on hA nstat -asz "IpExt$1" "Ip6$1" | awk '!/^#/ { n += $2 } END { print n + 0 }'
}
say() { on hB ping -q -c3 -i 0.2 -W1 -Q "$1" "$2" >/dev/null 2>&1; }       # MARK ADDRESS
risen() { [ "$(arrived "$1")" -ge "$2" ]; }     # V4-COUNTER LEAST
marked() { # NAME MARK COUNTER: three packets of each family sent so marked arrive as COUNTER says
	local before
	before=$(arrived "$3"); say "$2" 10.1.0.2; say "$2" fd01::2
	check "$1" until_ok 10 risen "$3" $((before + 6))
}
matched() { on wire nft -j list table ip m | jq '[.. | .counter? // empty | .packets][0]'; }
passed() { [ "$(matched)" -ge "$1" ]; }         # LEAST
outer() { # NAME MARK ECN: so marked, they lie in datagrams marked ECN
	wire_does "ip ecn $3 meta length < 300 counter"
	say "$2" 10.1.0.2; say "$2" fd01::2
	check "$1" until_ok 10 passed 6
}
outer "the outer header of what is capable says so" $ECT0 ect0
outer "of the other code point as well" $ECT1 ect1
outer "of what is marked, that it is" $CE ce

wire_does "ip ecn set ce"
marked "a mark on the wire reaches what is capable" $ECT0 InCEPkts
marked "of both code points" $ECT1 InCEPkts
before=$(drops gA rx_ecn)
refute "a packet that can't bear the mark doesn't arrive" reaches hB 10.1.0.2
check "and is counted" test "$(($(drops gA rx_ecn) - before))" = 1
wire_does "ip ecn set ect1"
marked "a change to the other code point arrives" $ECT0 InECT1Pkts
# whole trains alone are marked, of three packets or more; TCP in a slow guest would choose two
wire_does "meta length > 4000 ip ecn set ce counter"
offloads_serve "$(scaled 1M 512K)"; on hB sysctl -qw net.ipv4.tcp_min_tso_segs=8
ecn() { local h; for h in hA hB; do on $h sysctl -qw net.ipv4.tcp_ecn=$1; done; }
borne() { echo $(($(arrived InCEPkts) + $(drops gA rx_ecn))); }        # what TCP sends again can't bear it
bore() { [ "$(borne)" -ge "$1" ]; }
ecn 1; before=$(borne)
is "a download whose trains are marked is whole" "$(fetch hA 10.2.0.2)" "$WANT"
n=$(matched)
check "trains were marked" test "$n" -ge 1
check "each packet of them arrived with the mark" until_ok 10 bore $((before + n * 3))
check "and TCP's sender heard of it" test "$(on hB nstat -asz TcpExtTCPDeliveredCE | awk '/CE/ { print $2 }')" -ge 1
ecn 0; before=$(drops gA rx_ecn)
fetch hA 10.2.0.2 >/dev/null 2>&1 & disown
check "trains that can't bear it are marked too" until_ok 20 passed $((n + 1))
n=$(($(matched) - n))
check "and dropped, each packet counted" until_ok 10 dropped gA rx_ecn $((before + n * 3))
wire_does accept
check "the link works on" carries hB 10.1.0.2
