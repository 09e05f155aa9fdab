#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Kernels for the guests. "floor" is the host's newest 6.12 with its headers;
# "newest" is Debian 13's newest backports kernel, whose build tools need
# Debian 13's libc, so it lives in a small root of its own in the cache;
# "debug" is the kernel that debug.sh makes. Called by Makefile, run.sh,
# .ci/run and demo.
set -eu
CACHE=${KEYWAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keyway}
TREE=$(cd "$(dirname "$0")/../.." && pwd)
STALE_DAYS=7

die() { echo "kernels.sh: $*" >&2; exit 1; }
say() { echo "# $*" >&2; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# rt and cloud kernels lack 9p or cost differently, so they are left out by name
newest_of() { ls -dv "$@" 2>/dev/null | grep -ve -rt- -e -cloud- -e -common | tail -1; }

host_mirror() {
	apt-get indextargets --format '$(SITE) $(COMPONENT)' 2>/dev/null |
		awk '$2 == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }'
}

# the new root reaches the archive as the host's own apt does
host_aptopts() {
	apt-config dump | grep -E '^Acquire::(Check-|https?::|Retries|ForceIPv)' | sed 's/^/--aptopt=/'
}

newest_create() {
	local mirror opts new=$CACHE/trixie.new
	mirror=$(host_mirror); mirror=${mirror:-http://deb.debian.org/debian}
	mapfile -t opts < <(host_aptopts)
	say "making a Debian 13 root with the newest backports kernel in $CACHE (once, about a minute)"
	as_root rm -rf "$new"; mkdir -p "$CACHE"
	as_root mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Retries "5"' "${opts[@]}" \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--include=make,gcc,libc6-dev --skip=cleanup/apt/lists \
		--customize-hook='chroot "$1" apt-get install -y -qq --no-install-recommends -t trixie-backports linux-headers-amd64 >/dev/null' \
		--customize-hook='V=$(basename "$(ls -dv "$1"/lib/modules/*/ | tail -1)"); chroot "$1" apt-get install -y -qq --no-install-recommends -t trixie-backports "linux-binary-$V" "linux-modules-$V" >/dev/null' \
		trixie "$new" "deb $mirror trixie main" "deb $mirror trixie-backports main" >&2
	as_root rm -rf "$CACHE/trixie"
	as_root mv "$new" "$CACHE/trixie"
	as_root touch "$CACHE/trixie/.keyway-made"
}

newest_ensure() {
	mkdir -p "$CACHE"
	exec 9> "$CACHE/trixie.lock"; flock 9
	if [ -e "$CACHE/trixie/.keyway-made" ] &&
	   [ -z "$(find "$CACHE/trixie/.keyway-made" -mtime +$STALE_DAYS)" ]; then return; fi
	newest_create || [ -e "$CACHE/trixie/.keyway-made" ] || die "no Debian 13 root"
}

kernel_find() {
	local image
	CHROOT=''
	case $1 in
	floor)
		KDIR=$(newest_of /usr/src/linux-headers-6.12*-"$(dpkg --print-architecture)")
		[ -n "$KDIR" ] || die "no 6.12 headers - run 'make deps' first"
		RELEASE=${KDIR#*/linux-headers-}; MODS=/ ;;
	newest)
		newest_ensure
		MODS=$CACHE/trixie CHROOT=$CACHE/trixie
		image=$(newest_of "$MODS"/usr/lib/modules/*/vmlinuz*)
		RELEASE=$(basename "$(dirname "$image")"); KDIR=/lib/modules/$RELEASE/build ;;
	debug)
		"$TREE/selftests/vm/debug.sh" >&2
		KDIR=$CACHE/debug/obj MODS=
		RELEASE=$(cat "$KDIR/include/config/kernel.release") ;;
	*) die "unknown kernel $1 (floor, newest, debug)" ;;
	esac
	IMAGE=$(newest_of "$MODS"/boot/vmlinuz-"$RELEASE" "$MODS"/usr/lib/modules/"$RELEASE"/vmlinuz \
		"$KDIR"/arch/x86/boot/bzImage)
	OUT=$TREE/build/kmod-$RELEASE
}

# the chroot sees the tree at its own path, so messages name the real files
build_in_chroot() { # what make is told
	as_root unshare --mount --propagation private sh -euc '
		mount -t proc proc "$1/proc"; mount -t devtmpfs dev "$1/dev" || :
		mkdir -p "$1$2"; mount --bind "$2" "$1$2"
		root=$1; shift 2; exec chroot "$root" make -s -j2 "$@"' sh "$CHROOT" "$TREE" "$@" >&2
}

case ${1:-} in
find)	kernel_find "$2"
	printf '%s=%q\n' RELEASE "$RELEASE" KDIR "$KDIR" MODS "$MODS" IMAGE "$IMAGE" OUT "$OUT" ;;
build)	kernel_find "$2"
	set -- -C "$TREE/${3:-.}" "${4:-modules}" "KDIR=$KDIR" "KVER=$RELEASE"
	if [ -n "$CHROOT" ]; then build_in_chroot "$@"
	else make -s -j2 "$@" >&2; fi ;;
*)	die "usage: kernels.sh find|build floor|newest|debug [FOLDER TARGET]" ;;
esac
