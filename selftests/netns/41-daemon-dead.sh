#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A daemon that dies at session age 131 s and stays dead for 45 s costs no packet.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
[ -n "${KEYWAY_LONG:-}" ] || skip "takes 4 minutes; set KEYWAY_LONG=1"
topo_make; gateways_up
pump_start there hA hB 10.2.0.2 0 50
pump_start back hB hA 10.1.0.2 0 50
aged() { [ "$(kw gA session ls -j | jq '[.sessions[] | select(.sending)][0].age_ms')" -ge $(($1 * 1000)) ]; }     # SECONDS
check "the session reaches an age of 100 s" until_ok 130 aged 100
kill -STOP "$(cat "$RUN/gA/pid")"      # or it might follow the kernel's wish to rekey, which comes from 108 s on
check "and of 131 s" until_ok 40 aged 131
gateway_stop gA KILL
sleep "$(scaled 45 5)"; gateway_start gA      # a debug guest is half a minute in between, and keys end at 180 s
pump_stop there back
pump_clean there; pump_clean back
