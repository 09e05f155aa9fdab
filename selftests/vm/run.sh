#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Boots a kernel in QEMU on the host's own root (read-only, a tmpfs over it),
# runs one command there as root, prints its output and exits with its status.
# 124: time limit, 125: the guest died, 99: the command succeeded but the
# kernel log holds a splat. Called by selftests/Makefile, .ci/run and demo.
set -u
usage() { cat <<'U'
usage: run.sh [options] [--] command...     (one argument: shell text; several: argv)
  -K NAME  kernel: floor (newest 6.12), newest (backports 7.x) or debug   (floor)
  -s DIR   folder to write to, /share in the guest      -l FILE  keep the kernel log
  -c N     vCPUs (2)     -m SIZE  memory (2G)           -t SEC   time limit (300)
  -a NAME  accelerator: kvm, tcg, auto (KVM if a probe boot works)        (auto)
  -i N     count: one virtual CPU, 1 ns << N of virtual time per instruction
  -e VAR   hand this variable of the environment on (repeat)     -p PLUGIN  of QEMU, with its options
  -A STR   more kernel command line     -W  ignore splats     -v  kernel log on stderr
U
exit 2; }
HERE=$(cd "$(dirname "$0")" && pwd) TREE=$(cd "$(dirname "$0")/../.." && pwd)
WHICH=floor SHARE='' LOG='' CPUS=2 MEM=2G TMO=300 ACCEL=auto ICOUNT='' APPEND='' SPLATS=1 VERBOSE='' PLUGIN='' VARS=(KEYWAY_SCALE KEYWAY_SEED CI)
while getopts K:s:l:c:m:t:a:i:e:A:p:Wvh o; do case $o in
	K) WHICH=$OPTARG;; s) SHARE=$OPTARG;; l) LOG=$OPTARG;; c) CPUS=$OPTARG;; m) MEM=$OPTARG;;
	t) TMO=$OPTARG;; a) ACCEL=$OPTARG;; i) ICOUNT=$OPTARG;; e) VARS+=("$OPTARG");; A) APPEND=$OPTARG;;
	p) PLUGIN=$OPTARG;; W) SPLATS='';; v) VERBOSE=1;; *) usage;; esac; done
shift $((OPTIND - 1)); [ $# -gt 0 ] || usage
CACHE=${KEYWAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keyway}; mkdir -p "$CACHE"
QEMU=${KEYWAY_QEMU:-qemu-system-x86_64}
command -v "$QEMU" busybox >/dev/null || { echo "run.sh: no $QEMU or busybox - guests need them - run 'make deps'" >&2; exit 2; }
found=$("$HERE/kernels.sh" find "$WHICH") || exit 2
eval "$found"                             # RELEASE KDIR MODS IMAGE OUT
# KASAN makes the ACPI interpreter time out on each PCI device
[ "$WHICH" = debug ] && { APPEND="pci=noacpi $APPEND"; MEM=3G; export KEYWAY_SCALE=${KEYWAY_SCALE:-debug}; }
W=$(mktemp -d "${TMPDIR:-/tmp}/kwvm.XXXXXX"); QPID=
trap '[ -n "$QPID" ] && kill $QPID 2>/dev/null; rm -rf "$W"' EXIT
trap 'exit 143' TERM INT HUP

pack_modules() {                          # what a stock kernel needs to reach its root
	local f n=0 dir=$1
	mkdir -p "$W/mr/lib"; ln -s "$dir" "$W/mr/lib/modules"   # hides /lib against /usr/lib from kmod
	[ -e "$dir/$RELEASE/modules.dep.bin" ] || depmod -b "$W/mr" "$RELEASE" 2>/dev/null
	for m in virtio_pci virtio_rng 9p 9pnet_virtio overlay; do
		modprobe -d "$W/mr" -S "$RELEASE" --show-depends $m
	done 2>/dev/null | awk '$1 == "insmod" && !s[$2]++ { print $2 }' | while read -r f; do
		n=$((n + 1)); echo $n.ko >> "$W/i/list"
		case $f in *.xz) xz -dc "$f";; *.zst) zstd -dqc "$f";; *.gz) gzip -dc "$f";; *) cat "$f";; esac > "$W/i/$n.ko"
	done
}

pack_initramfs() {
	local d
	mkdir -p "$W"/i/{bin,proc,sys,dev,lower,rw,new} "$W/ctl"; : > "$W/i/list"
	cp "$(command -v busybox)" "$W/i/bin/"; cp "$HERE/init.sh" "$W/i/init"; cp "$HERE/guest.sh" "$W/ctl/"
	MODDIR=
	for d in "$MODS"/usr/lib/modules "$MODS"/lib/modules; do
		[ -n "$MODS" ] && [ -d "$d/$RELEASE/kernel" ] && MODDIR=$(realpath "$d")
	done
	[ -n "$MODDIR" ] && pack_modules "$MODDIR"
	chmod +x "$W/i/init"
	(cd "$W/i" && find . | cpio -o -H newc -R 0:0 2>/dev/null | gzip -1) > "$W/ird.gz"
}

write_control() {
	local v
	[ $# = 1 ] && printf '%s\n' "$1" > "$W/ctl/cmd" || printf '%q ' "$@" > "$W/ctl/cmd"
	echo "$TREE" > "$W/ctl/tree"
	{ printf 'export KEYWAY_KERNEL=%q KEYWAY_RELEASE=%q KEYWAY_KO=%q\n' "$WHICH" "$RELEASE" "$OUT/keyway.ko"
	  for v in "${VARS[@]}"; do [ -n "${!v:-}" ] && printf 'export %s=%q\n' "$v" "${!v}"; done; } > "$W/ctl/env"
}

# /dev/kvm may exist and still not run a stock kernel: only a boot tells, once per boot of the host
choose_accel() {
	local seen
	[ -n "$ICOUNT" ] && ACCEL=tcg
	[ "$ACCEL" = auto ] || return 0
	seen=$CACHE/kvm.$(cut -c1-8 /proc/sys/kernel/random/boot_id).$RELEASE
	if [ ! -e "$seen" ]; then
		[ -w /dev/kvm ] && timeout 4 "$QEMU" "${QA[@]}" "${KVM[@]}" -smp 1 -serial "file:$W/probe" \
			-append "$CMD kwvm_probe" >/dev/null 2>&1
		grep -qs KWVM-PROBE-OK "$W/probe" && echo kvm > "$seen" || echo tcg > "$seen"
	fi
	ACCEL=$(cat "$seen")
}

share() { QA+=(-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap$3" -device "virtio-9p-pci,fsdev=$1,mount_tag=$1"); }

pack_initramfs
write_control "$@"
LESS=-erms,-fsrm,-smap,-smep,-la57,-pku,-umip
CMD="console=ttyS0 panic=-1 oops=panic quiet loglevel=5 mitigations=off random.trust_cpu=on nokaslr no_timer_check"
QA=(-m "$MEM" -display none -no-reboot -nic none -kernel "$IMAGE" -initrd "$W/ird.gz")
KVM=(-accel kvm -cpu host) TCG=(-accel "tcg,thread=${KEYWAY_TCG:-multi}" -cpu "max,-avx,-avx2,$LESS")
# counting keeps AVX2, as real gateways have it; emulated real time is 2.5x faster without
[ -n "$ICOUNT" ] && { CPUS=1; TCG=(-accel tcg,thread=single -cpu "max,$LESS" -icount "shift=$ICOUNT,sleep=off" -rtc base=2026-01-01,clock=vm -seed 1); }
choose_accel
if [ "$ACCEL" = kvm ]; then QA+=("${KVM[@]}")
else # a busy host stalls the threads of an emulated CPU for as long as a bug would
	QA+=("${TCG[@]}"); CMD+=" rcupdate.rcu_cpu_stall_timeout=120 watchdog_thresh=60"
fi
echo "export KEYWAY_ACCEL=$ACCEL" >> "$W/ctl/env"
share root / ,readonly=on; share ctl "$W/ctl" ''; share tree "$TREE" ,readonly=on
[ -n "$SHARE" ] && { mkdir -p "$SHARE"; share share "$(realpath "$SHARE")" ''; CMD+=" kwvm_share"; }
[ -n "$MODDIR" ] && { share mods "$MODDIR" ,readonly=on; CMD+=" kwvm_mods"; }
[ -n "$PLUGIN" ] && QA+=(-plugin "$PLUGIN")
setpriv --pdeathsig TERM timeout -k 5 "$TMO" "$QEMU" "${QA[@]}" -smp "$CPUS" -device virtio-rng-pci \
	-serial "file:$W/log" -serial stdio -monitor none -append "$CMD $APPEND" < /dev/null 2> "$W/qerr" & QPID=$!
wait $QPID; q=$?; QPID=
[ -n "$LOG" ] && cp "$W/log" "$LOG"
[ -n "$VERBOSE" ] && cat "$W/log" >&2
if [ $q = 124 ] || [ $q = 137 ]; then
	echo "run.sh: no end after $TMO s on $RELEASE ($ACCEL); the console ends:" >&2; tail -25 "$W/log" >&2; exit 124
fi
if [ ! -s "$W/ctl/rc" ]; then
	echo "run.sh: guest $RELEASE ($ACCEL) died; the console ends:" >&2; cat "$W/qerr" >&2; tail -60 "$W/log" >&2; exit 125
fi
rc=$(cat "$W/ctl/rc")
BAD='WARNING: |BUG: |KASAN: |KCSAN: |UBSAN: |Oops|INFO: (task|rcu|possible)|suspicious RCU|general protection|unreferenced object|scheduling while|refcount_t:'
if [ -n "$SPLATS" ] && grep -qE "$BAD" "$W/log"; then
	echo "run.sh: kernel splat on $RELEASE:" >&2; grep -nE -A25 "$BAD" "$W/log" | head -80 >&2
	[ "$rc" = 0 ] && rc=99
fi
exit "$rc"
