#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Datagrams that bear a VLAN tag may be merged on receipt, and each one's packet still arrives.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
. "$(dirname "$0")/offloads.sh"
topo_make
vlan() { # NS DEVICE ROUTER: its addresses move to VLAN 5 upon it
	{ echo "link add link $2 name $2.5 type vlan id 5"
	  ip -n "$1" -o addr show dev "$2" scope global | awk -v d="$2" '{ print "addr del", $4, "dev", d; print "addr add", $4, "dev", d ".5", $3 == "inet6" ? "nodad" : "" }'
	  echo "link set $2.5 up"
	  [ -z "$3" ] || echo "route add default via $3"; } | ip -n "$1" -batch -
}
vlan gB up0 198.51.100.254; vlan wire B0 ""
gateways_up
offloads_serve "$(scaled 1M 64K)"
# no train gets that far, so that the one that comes was merged by who receives
set_all tso off tx-udp-segmentation off gro on
for x in wire:B0.5 gB:up0.5; do on "${x%:*}" ethtool -K "${x#*:}" tso off tx-udp-segmentation off gro on >/dev/null 2>&1; done
crosses "tagged"
before=$(packets_in gB up0.5)
is "forty more" "$(train hA hB 10.2.0.2)" "got=40 lost=0 copies=0"
check "they were merged" test $(($(packets_in gB up0.5) - before)) -lt 30
