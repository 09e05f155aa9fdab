#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Builds the debug kernel (KASAN, lockdep, kmemleak, fault injection) from
# Debian's 6.12 source package into the cache, once per source version and
# debug.config: 15 minutes on 2 cores, 2.5 GB. KEYWAY_JOBS limits the cores.
# The guest's modules are built against it. Called by kernels.sh.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
CACHE=${KEYWAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keyway}
OUT=$CACHE/debug
mkdir -p "$OUT"
exec 9> "$OUT/lock"; flock 9
tar=$("$HERE/../../tools/kernel-source" tar)
want="$(basename "$tar") $(sha256sum < "$HERE/debug.config" | cut -c1-16)"
[ "$(cat "$OUT/made" 2>/dev/null)" = "$want" ] && exit 0
for tool in flex bison bc; do
	command -v $tool >/dev/null || need=1
done
[ -e /usr/include/libelf.h ] || need=1
if [ -n "${need:-}" ]; then
	echo "# installing what a kernel build needs: flex bison bc libelf-dev libssl-dev" >&2
	as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends flex bison bc libelf-dev libssl-dev >&2
fi
echo "# building the debug kernel from $(basename "$tar") in $OUT (once, 15 minutes on 2 cores)" >&2
if [ "$(cat "$OUT/unpacked" 2>/dev/null)" != "$(basename "$tar")" ]; then
	rm -rf "$OUT/src" "$OUT/obj"; mkdir -p "$OUT/src"
	tar -xf "$tar" -C "$OUT/src" --strip-components=1
	basename "$tar" > "$OUT/unpacked"
fi
mkdir -p "$OUT/obj"; rm -f "$OUT/made"
make -s -C "$OUT/src" O="$OUT/obj" x86_64_defconfig kvm_guest.config
(cd "$OUT/obj" && "$OUT/src/scripts/kconfig/merge_config.sh" -m .config "$HERE/debug.config" > "$OUT/merge.log")
make -s -C "$OUT/src" O="$OUT/obj" olddefconfig
make -s -C "$OUT/src" O="$OUT/obj" -j"${KEYWAY_JOBS:-$(nproc)}" bzImage modules > "$OUT/build.log" 2>&1 ||
	{ tail -20 "$OUT/build.log" >&2; exit 1; }
echo "$want" > "$OUT/made"
