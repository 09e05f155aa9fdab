#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# The netlink contract beside refusals, by nlstate in a namespace of its own:
# keys once and never out, one process's channels, dumps under change, events.
. selftests/netns/lib.sh

ip netns add gA
on gA build/test/nlstate || FAILED=1
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
check "who lacks the capability joins no events" as_user build/test/nlstate deaf
ip -n gA link add kw0 type keyway; ip -n gA link set kw0 up
on gA build/test/asks "$(kw gA device ls -j | jq '.devices[] | select(.name == "kw0").dev')" kw0 || FAILED=1
