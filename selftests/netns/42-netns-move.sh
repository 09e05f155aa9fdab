#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The device may live in a namespace of its own while its sockets stay behind, and either may die first.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
ip netns add inner; ip -n inner link set lo up
addr=$(key_address gA)
ip -n gA link set kw0 netns inner
inner_up() { printf 'addr add %s/128 dev kw0\nlink set kw0 up\nroute add 2001:2f::/32 dev kw0\n' "$addr" | ip -n inner -batch -; }
inner_up
check "traffic flows from the other namespace" until_ok 20 reaches inner "$(key_address gB)"
# a packet that waits for a peer holds its route and connection, both the namespace's
on inner nft 'add table inet t; add chain inet t o { type filter hook output priority 0; ct state invalid drop; }'
down=$(drops gA tx_down)
reaches inner 2001:2f::dead >/dev/null
ip -n inner link set kw0 netns gA; ip netns del inner
is "what waited for it is dropped as the device moves" "$(drops gA tx_down)" $((down + 1))
ip netns add later; ip link add here type veth peer name there netns later; ip netns del later
check "the old namespace ends, and those after it" until_ok 20 sh -c "! ip link show here 2>/dev/null"
ip netns add inner; ip -n inner link set lo up
ip -n gA link set kw0 netns inner; inner_up
gateway_stop gA
ip netns del inner
devices() { kw gA device ls -j | jq '.devices | length'; }
gone() { [ "$(devices)" = 0 ]; }
check "the device died with its namespace" until_ok 20 gone
gateway_start gA
check "a new device links up again" until_ok 20 reaches hA 10.2.0.2
ip netns add inner; ip -n gA link set kw0 netns inner; ip -n inner link set kw0 up
up() { ip -n inner link show kw0 | grep -q LOWER_UP; }
check "it is up elsewhere" up
gateway_stop gA; gateway_stop gB
ip netns pids gA | xargs -r kill -KILL; ip netns del gA
check "the sockets' namespace may die first: the device has no carrier" until_ok 20 not up
check "but is there" ip -n inner link show kw0
ip netns del inner; unset 'LOGGED[gA]'
