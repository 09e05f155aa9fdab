#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A quiet gateway talks to those who share its domain secret; under load it asks them for a cookie first.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make
for s in one two; do head -c 32 /dev/urandom | base64 > "$RUN/$s"; chmod 600 "$RUN/$s"; done
cat "$RUN/one" "$RUN/two" > "$RUN/both"; chmod 600 "$RUN/both" # newest first
gateway_conf gA; gateway_conf gB "Quiet = yes" "DomainSecret = $RUN/both"
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB
gateway_start gB --under-load; gateway_start gA
wire_capture "$RUN/said" B0
refute "who lacks the secret reaches nobody" on gA ping -q -c4 -W1 "$(key_address gB)"
wire_stop
is "and hears nothing" "$(tcpdump -nr "$RUN/said" 'udp src port 51900 and src host 198.51.100.1' 2>/dev/null | wc -l)" 0
kw gA down >/dev/null
sed -i "/^ListenPort/a DomainSecret = $RUN/one" "$RUN/gA/kw0.conf"
wire_capture "$RUN/said" B0
gateway_start gA
check "who shares its newest one reaches it" until_ok 20 reaches gA "$(key_address gB)"
wire_stop
check "after a cookie" sh -c "tcpdump -nr $RUN/said -x 'udp and src host 198.51.100.1 and udp[8] = 3' 2>/dev/null | grep -q ."
