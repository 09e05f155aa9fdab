#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A thousand peers come and go while another's traffic runs: none of it is lost.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
dev=$(kw gA device ls -j | jq '.devices[0].dev') sock=$(kw gA socket ls -j | jq '[.sockets[] | select(.family == "ipv4")][0].id')
gateway_stop gA                 # it would take away peers that it does not trust
pump_start there hA hB 10.2.0.2 0 "$(scaled 400 30)"
pump_start back hB hA 10.1.0.2 0 "$(scaled 400 30)"
check "1,000 peers are added and removed" on gA build/test/churn "$dev" "$(scaled 1000 100)" "$sock"
pump_stop there back
pump_clean there; pump_clean back
is "only the true peer is left" "$(kw gA device ls -j | jq '.devices[0].peer_count')" 1
