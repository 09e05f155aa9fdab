#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# `make check`: every tier in order of cost, both kernels' guests at the same
# time, one line of sums. Each tier has its own time limit, so the whole is
# bounded. Called by selftests/Makefile.
cd "$(dirname "$0")/.." || exit 1
. selftests/tap.sh
JOBS=$(nproc)

build_module() { # WHICH: the module for one kernel, without a warning, and the one that a scenario loads
	selftests/vm/kernels.sh build "$1" && selftests/vm/kernels.sh build "$1" selftests vmfork && echo "ok - module builds for $1"
}

build_programs() {
	make -s -j"$JOBS" programs && make -s -j"$JOBS" -C selftests oracle && echo "ok - programs build without a warning"
}

part build-floor build_module floor
part build-newest build_module newest
part programs build_programs
part lint selftests/lint/all
part unit make -s -k --no-print-directory -j"$JOBS" -C selftests check-unit
part fuzz timeout 300 make -s -k --no-print-directory -C selftests check-fuzz
part sim timeout 300 make -s --no-print-directory -C selftests check-sim
# Two emulated guests share two cores. One thread each loses nothing then, and
# no virtual CPU can run into code that another is patching, which QEMU's
# threads do not emulate faithfully ("Oops: int3" at a static branch).
export KEYWAY_TCG=single
part_run netns-floor selftests/vm/run.sh -K floor -t 2400 selftests/netns/run.sh &
part_run netns-newest selftests/vm/run.sh -K newest -t 2400 selftests/netns/run.sh &
wait
part_count netns-floor
part_count netns-newest
parts_end
