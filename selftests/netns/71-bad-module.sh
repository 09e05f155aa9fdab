#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Without the kernel module, or with one of another version, the tools say which and what to do.
. "$(dirname "$0")/lib.sh"
topo_make
gateway_conf gA
says() { # NAME CODE PATTERN COMMAND…
	local name=$1 code=$2 pattern=$3 out rc; shift 3
	out=$("$@" 2>&1); rc=$?
	is "$name: exit code" $rc "$code" || note <<< "$out"
	check "$name: the line tells" grep -qE "$pattern" <<< "$out" || note <<< "$out"
}
rmmod keyway || die "the module unloads"
says "up without a module" 4 "keyway.ko.*$(uname -r | sed 's|[+.]|[&]|g').*make install" kw gA up "$RUN/gA/kw0.conf"
says "status without a module" 4 "keyway.ko" kw gA status
says "the daemon without a module" 4 "keyway.ko|module" on gA timeout 60 keywayd "$RUN/gA/kw0.conf"
insmod "$KEYWAY_KO" || die "the module loads again"
echo 9.9 > "$RUN/version"; mount --bind "$RUN/version" /sys/module/keyway/version
# `ip netns exec` mounts sysfs anew, so the namespace alone is entered
says "up with another module" 1 "keyway.ko 9.9.*make install" nsenter --net=/run/netns/gA keyway up "$RUN/gA/kw0.conf"
umount /sys/module/keyway/version
gateway_start gA
check "with the right one it starts" kw gA status
