#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Bad netlink is refused with a sentence and changes nothing: nlfuzz tries each
# command with every kind of fault, then random damage, in a namespace of its
# own. Who lacks the capability is refused too, root of a user namespace as well.
. selftests/netns/lib.sh

ip netns add gA
seed=${KEYWAY_SEED:-1}
note <<< "seed $seed"
on gA build/test/nlfuzz "$(scaled 20000 2000)" "$seed" || FAILED=1

# a namespace that a user made: its root has the capability there only
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups unshare --user --net --map-root-user "$@"; }
refused() { as_user build/test/nlfuzz 1 2>&1 | grep "dev-new: error -1, CAP_NET_ADMIN in the initial user namespace"; }
check "root of a user namespace is refused" refused
echo Y > /sys/module/keyway/parameters/userns
check "and let in where the administrator says so" as_user build/test/nlfuzz 1
another() { setpriv --reuid 65533 --regid 65533 --clear-groups unshare --user --net --map-root-user "$@"; }
is "within limits of his own" "$(another unshare --user --net --map-root-user build/test/crowd)" "$(printf '%s\n' \
	"16 devices: a user has at most 16 devices in all his namespaces" \
	"1024 peers: a user's device has at most 1024 peers")"
echo N > /sys/module/keyway/parameters/userns
