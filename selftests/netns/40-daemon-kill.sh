#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The daemon killed again and again under traffic: no packet is lost.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
kills=$(scaled 100 5) least=$(scaled 30 5)
pump_start there hA hB 10.2.0.2 0 100
gateway_stop gA KILL
start=$SECONDS                                  # nobody renews the session, which ends after 180 s
for ((i = 1; i < kills && SECONDS - start < 100; i++)); do      # each dies somewhere between its first step and serving
	ip netns exec gA keywayd "$RUN/gA/kw0.conf" >> "$RUN/gA/log" 2>&1 & pid=$!
	sleep 0.$((RANDOM % 3)); kill -KILL $pid; wait $pid
done 2>/dev/null
note <<< "killed $i times in $((SECONDS - start)) s"
check "the daemon was killed often" test $i -ge $least
gateway_start gA
pump_stop there
pump_clean there
check "traffic ran all the time" test "$(pump_get there got)" -ge $((i * 10))
check "the daemon that stays alive serves" kw gA status
check "and the link carries" carries hA 10.2.0.2
