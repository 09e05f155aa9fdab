#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway that knows its clock is wrong links up; one that believes a wrong clock doesn't, until it is mended.
. "$(dirname "$0")/lib.sh"
topo_make
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB "Endpoint = 192.0.2.1:51900"
year=31557600 now=$(date +%s)
fresh() { # OFFSET-A SYNC-A OFFSET-B SYNC-B: both from nothing but their keys
	local g
	for g in gA gB; do
		[ -e "$RUN/$g/pid" ] && gateway_stop $g
		kw $g down >/dev/null 2>&1; rm -rf "$RUN/$g/state"
	done
	gateway_start gA --clock-offset "$1" --clock-synchronised "$2"
	gateway_start gB --clock-offset "$3" --clock-synchronised "$4"
}
links() { check "$1" until_ok 20 reaches hA 10.2.0.2; }

fresh 0 yes 0 yes;                     links "right clocks"
fresh -"$now" no 0 yes;                links "1970, not synchronised"
fresh $((10 * year)) no 0 yes;         links "ten years ahead, not synchronised"
fresh $((-10 * year)) no 0 yes;        links "ten years behind, not synchronised"
fresh $((10 * year)) no -"$now" no;    links "neither synchronised"
fresh $((10 * year)) yes 0 yes
refute "ten years ahead and believing it: nothing flows" on hA ping -q -c6 -i 0.5 -W1 10.2.0.2
gateway_stop gA; kw gA down >/dev/null 2>&1; gateway_start gA --clock-offset 0 --clock-synchronised yes
links "its clock mended, the same keys and state"
