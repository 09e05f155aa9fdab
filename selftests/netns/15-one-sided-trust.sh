#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Trust of one side only carries nothing, in either direction; with both it does.
. "$(dirname "$0")/lib.sh"
topo_make
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = 198.51.100.1:51900"
for g in gA gB; do gateway_start $g; done
# not between the LANs: who doesn't trust has no route back there
refute "gA, who trusts, reaches nothing" on gA ping -q -c4 -i 0.5 -W1 "$(key_address gB)"
refute "gB, who does not, reaches nothing" on gB ping -q -c2 -i 0.5 -W1 "$(key_address gA)"
installed() { kw "$1" session ls -j | jq '[.sessions[] | select(.state != "reserved")] | length'; }
is "and neither has a session" "$(installed gA) $(installed gB)" "0 0"
gateway_trust gB "Endpoint = 192.0.2.1:51900"
gateway_stop gB; gateway_start gB
check "once both trust, the LANs are linked" until_ok 20 reaches hA 10.2.0.2
