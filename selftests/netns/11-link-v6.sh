#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Two gateways link up over an IPv6 underlay.
. "$(dirname "$0")/lib.sh"
topo_make
ip -n gA -4 addr flush dev up0; ip -n gB -4 addr flush dev up0
gateways_up 6
check "gA pings gB's key address" carries gA "$(key_address gB)"
check "an IPv4 LAN packet crosses the IPv6 wire" carries hA 10.2.0.2
