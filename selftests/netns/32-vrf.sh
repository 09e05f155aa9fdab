#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway whose uplink is in a VRF answers from the address that was asked there.
. "$(dirname "$0")/lib.sh"
topo_make
ip -n gB -batch - <<'IP'
link add vrf0 type vrf table 10
link set vrf0 up
link set up0 master vrf0
addr add 198.51.100.77/24 dev up0
route add default via 198.51.100.254 dev up0 table 10
IP
gateway_conf gA; gateway_conf gB "Uplink = vrf0"
gateway_trust gA "Endpoint = 198.51.100.77:51900"; gateway_trust gB
# as a filter before gA would
on wire nft 'table ip filter { chain forward { type filter hook forward priority 0; ip saddr 198.51.100.1 drop; }; }'
gateway_start gA; gateway_start gB
check "the second address answers" until_ok 30 reaches gA "$(key_address gB)"
is "and data leaves from it" "$(kw gB -j path ls | jq -r '.paths[] | select(.in_use).local')" 198.51.100.77
