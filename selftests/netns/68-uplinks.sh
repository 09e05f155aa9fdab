#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Sockets bound to uplinks: one that comes later gets its socket, and what is no uplink is never used.
. "$(dirname "$0")/lib.sh"
topo_make 2
sockets() { kw gA socket ls | grep -c 51900; }
gateway_conf gA "Uplink = up0" "Uplink = late0"; gateway_conf gB
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB
gateway_start gA; gateway_start gB
has() { [ "$(sockets)" = "$1" ]; }
check "two sockets for the uplink that is there" until_ok 20 has 2
check "it reaches the peer" until_ok 20 reaches gA "$(key_address gB)"
ip -n gA link set up1 down; ip -n gA link set up1 name late0; ip -n gA link set late0 up
check "an uplink that comes later gets two more" until_ok 20 has 4
