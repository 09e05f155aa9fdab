#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway is run by `keyway` alone: up, trust edited live, reload, refusals that change nothing, down.
. "$(dirname "$0")/lib.sh"
topo_make
gateway_conf gA; gateway_conf gB
gateway_trust gB "Endpoint = 192.0.2.1:51900"
gateway_start gB
b=$(gateway_key gB) conf=$RUN/gA/kw0.conf
code() { "$@" >/dev/null 2>&1; echo $?; }

is "status before anything is up: no daemon" "$(code kw gA status)" 3
check "up returns when the device is there" kw gA up "$conf"
check "the device is up" on gA ip link show dev kw0 up
pid=$(kw gA -j status | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$')
is "the daemon keeps one capability" "$(grep CapEff "/proc/$pid/status" | tr -d '\t')" CapEff:0000000000001000
is "and can gain none" "$(grep NoNewPrivs "/proc/$pid/status" | tr -d '\t')" NoNewPrivs:1
check "up again is a reload" kw gA up "$conf"
refute "an untrusted peer is not reached" reaches gA "$(key_address gB)"
check "trust add" kw gA trust add "$b" name gB endpoint 198.51.100.1:51900 allowed 10.2.0.0/16
check "takes effect at once" until_ok 15 reaches gA "$(key_address gB)"
check "and is in the trust file" grep -q "$b" "$RUN/gA/state/trust"
check "with its route" on gA ip route get 10.2.0.2 oif kw0
check "trust ls names it" sh -c "ip netns exec gA keyway trust ls | grep -q gB"
is "trust del of nobody is not found" "$(code kw gA trust del nobody)" 4
check "trust del" kw gA trust del gB
refute "ends its session at once" reaches gA "$(key_address gB)"
refute "and takes the route" sh -c 'ip -n gA route | grep -q 10.2.0.0/16'

printf '[Peer]\nFingerprint = %s\nEndpoint = 198.51.100.1:51900\n' "$b" >> "$RUN/gA/state/trust"
check "the file edited by hand is followed" until_ok 15 reaches gA "$(key_address gB)"
printf '[Peer]\nFingerprnt = x\n' >> "$RUN/gA/state/trust"
is "a slip in it is refused by reload" "$(code kw gA reload)" 9
check "and nothing changed" reaches gA "$(key_address gB)"
cp "$conf" "$RUN/good"; echo 'ListnPort = 5' >> "$conf"
is "a slip in the configuration too" "$(code kw gA up "$conf")" 9
cp "$RUN/good" "$conf"; printf '[Peer]\nFingerprint = %s\nDeny = yes\n' "$b" > "$RUN/gA/state/trust"
refute "a local deny ends it" until_ok 3 reaches gA "$(key_address gB)"

check "down" kw gA down
refute "takes the device away" on gA ip link show dev kw0
is "and the daemon" "$(until_ok 5 not kw gA status; code kw gA status)" 3
