#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The module unloads while traffic runs both ways, and a new one links up.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
load() { # endless traffic both ways, of all kinds
	ip netns exec hB iperf3 -s -D >/dev/null 2>&1
	ip netns exec hA ping -q -i 0.01 10.2.0.2 >/dev/null 2>&1 & disown
	ip netns exec hB ping -q -i 0.01 fd01::2 >/dev/null 2>&1 & disown
	until_ok 20 on hB sh -c 'ss -ltn | grep -q 5201'
	ip netns exec hA iperf3 --bidir -t 60 -c 10.2.0.2 >/dev/null 2>&1 & disown
}
load
loaded() { [ "$(packets_in gB kw0)" -gt "$(scaled 2000 100)" ]; }
check "traffic runs" until_ok 20 loaded
check "the module unloads" rmmod keyway
check "and loads again" insmod "$KEYWAY_KO"
for g in gA gB; do gateway_stop $g KILL 2>/dev/null; gateway_start $g; done
check "the link comes up again" until_ok 20 reaches hA 10.2.0.2
