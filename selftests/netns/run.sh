#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Runs scenarios one after the other in a guest, each in its own time limit,
# and after each looks at the kernel log and unloads nothing: many run in one
# boot. `run.sh 10-link 20` runs those whose names begin so; without names, all.
# Prints TAP. Called through vm/run.sh.
cd "$(dirname "$0")/../.." || exit 1
DIR=selftests/netns
LIMIT=${KEYWAY_LIMIT:-400}; [ "${KEYWAY_SCALE:-}" = debug ] && LIMIT=$((LIMIT * 3))
SPLAT='WARNING: |BUG: |KASAN: |UBSAN: |Oops|INFO: (task|rcu|possible)|suspicious RCU|general protection|refcount_t:'
rc=0

echo "# kernel $(uname -r), ${KEYWAY_ACCEL:-?}, $(nproc) CPUs"
modprobe -aq veth dummy sch_netem nf_tables aesni-intel 2>/dev/null

load_module() { # what keyway.ko needs, then itself
	[ -e "$KEYWAY_KO" ] || { echo "not ok - keyway.ko for $(uname -r) is built"; return 1; }
	modinfo -F depends "$KEYWAY_KO" | tr , '\n' | xargs -r modprobe -a 2>/dev/null
	if insmod "$KEYWAY_KO"; then echo "ok - keyway.ko loads on $(uname -r)"
	else echo "not ok - keyway.ko loads on $(uname -r)"; dmesg | tail -5 | sed 's/^/#   /'; return 1; fi
}

scenario() { # FILE
	local name start status before
	name=$(basename "$1" .sh) start=$SECONDS before=$(dmesg | wc -l)
	echo "kw-scenario $name" > /dev/kmsg
	timeout -k 10 "$LIMIT" bash "$1"; status=$?
	[ $status = 124 ] || [ $status = 137 ] && { echo "not ok - $name: ends within $LIMIT s"; ip -all netns del; }
	if dmesg | tail -n +$((before + 1)) | grep -qE "$SPLAT"; then
		echo "not ok - $name: kernel log stays clean"; status=1
		dmesg | tail -n +$((before + 1)) | grep -E -A12 "$SPLAT" | head -40 | sed 's/^/#   /'
	fi
	[ $status = 0 ] || rc=1
	echo "# $name took $((SECONDS - start)) s, status $status"
}

leaks() { # debug kernels: two scans before the list is believed
	[ -e /sys/kernel/debug/kmemleak ] || return
	{ echo scan > /sys/kernel/debug/kmemleak; } 2>/dev/null || { echo "ok - kmemleak # SKIP it is switched off"; return; }
	sleep 5; echo scan > /sys/kernel/debug/kmemleak
	if [ -s /sys/kernel/debug/kmemleak ]; then
		echo "not ok - kmemleak finds nothing"; head -60 /sys/kernel/debug/kmemleak | sed 's/^/#   /'; rc=1
	else echo "ok - kmemleak finds nothing"; fi
}

# its own scans take a starved guest's only CPU for minutes; leaks() asks for two
{ echo scan=off > /sys/kernel/debug/kmemleak; } 2>/dev/null
load_module || exit 1
for wanted in ${*:-[0-9]}; do
	for f in $DIR/$wanted*.sh; do
		[ -e "$f" ] && scenario "$f"
	done
done
if rmmod keyway; then echo "ok - keyway.ko unloads"; else echo "not ok - keyway.ko unloads"; rc=1; fi
leaks
exit $rc
