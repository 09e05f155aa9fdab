#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Each tenth allocation that the module asks for fails, through every verb of
# netlink: all must end in a clean error. Needs a kernel with fault injection.
. selftests/netns/lib.sh

F=/sys/kernel/debug/failslab
[ -d $F ] || skip "this kernel injects no faults"
ip netns add gA
range=$(awk '$1 == "keyway" { print $6 }' /proc/modules)
set_fault() { echo "$2" > "$F/$1"; }
set_fault task-filter Y; set_fault ignore-gfp-wait N; set_fault verbose 0
set_fault times -1; set_fault interval 1; set_fault space 0
set_fault require-start "$range"
set_fault require-end "$(printf '0x%x' $((range + 0x200000)))"
set_fault stacktrace-depth 24 2>/dev/null
set_fault probability 10
# the program asks for failures itself, once its objects are made; without any it fails
check "a storm of requests ends, and the device still works" on gA build/test/nlstate storm 400
set_fault probability 0
