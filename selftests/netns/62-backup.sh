#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway restored from a backup, with an old state or with its key alone, links up again.
. "$(dirname "$0")/lib.sh"
topo_make
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB "Endpoint = 192.0.2.1:51900"
for g in gA gB; do gateway_start $g; done
until_ok 20 reaches hA 10.2.0.2 || die "the link comes up"
stop() {
	local s
	gateway_stop gA; kw gA down >/dev/null 2>&1
	# a static key's epoch is the second it is made in, and a new one in the same second is no newer
	s=$EPOCHSECONDS; until [ "$EPOCHSECONDS" -gt "$s" ]; do sleep 0.1; done
}
restarts() { gateway_start gA; check "$1" until_ok 20 reaches hA 10.2.0.2; }

# gB sees a newer key of gA's in between, whatever a boot does with an old one
stop; mv "$RUN/gA/state" "$RUN/backup"
gateway_start gA; until_ok 20 reaches hA 10.2.0.2; stop
rm -rf "$RUN/gA/state"; cp -a "$RUN/backup" "$RUN/gA/state"
restarts "with the state of before"
stop; rm -rf "$RUN/gA/state"
restarts "with the key alone"

# a device of a start that failed would pass for one to adopt, and the next start renew no key
stop; mount --bind "$RUN/gA/state" "$RUN/gA/state"; mount -o remount,ro,bind "$RUN/gA/state"
refute "with a state that can't be written it doesn't come up" kw gA up "$RUN/gA/kw0.conf"
is "and leaves no device" "$(kw gA device ls -j | jq '.devices | length')" 0
umount "$RUN/gA/state"
restarts "until it can"
