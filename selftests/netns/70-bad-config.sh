#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A bad configuration or key file gets one clear line and changes nothing.
. "$(dirname "$0")/lib.sh"
topo_make
gateway_conf gA; gateway_conf gB; gateway_trust gA "Endpoint = 198.51.100.1:51900"
cp "$RUN/gA/kw0.conf" "$RUN/good"
refused() { # NAME CODE PATTERN: `keyway up` of what is in $RUN/bad.conf
	local out rc
	out=$(kw gA up "$RUN/bad.conf" 2>&1); rc=$?
	is "$1: exit code" $rc "$2" || note <<< "$out"
	check "$1: the line tells" grep -qE "$3" <<< "$out" || note <<< "$out"
	is "$1: one line" "$(wc -l <<< "$out")" 1
	is "$1: no device" "$(ip -n gA -br link show type keyway 2>/dev/null)" ""
}
edit() { sed "$1" "$RUN/good" > "$RUN/bad.conf"; }

edit 's/ListenPort/ListenPrt/';            refused "unknown key" 9 'bad.conf:5.*ListenPort'
edit 's/^Fingerprint.*/Fingerprint = ni:\/\/x\/sha3-256;abc/'; refused "short fingerprint" 9 'bad.conf:8'
edit 's/^AllowedIPs.*/AllowedIPs = 10.2.0.0\/33/'; refused "impossible prefix" 9 'bad.conf:10'
edit 's/^ListenPort.*/ListenPort = 70000/'; refused "impossible port" 9 'bad.conf:5'
edit 's/^\[Peer\]/[Pear]/';                refused "unknown section" 9 'bad.conf:7'
rm "$RUN/bad.conf";                        refused "no such file" 4 'bad.conf'

bad_key() { edit "s#^PrivateKey.*#PrivateKey = $RUN/key#"; }
install -m 644 "$RUN/gA/identity" "$RUN/key"; bad_key; refused "key that others may read" 10 "$RUN/key.*0?600"
rm -f "$RUN/key"; mkdir "$RUN/key"; refused "key that cannot be read" 1 "$RUN/key"
rmdir "$RUN/key"; (umask 077; head -c 40 "$RUN/gA/identity" > "$RUN/key"); refused "cut key" 9 "$RUN/key"

gateway_start gA
id() { ip -n gA -o link show kw0; kw gA peer ls -j; kw gA socket ls -j; }
before=$(id | sed 's/"[rt]x_[a-z]*": [0-9]*//g')
sed -i 's/^AllowedIPs.*/AllowedIPs = nonsense/' "$RUN/gA/kw0.conf"
refute "a reload of a bad file is refused" kw gA reload
is "and changes nothing" "$(id | sed 's/"[rt]x_[a-z]*": [0-9]*//g')" "$before"
