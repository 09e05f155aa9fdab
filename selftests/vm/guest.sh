#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Second stage of a guest, on its overlay root: runs /run/ctl/cmd with its
# output on the second serial port, leaves the exit status in /run/ctl/rc for
# run.sh and powers off. Called by init.sh.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8 TERM=dumb NO_COLOR=1
. /run/ctl/env
ip link set lo up 2>/dev/null
mount -t debugfs none /sys/kernel/debug 2>/dev/null
echo 1 > /proc/sys/kernel/sysrq
# without udev nothing else loads the fast ciphers, and generic C would be measured; a counting guest's clock runs
# ahead while it waits for a file, so that what the kernel would load by itself comes too late there
for m in aesni_intel ghash_clmulni_intel chacha_x86_64 poly1305_x86_64 curve25519_x86_64 gcm ghash_generic ctr; do
	modprobe -q "$m" 2>/dev/null
done
cd "$(cat /run/ctl/tree)" || exit
stty -F /dev/ttyS1 raw -echo 2>/dev/null
/bin/bash /run/ctl/cmd > /dev/ttyS1 2>&1 < /dev/null; rc=$?
stty -F /dev/ttyS1 sane 2>/dev/null
echo $rc > /run/ctl/rc; sync
echo o > /proc/sysrq-trigger; sleep 60
