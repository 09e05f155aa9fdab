#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# `make demo`, host side: installs what is missing, builds, boots a guest and
# runs guest.sh there, saying at each step what it does and how long it took.
cd "$(dirname "$0")/../.." || exit 1
began=$(date +%s)
say() { printf '\n== %3d s  %s\n' $(($(date +%s) - began)) "$*"; }
fail() { echo "demo: $*" >&2; exit 1; }

say "1/4 looking for what is missing on this machine"
tools/deps demo || fail "packages are missing - see above - run 'make deps'"
say "2/4 building the kernel module for Debian's 6.12 (a minute the first time)"
selftests/vm/kernels.sh build floor || fail "the module does not build - see above - is linux-headers-6.12 whole?"
say "3/4 building the daemon and the command-line tool"
make -s -j"$(nproc)" programs && make -s --no-print-directory -C selftests oracle || fail "the programs do not build - see above - run 'make programs'"
say "4/4 booting a guest with two gateways, a LAN behind each and a wire between"
# as in check.sh: an emulated CPU must not meet code that another is patching
KEYWAY_TCG=single selftests/vm/run.sh -K floor -t 240 selftests/demo/guest.sh; rc=$?
say "done, status $rc"
exit $rc
