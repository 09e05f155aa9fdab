#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Table, JSON and events tell the same facts of the same link, and trust is edited while it runs.
. "$(dirname "$0")/lib.sh"
topo_make
ip netns exec gA keyway monitor -j > "$RUN/events" 2>&1 &
until_ok 20 on gA awk '$2 == 16 && $4 + 0 { n++ } END { exit !n }' /proc/net/netlink
gateways_up
measured() { kw gA status -j | jq -e '.devices[0].peers[0] | .path.rtt_us > 0 and .rx_bytes > 0 and .tx_bytes > 0'; }
check "the path is measured" until_ok 20 measured
status=$(kw gA status) json=$(kw gA status -j) own=$(key_address gA) addr=$(key_address gB) other=$(gateway_key gB)
peer() { jq -r ".devices[0].peers[0].$1" <<< "$json"; }
is "JSON: both ends" "$(jq -r '.devices[0].address' <<< "$json") $(peer address)" "$own $addr"
is "JSON: state and name" "$(peer state) $(peer name)" "up gB"
check "JSON: path, rtt, bytes, handshake" jq -e '.devices[0].peers[0] | .path.remote and .path.rtt_us > 0 and .rx_bytes > 0 and .tx_bytes > 0 and .last_handshake_ms >= 0' <<< "$json"
for fact in "$own" "$addr" "$(gateway_key gA)" " up " "$(peer path.remote)" RTT; do
	check "the table says $fact" grep -qF -- "$fact" <<< "$status" || note <<< "$status"
done
check "the table says rtt, bytes, handshake" grep -qE '^gB .* [0-9.]+ [mu]s  [0-9.]+ (B|KiB)  [0-9.]+ (B|KiB)  (.* ago|now)$' <<< "$status" || note <<< "$status"
is "a peer goes by name, address and fingerprint" "$(for p in gB "$addr" "$other"; do kw gA peer show "$p" -j | jq -r .address; done | sort -u)" "$addr"
check "peer del by hand" kw gA peer del gB
check "is healed" until_ok 20 reaches hA 10.2.0.2
third=$(keyway key gen "$RUN/third" | grep -o 'ni://[^ ]*')
check "trust add" kw gA trust add "$third" name third allowed 10.9.0.0/16
is "trust ls has it" "$(kw gA trust ls -j | jq -r '.trust[] | select(.name == "third") | .allowed[0] + " " + .origin')" "10.9.0.0/16 trust"
check "the kernel has it" kw gA peer show "$third"
check "trust del" kw gA trust del third
refute "the kernel has it no longer" kw gA peer show "$third"
check "down" kw gA down
until_ok 20 grep -q '"event":"device","reason":"del"' "$RUN/events"
for e in 'device new' 'peer new' 'session set' 'session confirmed' 'path roam' 'peer del' 'device del'; do
	check "monitor tells $e" jq -se --arg e "${e% *}" --arg r "${e#* }" 'any(.event == $e and .reason == $r)' "$RUN/events" ||
		jq -r '.event + " " + .reason' "$RUN/events" | sort | uniq -c | note
done
