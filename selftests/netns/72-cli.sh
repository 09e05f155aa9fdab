#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Every exit code of keyway is as its manual says, with one line that says what, why and what next.
. "$(dirname "$0")/lib.sh"
exits() { # CODE NAME COMMAND…
	local want=$1 name=$2 err rc; shift 2
	err=$("$@" 2>&1 >/dev/null); rc=$?
	is "$name: exit code" $rc "$want" || note <<< "$err"
	[ "$want" = 0 ] || is "$name: one line" "$(grep -cE '^keywayd?: .+ - .+ - .+' <<< "$err")/$(wc -l <<< "$err")" 1/1 || note <<< "$err"
}
stranger() { on gA setpriv --reuid 65534 --clear-groups keyway "$@"; }
topo_make
gateway_conf gA; gateway_conf gB; gateway_trust gA
exits 3 "status, nothing up" kw gA status
exits 3 "trust without a daemon" kw gA trust ls
exits 2 "unknown command" keyway frobnicate
exits 2 "unknown option" keyway --frobnicate
exits 2 "missing argument" keyway peer show
exits 2 "an argument too many" keyway down kw0 kw1
exits 2 "an argument where none belongs" keyway version 2
for words in "path ls a b" "path del a 1 b" "session ls a b" "session del 5 a" "key gen $RUN/none $RUN/other"; do
	exits 2 "too many: ${words%% /*}" keyway $words
done
exits 4 "up without a file" keyway up /nowhere.conf
exits 4 "no device" kw gA peer ls
exits 5 "a key is never overwritten" keyway key gen "$RUN/gA/identity"
{ cat "$RUN/gA/kw0.conf"; echo 'Endpont = x'; } > "$RUN/bad.conf"
exits 9 "bad configuration" kw gA up "$RUN/bad.conf"
exits 0 "up" kw gA up "$RUN/gA/kw0.conf"
exits 0 "up again" kw gA up "$RUN/gA/kw0.conf"
exits 0 "status" kw gA status
exits 4 "no such peer" kw gA peer show 2001:2f::1
exits 4 "no such name" kw gA peer show nobody
exits 4 "no such device" kw gA -i kw7 peer ls
exits 5 "a device's name is taken" kw gA device add kw0
exits 5 "trust that the configuration gives" kw gA trust del gB
exits 5 "trust that the configuration would outdo" kw gA trust add "$(gateway_key gB)" name other
exits 4 "trust of another device" kw gA -i kw7 trust ls
exits 2 "no fingerprint" kw gA trust add ni:///sha3-256
exits 10 "netlink by a stranger" stranger peer ls
exits 10 "control socket by a stranger" stranger trust ls
pid=$(kw gA status -j | jq .daemon.pid)
kill -STOP "$pid"
exits 7 "a daemon that does not answer" kw gA trust ls
kill -KILL "$pid"; until_ok 20 not kill -0 "$pid"
exits 3 "status without a daemon" kw gA status
is "which still tells of the kernel" "$(kw gA status -j 2>/dev/null | jq -c '[.daemon.running, (.devices[0].peers | length)]')" '[false,1]'
exits 0 "down without a daemon" kw gA down
is "takes the device" "$(kw gA device ls -j | jq '.devices | length')" 0
