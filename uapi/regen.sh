#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause
# Copyright (C) 2026 The Keyway authors
#
# Rebuilds linux/keyway.h and ../kmod/netlink-gen.[ch] from keyway.yaml with
# the generator of the floor kernel, taken from the package linux-source-6.12
# and kept in the user's cache. With --check it writes nothing and fails when
# the committed files differ. The source package is only needed here.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
tar=/usr/src/linux-source-6.12.tar.xz
cache=${XDG_CACHE_HOME:-$HOME/.cache}/keyway/ynl-6.12

# The generator looks upwards for MAINTAINERS, for ever if there is none.
# Its schema lacks uns-admin-perm and its binary type a largest length: both
# came later, and no kernel since the floor needs more than these two words.
extract() {
	[ -f "$tar" ] || { echo "regen.sh: no $tar - the generator is in it - apt-get install linux-source-6.12" >&2; exit 1; }
	rm -rf "$cache.new" && mkdir -p "$cache.new"
	tar xJf "$tar" -C "$cache.new" --strip-components=1 --wildcards \
		'*/tools/net/ynl/*.py' '*/Documentation/netlink/genetlink*.yaml'
	sed -i 's/enum: \[ admin-perm \]/enum: [ admin-perm, uns-admin-perm ]/' \
		"$cache.new"/Documentation/netlink/*.yaml
	sed -i "s/^\( *\)elif len(self.checks) == 0:/\1elif len(self.checks) == 1 and 'max-len' in self.checks:\n\1    return 'NLA_POLICY_MAX(NLA_BINARY, ' + self.get_limit_str('max-len') + ')'\n&/" \
		"$cache.new/tools/net/ynl/ynl-gen-c.py"
	mv "$cache.new"/Documentation/netlink/*.yaml "$cache.new"
	touch "$cache.new/MAINTAINERS"
	rm -rf "$cache" && mv "$cache.new" "$cache"
}

# mode, header or source, output
generate() {
	python3 "$cache/tools/net/ynl/ynl-gen-c.py" --spec "$cache/uapi/keyway.yaml" \
		--mode "$1" "--$2" -o "$3"
	sed -i -e 's/\bkeyway_nl_/kw_nl_/g' \
		-e 's/\bkeyway_\([a-z0-9_]*\)_nl_policy/kw_nl_\1_policy/g' "$3"
}

[ -f "$cache/MAINTAINERS" ] || extract
mkdir -p "$cache/uapi"
cp "$top/uapi/keyway.yaml" "$cache/uapi/"
out=$top
[ "${1:-}" != --check ] || out=$(mktemp -d)
mkdir -p "$out/uapi/linux" "$out/kmod"
generate uapi header "$out/uapi/linux/keyway.h"
generate kernel header "$out/kmod/netlink-gen.h"
generate kernel source "$out/kmod/netlink-gen.c"
[ "$out" != "$top" ] || exit 0
status=0
for f in uapi/linux/keyway.h kmod/netlink-gen.h kmod/netlink-gen.c; do
	diff -u "$top/$f" "$out/$f" || status=1
done
rm -rf "$out"
[ $status = 0 ] || echo "regen.sh: generated files differ from keyway.yaml - run uapi/regen.sh" >&2
exit $status
