#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Sockets bound to uplinks: one that comes later gets its socket, one that goes takes its paths with it.
. "$(dirname "$0")/lib.sh"
topo_make 2
sockets() { kw gA socket ls | grep -c 51900; }
gateway_conf gA "Uplink = up0" "Uplink = late0"; gateway_conf gB
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB
gateway_start gA; gateway_start gB
has() { [ "$(sockets)" = "$1" ]; }
check "two sockets for the uplink that is there" until_ok 20 has 2
check "status names the one that is not" sh -c "ip netns exec gA keyway status | grep -q '^uplink late0: '"
check "it reaches the peer" until_ok 20 reaches gA "$(key_address gB)"
# as a line that is dialled anew: the peer finds us on each new socket
redial() {
	ip -n gA link set up0 name gone0; until_ok 20 has 0 || return
	ip -n gA link set gone0 name up0; until_ok 20 has 2 && until_ok 20 reaches gB "$(key_address gA)"
}
redials() { local i; for i in 1 2 3 4 5 6 7 8 9; do redial || return; done; }
check "the peer finds it after each of nine re-dials" redials
paths() { kw gA -j path ls | jq -r "[.paths[] | select($1)] | length"; }
is "one path is in use" "$(paths .in_use)" 1
check "and those of old sockets are gone" test "$(paths true)" -le 2 || kw gA path ls | note
ip -n gA link set up1 down; ip -n gA link set up1 name late0; ip -n gA link set late0 up
check "an uplink that comes later gets two more" until_ok 20 has 4
is "and none is missed" "$(kw gA -j status | jq -c '.devices[0].absent')" '[]'
