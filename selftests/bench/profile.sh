#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Where a packet's instructions go, exactly, per function:
#   profile.sh [-K floor|newest] [-n FUNCTIONS] [-t tcp|udp] KIND…     KIND: plain wireguard keyway
# udp: 1400-byte packets in bursts of 32; tcp: one flow, per 1400 bytes of it.
# One column per kind. For whoever makes the module faster; repeats within 0.5 %.
cd "$(dirname "$0")/../.." || exit 1
if [ -n "${KEYWAY_RELEASE:-}" ]; then             # in the guest
	. selftests/netns/lib.sh
	. selftests/bench/topo.sh
	topo_bench
	ip -n gB route add 10.2.9.0/24 via 10.2.0.2; ip -n hB route add blackhole 10.2.9.0/24    # no answers
	cmd=(udp 10.2.9.2 9 2000 1400 32 20000); [ "$PROFILE" = tcp ] && cmd=(tcp 10.2.0.2 5001 14000000)
	[ "$PROFILE" = tcp ] && { on hB socat -u TCP-LISTEN:5001,fork,reuseaddr /dev/null & disown; }
	for kind in "$@"; do
		"${kind}_up" > "$RUN/up" || die "$kind comes up"
		until_ok 20 reaches hA 10.2.0.2 || die "$kind carries a ping"
		on hA build/test/bench/burst "${cmd[@]}" || die "$kind carries a burst"
		cat /proc/kallsyms > /share/kallsyms           # modules may come with each kind
		"${kind}_down"
	done
	exit
fi
K=floor N=50 T=udp PACKETS=2000
while getopts K:n:t: o; do case $o in
	K) K=$OPTARG;; n) N=$OPTARG;; t) T=$OPTARG;; *) exit 2;; esac; done
shift $((OPTIND - 1)); [ $# -gt 0 ] || set -- plain wireguard keyway
[ "$T" = tcp ] && PACKETS=10000
W=$(mktemp -d "${TMPDIR:-/tmp}/kwprof.XXXXXX"); trap 'rm -rf "$W"' EXIT
make -s -C selftests bench-programs || exit
PROFILE=$T selftests/vm/run.sh -K "$K" -i 0 -t 600 -s "$W" -e PROFILE -p "build/test/bench/count.so,out=$W/counts" \
	-- selftests/bench/profile.sh "$@" || exit
echo "# instructions per packet of 1400 bytes ($T), columns: $*"
python3 selftests/bench/profile.py "$W/counts" "$W/kallsyms" "$PACKETS" "$N"
