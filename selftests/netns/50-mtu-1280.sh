#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# An underlay of MTU 1280 carries LAN packets of every size, whole.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make
for i in A0 B0; do ip -n wire link set $i mtu 1280; done
ip -n gA link set up0 mtu 1280; ip -n gB link set up0 mtu 1280
gateways_up
for size in 100 1000 1150 1200 1252 1300 1400; do
	check "ping of $size bytes" on hA ping -q -M dont -c1 -W15 -s $size 10.2.0.2
done
mkdir "$RUN/www"; head -c "$(scaled 1M 64K)" /dev/urandom > "$RUN/www/file"
ip netns exec hB python3 -m http.server -d "$RUN/www" 8080 >/dev/null 2>&1 & disown
until_ok 20 on hB curl -s -o /dev/null http://127.0.0.1:8080/
is "a download is whole" "$(on hA curl -sS -m "$(scaled 60 200)" http://10.2.0.2:8080/file | sha256sum)" "$(sha256sum < "$RUN/www/file")"
# the way out is a route of the socket's mark alone, and narrow only further on
topo_v4_wire
gateway_stop gA KILL
dev=$(kw gA device ls -j | jq '.devices[0].dev') sock=$(kw gA socket ls -j | jq '[.sockets[] | select(.family == "ipv4")][0].id')
check "the socket gets a mark" on gA build/test/mark "$dev" "$sock" 1
ip -n gA -batch - <<'ROUTES'
link set up0 mtu 1500
route del default dev up0
route add default via 192.0.2.254 dev up0 table 7
rule add fwmark 1 lookup 7
ROUTES
ip -n wire link set A0 mtu 1500
gateway_start gA
check "the peer finds it there" until_ok 20 reaches hB 10.1.0.2
check "what is too big further on passes in the end" until_ok 20 on hA ping -q -M dont -c1 -W1 -s 1350 10.2.0.2
