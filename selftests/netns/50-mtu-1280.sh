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
	check "ping of $size bytes" on hA ping -q -M dont -c1 -W2 -s $size 10.2.0.2
done
mkdir "$RUN/www"; head -c "$(scaled 1M 64K)" /dev/urandom > "$RUN/www/file"
ip netns exec hB python3 -m http.server -d "$RUN/www" 8080 >/dev/null 2>&1 & disown
until_ok 10 on hB curl -s -o /dev/null http://127.0.0.1:8080/
is "a download is whole" "$(on hA curl -sS -m "$(scaled 30 120)" http://10.2.0.2:8080/file | sha256sum)" "$(sha256sum < "$RUN/www/file")"
