#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# `make bench`: handshakes per second on this machine's own cores, then one TCP
# flow through plain forwarding, WireGuard and Keyway in the same guest, which
# counts instructions (1 ns each) unless KVM works. Prints a table and writes
# bench-out/link.json. KERNEL=newest measures on the newest kernel.
cd "$(dirname "$0")/../.." || exit 1
KERNEL=${KERNEL:-floor} OUT=bench-out
W=$(mktemp -d "${TMPDIR:-/tmp}/kwbench.XXXXXX"); trap 'rm -rf "$W"' EXIT
fail() { echo "bench: $*" >&2; exit 1; }
say() { printf '== %s\n' "$*"; }

say "building"
selftests/vm/kernels.sh build "$KERNEL" || fail "the module does not build - see above"
make -s programs && make -s -C userspace handshake || fail "the programs do not build - see above"
say "handshakes, natively on $(nproc) cores"
build/user/handshake > "$W/handshake.json" || fail "build/user/handshake ended with status $?"
count=(-i 0)
[ "$(selftests/vm/run.sh -K "$KERNEL" -t 60 -- sh -c 'echo $KEYWAY_ACCEL')" = kvm ] && count=(-c 2)
say "one TCP flow: plain, WireGuard, Keyway, in one guest (2 minutes)"
selftests/vm/run.sh -K "$KERNEL" "${count[@]}" -t 900 selftests/bench/link.sh plain wireguard keyway > "$W/link" ||
	{ cat "$W/link" >&2; fail "the guest ended with status $?"; }

mkdir -p $OUT
# numbers stay numbers, words become strings
sed -n 's/^\([a-z0-9_]*\)=\(.*\)$/\1\t\2/p' "$W/link" |
	jq -Rn '[inputs | split("\t") | {(.[0]): (.[1] | tonumber? // .)}] | add' > "$W/link.json"
jq -s 'add | .tcp1_ratio_wireguard = (.tcp1_mbit_keyway / .tcp1_mbit_wireguard * 1000 | round / 1000)' \
	"$W/handshake.json" "$W/link.json" > "$W/all.json" || fail "the figures are not whole"
mv "$W/all.json" $OUT/link.json
say "figures ($OUT/link.json)"
jq -r 'to_entries[] | "\(.key)\t\(.value)"' $OUT/link.json | column -t -s "$(printf '\t')"
