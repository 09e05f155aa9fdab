#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Trust is edited live, by command and by hand; a slip in a file changes nothing.
. "$(dirname "$0")/lib.sh"
topo_make
gateway_conf gA; gateway_conf gB
gateway_trust gB "Endpoint = 192.0.2.1:51900"
gateway_start gB
b=$(gateway_key gB)
gateway_start gA
code() { "$@" >/dev/null 2>&1; echo $?; }
routes() { ip -n gA route; ip -n gA -6 route; }
host_routes() { routes | grep -v 'dev kw0'; }
host=$(host_routes)

refute "an untrusted peer is not reached" reaches gA "$(key_address gB)"
check "trust add" kw gA trust add "$b" name gB endpoint 198.51.100.1:51900 allowed 10.2.0.0/16,10.1.0.0/16,0.0.0.0/0,::/0
check "takes effect at once" until_ok 20 reaches gA "$(key_address gB)"
check "and is in the trust file" grep -q "$b" "$RUN/gA/state/trust"
check "with its route" sh -c 'ip -n gA route get 10.2.0.2 | grep -q "dev kw0"'
is "and none of the host's own replaced, default and LAN too" "$(host_routes)" "$host"
check "trust ls names it" sh -c "ip netns exec gA keyway trust ls | grep -q gB"
is "trust del of nobody is not found" "$(code kw gA trust del nobody)" 4
check "trust del" kw gA trust del gB
refute "ends its session at once" reaches gA "$(key_address gB)"
refute "and takes the route" sh -c 'ip -n gA route | grep -q 10.2.0.0/16'
is "and leaves the host's own" "$(host_routes)" "$host"
printf '[Peer]\nFingerprint = %s\nEndpoint = 198.51.100.1:51900\n' "$b" >> "$RUN/gA/state/trust"
check "the file edited by hand is followed" until_ok 20 reaches gA "$(key_address gB)"
printf '[Peer]\nFingerprnt = x\n' >> "$RUN/gA/state/trust"
is "a slip in it is refused by reload" "$(code kw gA reload)" 9
check "and nothing changed" carries gA "$(key_address gB)"
printf '[Peer]\nFingerprint = %s\nDeny = yes\n' "$b" > "$RUN/gA/state/trust"
check "a local deny ends it" until_ok 20 not reaches gA "$(key_address gB)"
