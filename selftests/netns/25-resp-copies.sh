#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The same RESP from eight senders at once installs one session.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
wire_hold_resp
copies() { # again if that RESP came too late for its try
	local i pids=()
	for ((i = 0; i < 8; i++)); do
		ip netns exec wire python3 selftests/netns/replay.py "$RUN/resp" --type 2 --last 1 --times 4 > /dev/null & pids+=($!)
	done
	wait "${pids[@]}"
	until_ok 3 reaches hA 10.2.0.2
}
check "the session carries traffic" until_ok 20 copies
is "gA installed one session" "$(kw gA session ls -j | jq '[.sessions[] | select(.state != "reserved")] | length')" 1
wire_stop
