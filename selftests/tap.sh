#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Adds up the TAP of many parts. `part NAME COMMAND…` runs one, keeps its
# output in build/check/NAME.log and shows what failed; a part that ends badly
# without a failed line, or says nothing, is one failure, so that no part can
# vanish unseen. `parts_end` prints the one line that CI reads.
PASSED=0 FAILED=0 SKIPPED=0
LOGS=${LOGS:-build/check}
mkdir -p "$LOGS"

part_run() { # NAME COMMAND…: run and keep the output
	local name=$1; shift
	"$@" > "$LOGS/$name.log" 2>&1
	echo $? > "$LOGS/$name.rc"
}

part_count() { # NAME: add up what part_run left
	local name=$1 log=$LOGS/$1.log rc ok bad skip
	rc=$(cat "$LOGS/$name.rc" 2>/dev/null || echo 1)
	skip=$(grep -cE '^ok .*# SKIP' "$log"); ok=$(($(grep -cE '^ok\b' "$log") - skip)); bad=$(grep -cE '^not ok\b' "$log")
	if [ "$bad" = 0 ] && [ "$rc" != 0 ]; then
		echo "not ok - $name ended with status $rc" >> "$log"; bad=1
	elif [ $((ok + bad + skip)) = 0 ]; then
		echo "not ok - $name reported nothing" >> "$log"; bad=1
	fi
	PASSED=$((PASSED + ok)) FAILED=$((FAILED + bad)) SKIPPED=$((SKIPPED + skip))
	printf '%-14s %4d passed, %d failed, %d skipped\n' "$name" "$ok" "$bad" "$skip"
	if [ "$bad" != 0 ]; then
		grep -E '^(not ok|#)' "$log" | head -60
		grep -qE '^#' "$log" || { echo "  last lines of $log:"; tail -25 "$log" | sed 's/^/  /'; }
	fi
}

part() { part_run "$@"; part_count "$1"; }

parts_end() {
	echo "logs: $LOGS"
	[ $SKIPPED = 0 ] || echo "skipped: $SKIPPED"
	echo "$PASSED passed, $FAILED failed"
	[ $FAILED = 0 ] && [ $PASSED -gt 0 ]
}
