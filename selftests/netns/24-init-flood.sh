#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A flood of INITs and record requests with a valid mac1, from many sources, delays no acquire.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
ip -n wire route add blackhole 100.64.0.0/10
rate=$(scaled 1000 50) tries=3
acquire() { # ends gB's sessions, and gA's; prints the ms until gB's LAN reaches gA's again
	local g i
	for g in gA gB; do
		for i in $(kw $g session ls -j | jq '.sessions[].index'); do kw $g session del "$i" 2>/dev/null; done
	done
	on hB ping -c1 -W30 10.1.0.2 | awk -F'[= ]' '/time=/ { for (i = 1; i < NF; i++) if ($i == "time") print int($(i + 1)) }'
}
acquires() { for ((t = 0; t < tries; t++)); do acquire; done | sort -n > "$RUN/$1"; }       # NAME: the ms of each that succeeds
median() { sed -n "$((tries / 2 + 1))p" "$RUN/$1"; }
acquires quiet
ip netns exec wire nice -n 19 build/test/flood 198.51.100.1 51900 "$(gateway_key gB)" "$rate" 600 > "$RUN/flood" & FLOOD=$!
flooded_gB() { [ "$(packets_in gB up0)" -gt "$1" ]; }
until_ok 20 flooded_gB $(($(packets_in gB up0) + 100))
acquires flooded
check "the flood went on to the end" until_ok 20 flooded_gB $(($(packets_in gB up0) + rate / 2))
is "and each of its mac1 was right" "$(drops gB rx_mac1)" 0
kill $FLOOD; wait $FLOOD
quiet=$(median quiet) flooded=$(median flooded)
note <<< "acquire takes $quiet ms, and $flooded ms under $rate messages a second"
is "no acquire failed" "$(cat "$RUN/quiet" "$RUN/flooded" | wc -l)" $((2 * tries))
check "an acquire takes at most half a second more" test "${flooded:-99999}" -lt $((quiet + $(scaled 500 5000)))
