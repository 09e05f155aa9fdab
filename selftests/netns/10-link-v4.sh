#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Two gateways that trust each other's fingerprint link up over IPv4, and status tells it.
. "$(dirname "$0")/lib.sh"
topo_make; gateways_up
check "gA pings gB's key address" carries gA "$(key_address gB)"
check "gB pings gA's key address" carries gB "$(key_address gA)"
kw gA status -j > "$RUN/status"
check "status -j is JSON" jq -e . "$RUN/status"
check "status -j names the peer" grep -q "$(key_address gB)" "$RUN/status"
check "status names the peer" sh -c "ip netns exec gA keyway status | grep -q gB"
