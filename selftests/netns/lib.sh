#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Sourced by every scenario: its TAP, the gateways of topo.sh's two sites with
# their daemons, and its end. The wire oracle watches from topo_make to finish.
PATH=$PWD/build/user:$PATH
SCENARIO=$(basename "$0" .sh)
RUN=$(mktemp -d "/tmp/kw-$SCENARIO.XXXXXX")
CANARY=$RUN/canary
FAILED=0 ORACLE=
declare -A LOGGED=()
. "$PWD/selftests/netns/topo.sh"

on() { local ns=$1; shift; ip netns exec "$ns" "$@"; }
kw() { local ns=$1; shift; on "$ns" keyway "$@"; }
scaled() { [ "${KEYWAY_SCALE:-}" = debug ] && echo "$2" || echo "$1"; }   # NORMAL DEBUG

# ---- TAP
ok() { echo "ok - $SCENARIO: $*"; }
not_ok() { echo "not ok - $SCENARIO: $*"; FAILED=1; }
note() { sed 's/^/#   /'; }
check() { # NAME COMMAND…
	local name=$1 out; shift
	if out=$("$@" 2>&1); then ok "$name"; else not_ok "$name"; printf '%s: %s\n' "$*" "$out" | tail -12 | note; return 1; fi
}
refute() { local name=$1; shift; check "$name" not "$@"; }
not() { ! "$@"; }
is() { # NAME HAVE WANT
	[ "$2" = "$3" ] && ok "$1" || { not_ok "$1"; echo "have '$2', want '$3'" | note; return 1; }
}
tap_of() { # NAME STATUS FILE: what a program said, as the scenario's own
	sed -n "s/^\(not \)\?ok [0-9]* - /\1ok - $SCENARIO: /p; s/^# /#   /p" "$3"
	! grep -q '^not ok' "$3" || FAILED=1
	is "$1 ran to its end" "$2" 0 || tail -12 "$3" | note
}
skip() { echo "ok - $SCENARIO # SKIP $*"; exit 0; }
die() { not_ok "$*"; exit 1; }

# until SECONDS COMMAND…: polls, so that nothing ever sleeps a fixed time
until_ok() {
	local end=$((SECONDS + $(scaled "$1" $(($1 * 5))))); shift
	while [ $SECONDS -le $end ]; do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
	"$@"
}
reaches() { on "$1" ping -q -c1 -W1 "$2"; }      # NS ADDRESS: to poll, or to refute
carries() { on "$1" ping -q -c1 -W15 "$2"; }     # NS ADDRESS: one packet goes and comes, in whatever time

# ---- gateways
gateway_key() { # GATEWAY: prints its fingerprint, making the identity at first
	local dir=$RUN/$1
	[ -e "$dir/key" ] || { mkdir -p "$dir"; keyway key gen "$dir/identity" > "$dir/key"; } || return
	grep -o 'ni://[^ ]*' "$dir/key"
}
key_address() { grep -oE '2001:2f:[0-9a-f:]+' "$RUN/$1/key"; }
gateway_conf() { # GATEWAY [INTERFACE-LINE…]: its file, without peers
	local g=$1; shift
	gateway_key "$g" >/dev/null || die "key gen for $g"
	{ printf '[Interface]\nName = kw0\nPrivateKey = %s\nStateDir = %s\nListenPort = 51900\n' "$RUN/$g/identity" "$RUN/$g/state"
	  [ $# = 0 ] || printf '%s\n' "$@"; } > "$RUN/$g/kw0.conf"
}
gateway_trust() { # GATEWAY [PEER-LINE…]: adds the other one as a peer
	local g=$1 o=${OTHER[$1]}; shift
	{ printf '\n[Peer]\nFingerprint = %s\nName = %s\nAllowedIPs = %s.0.0/16, %s::/64\n' "$(gateway_key "$o")" "$o" "${LAN[$o]}" "${LAN6[$o]}"
	  [ $# = 0 ] || printf '%s\n' "$@"; } >> "$RUN/$g/kw0.conf"
}
gateway_start() { # GATEWAY [OPTION…]: its daemon, with the log kept
	local g=$1; shift
	ip netns exec "$g" keywayd "$@" "$RUN/$g/kw0.conf" >> "$RUN/$g/log" 2>&1 &
	echo $! > "$RUN/$g/pid"
	LOGGED[$g]=1
	until_ok 30 kw "$g" status || { tail -5 "$RUN/$g/log" | note; die "keywayd of $g answers"; }
}
gateway_stop() { # GATEWAY [SIGNAL]
	local pid; pid=$(cat "$RUN/$1/pid")
	kill "-${2:-TERM}" "$pid" && until_ok 20 not kill -0 "$pid"
	# a subshell would wait for its own children
	[ "$BASH_SUBSHELL" -gt 0 ] || { wait "$pid"; } 2>/dev/null
}
gateways_up() { # [6]: both configured, trusting each other, over IPv4 or IPv6, and the link tried
	local g e
	for g in gA gB; do gateway_conf $g; done
	for g in gA gB; do
		e=${WAN[${OTHER[$g]}]}.1:51900; [ "${1:-4}" = 6 ] && e="[${WAN6[${OTHER[$g]}]}::1]:51900"
		gateway_trust $g "Endpoint = $e"
	done
	for g in gA gB; do gateway_start $g; done
	until_ok 30 reaches hA 10.2.0.2 || die "the link comes up"
}
gateway_move() { # GATEWAY ADDRESS: its uplink gets another address in the same network; sets MOVING_MS to the time that took
	local began=${EPOCHREALTIME/./}
	printf '%s\n' "addr flush dev up0" "addr add $2/24 dev up0" "route add default via ${WAN[$1]}.254 dev up0 metric 100" | ip -n "$1" -4 -batch -
	MOVING_MS=$(((${EPOCHREALTIME/./} - began) / 1000))
}

# ---- oracle and end
oracle_start() {
	local g n sides=()
	head -c 32 /dev/urandom > "$CANARY"
	for g in A B; do for ((n = 0; n < UPLINKS; n++)); do sides+=("$g=$g$n"); done; done
	# not by a function: $! must be the program's own
	ip netns exec wire "$PWD/build/test/oracle" -c "$CANARY" -o "$RUN/oracle.sum" "${sides[@]}" > "$RUN/oracle.log" 2>&1 &
	ORACLE=$!
	until_ok 20 grep -q watching "$RUN/oracle.log" || die "the oracle watches"
}
oracle_end() {
	local rc
	[ -n "$ORACLE" ] || return
	kill -TERM $ORACLE; wait $ORACLE; rc=$?; ORACLE=
	note < "$RUN/oracle.sum"
	is "no number twice, no canary in clear" $rc 0 || note < "$RUN/oracle.log"
}
finish() {
	local g n
	trap - EXIT
	oracle_end
	if [ $FAILED = 1 ]; then
		for g in "${!LOGGED[@]}"; do echo "log of $g ends:" | note; tail -15 "$RUN/$g/log" | note; kw "$g" status 2>&1 | note; done
		dmesg | sed -n '/kw-scenario/,$p' | tail -8 | note
	fi
	exec 2>/dev/null                 # the shell's words on what is killed here
	for n in "$RUN"/g?/pid; do [ -e "$n" ] && kill -KILL "$(cat "$n")"; done
	for n in hA gA wire gB hB; do ip netns pids $n 2>/dev/null | xargs -r kill -KILL 2>/dev/null; ip netns del $n 2>/dev/null; done
	rm -rf "$RUN"
	exit $FAILED
}
trap finish EXIT
