#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Guest side of the bench: one TCP flow of a fixed amount through the same
# host - gateway = gateway - host, plain, through WireGuard and through Keyway.
# Fixed bytes, since a counting guest's clock is its instructions. Prints
# `NAME=VALUE` lines; the kinds to measure are its arguments. Run by bench.sh.
. "$(dirname "$0")/../netns/lib.sh"
. "$(dirname "$0")/topo.sh"
RUNS=3

# the first transfer fills caches and TCP's memory of the way, and isn't counted
flow() { # BYTES: prints Mbit/s as the receiver saw them
	on hA iperf3 -J -c 10.2.0.2 -n "$1" | jq '.end.sum_received.bits_per_second / 1e6 * 100 | round / 100'
}
measure() { # NAME BYTES
	local i
	ip netns exec hB iperf3 -s -D -I "$RUN/iperf.pid" >/dev/null; until_ok 10 test -s "$RUN/iperf.pid"
	flow "$(($2 / 4))" > /dev/null
	for ((i = 0; i < RUNS; i++)); do flow "$2"; done | sort -n | sed -n "$((RUNS / 2 + 1))s/^/tcp1_mbit_$1=/p"
	kill "$(tr -d '\0' < "$RUN/iperf.pid")"; until_ok 10 not pgrep -x iperf3
}

echo "kernel=$(uname -r)"
echo "accelerator=$([ "$KEYWAY_ACCEL" = kvm ] && echo kvm || echo tcg-icount)"
echo "cpu_model=$(sed -n 's/^model name.*: //p;T;q' /proc/cpuinfo)"
topo_bench
for kind in "$@"; do
	"${kind}_up" || die "$kind comes up"
	until_ok 20 reaches hA 10.2.0.2 || die "$kind carries a ping"
	measure "$kind" "$([ "$kind" = plain ] && echo 256000000 || echo 32000000)"
	"${kind}_down"
done
