#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Hosts of both LANs exchange files over IPv4 and IPv6, both ways, whole.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
mkdir "$RUN/www"; head -c "$(scaled 4M 64K)" /dev/urandom > "$RUN/www/file"; cat "$CANARY" >> "$RUN/www/file"
want=$(sha256sum < "$RUN/www/file")
for h in hA hB; do
	ip netns exec $h python3 -m http.server -b :: -d "$RUN/www" 8080 >/dev/null 2>&1 & disown
done
until_ok 20 on hA curl -s -o /dev/null 'http://[::1]:8080/'; until_ok 20 on hB curl -s -o /dev/null 'http://[::1]:8080/'
fetch() { on "$1" curl -sS -m "$(scaled 60 200)" "http://$2:8080/file" | sha256sum; }
is "hA downloads from hB over IPv4" "$(fetch hA 10.2.0.2)" "$want"
is "hB downloads from hA over IPv4" "$(fetch hB 10.1.0.2)" "$want"
is "hA downloads from hB over IPv6" "$(fetch hA '[fd02::2]')" "$want"
is "hB downloads from hA over IPv6" "$(fetch hB '[fd01::2]')" "$want"
