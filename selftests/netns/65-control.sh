#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway is run by `keyway` alone: up in the background, up again, down.
. "$(dirname "$0")/lib.sh"
topo_make
gateway_conf gA
conf=$RUN/gA/kw0.conf
code() { "$@" >/dev/null 2>&1; echo $?; }

is "status before anything is up: no daemon" "$(code kw gA status)" 3
check "up returns when the device is there" kw gA up "$conf"
check "the device is up" on gA ip link show dev kw0 up
pid=$(kw gA -j status | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$')
is "the daemon keeps one capability" "$(grep CapEff "/proc/$pid/status" | tr -d '\t')" CapEff:0000000000001000
is "and can gain none" "$(grep NoNewPrivs "/proc/$pid/status" | tr -d '\t')" NoNewPrivs:1
check "up again is a reload" kw gA up "$conf"
is "by the same daemon" "$(kw gA -j status | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$')" "$pid"
cp "$conf" "$RUN/good"; echo 'ListnPort = 5' >> "$conf"
is "a slip in the configuration is refused" "$(code kw gA up "$conf")" 9
sed 's/51900/51901/' "$RUN/good" > "$conf"
is "so is another port under a live device" "$(code kw gA reload)" 9
cp "$RUN/good" "$conf"; echo 'Address = 10.99.0.1/24' >> "$conf"
check "a new address is taken" kw gA reload
check "and set" sh -c 'ip -n gA addr show dev kw0 | grep -q 10.99.0.1/24'
mtu() { ip -n gA -j link show dev kw0 | jq '.[0].mtu'; }
sed -i 's/^ListenPort/MTU = 1400\n&/' "$conf"; on gA sysctl -qw net.ipv6.conf.kw0.disable_ipv6=1
is "a reload that fails half way" "$(code kw gA reload)" 1
is "changes nothing" "$(mtu)" 1420
on gA sysctl -qw net.ipv6.conf.kw0.disable_ipv6=0
check "and goes when it can" kw gA reload
is "and changes it" "$(mtu)" 1400
dressed() { ip -n gA -6 addr show dev kw0 | grep -q "$(key_address gA)" && ip -n gA -6 route | grep -q '^2001:2f::/32 dev kw0'; }
on gA ip link set kw0 down; on gA ip link set kw0 up
check "a link that was down for a moment gets addresses and routes again" until_ok 20 dressed
again() { local i; for i in 1 2 3 4; do kw gA down && kw gA up "$conf" || return; done; }
check "down is over when it returns: up goes at once, four times" again
pid=$(kw gA -j status | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$')
check "down" kw gA down
refute "takes the device away" on gA ip link show dev kw0
check "and the daemon" until_ok 20 not test -e "/proc/$pid"
chmod 644 "$RUN/gA/identity"
is "a key that others may read is refused" "$(code kw gA up "$conf")" 10
check "with a sentence" sh -c "ip netns exec gA keyway up $conf 2>&1 | grep -q 'others may read it.*chmod 600'"
refute "and no device is left" on gA ip link show dev kw0
chmod 600 "$RUN/gA/identity"; mkdir "$RUN/theirs"; chown 65534 "$RUN/theirs"; sed -i "s#^StateDir.*#StateDir = $RUN/theirs#" "$conf"
is "so is the state of somebody whom keyway wouldn't believe" "$(code kw gA up "$conf")" 10
