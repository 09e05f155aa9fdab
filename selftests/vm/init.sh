#!/bin/busybox sh
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# First program of a guest, in its initramfs: loads what 9p needs, lays a
# tmpfs over the host's read-only root, mounts the tree, share and control
# folder, and hands over to guest.sh. run.sh packs it; nobody else calls it.
/bin/busybox --install -s /bin; export PATH=/bin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
if grep -q kwvm_probe /proc/cmdline; then
	echo KWVM-PROBE-OK > /dev/ttyS0; echo o > /proc/sysrq-trigger; sleep 9
fi
while read -r m; do insmod "/$m" || echo "init: insmod $m failed"; done < /list
P="-t 9p -o trans=virtio,version=9p2000.L,msize=512000"; N=/new
mount $P,ro,cache=loose root /lower || { echo "init: no root"; poweroff -f; }
mount -t tmpfs t /rw; mkdir /rw/u /rw/w
mount -t overlay o -o lowerdir=/lower,upperdir=/rw/u,workdir=/rw/w $N
for d in proc sys dev; do mount --move /$d $N/$d; done
for d in run tmp; do mount -t tmpfs t $N/$d; done; chmod 1777 $N/tmp
mkdir -p $N/run/ctl $N/run/sshd $N/share $N/dev/pts $N/dev/shm
mount -t devpts p $N/dev/pts; mount -t tmpfs t $N/dev/shm
mount $P ctl $N/run/ctl
# the tree may lie below /tmp or /run, which the guest has of its own
tree=$(cat $N/run/ctl/tree); mkdir -p "$N$tree"; mount $P,ro,cache=loose tree "$N$tree"
grep -q kwvm_share $N/proc/cmdline && mount $P share $N/share
if grep -q kwvm_mods $N/proc/cmdline; then
	mkdir -p $N/lib/modules; mount $P,ro,cache=loose mods $N/lib/modules
fi
exec /bin/busybox switch_root $N /bin/bash /run/ctl/guest.sh
