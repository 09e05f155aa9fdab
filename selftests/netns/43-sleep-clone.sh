#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The machine sleeps under traffic, and then is cloned: no key outlives the one, none sends after the other, and the link comes up again by itself.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; gateways_up
sessions() { kw "$1" session ls -j | jq -c "[.sessions[] | select($2) | .index]"; }      # GATEWAY WHICH
came() { [ "$(packets_in hB eth0)" -ge "$1" ]; }
more() { until_ok 20 came $(($(packets_in hB eth0) + 30)); }
pump_start there hA hB 10.2.0.2 0 50
check "traffic runs" more

sleeps() {
	local g before
	declare -A before
	[ -e /sys/power/pm_test ] || { ok "# SKIP this kernel can't rehearse a suspend"; return; }
	for g in gA gB; do before[$g]=$(sessions $g '.state != "reserved"'); done
	echo freezer > /sys/power/pm_test       # tasks freeze and thaw, no device is touched
	echo 1 > /sys/module/suspend/parameters/pm_test_delay
	check "the machine rehearses a suspend" sh -c 'echo freeze > /sys/power/state'
	echo none > /sys/power/pm_test
	check "the link comes up again" until_ok 20 reaches hA 10.2.0.2
	for g in gA gB; do
		is "$g: no session is left of before" "$(jq -cn "${before[$g]} - (${before[$g]} - $(sessions $g '.state != "reserved"'))")" "[]"
	done
	check "traffic runs on" more
}

session() { kw gA session ls -j | jq "[.sessions[] | select(.index == $index)][0].$1"; }
cloned() {
	local index sent after
	[ -e "build/vmfork-$(uname -r)" ] || { ok "# SKIP vmfork is not built"; return; }
	index=$(sessions gA .sending | jq '.[0]')
	insmod "build/vmfork-$(uname -r)/vmfork.ko" || { ok "# SKIP this kernel tells nobody of clones"; return; }
	sent=$(session tx_packets)
	rmmod vmfork
	refute "what the clone has too isn't chosen to send" test "$(session sending)" = true
	another() { [ "$(sessions gA .sending)" != "[]" ]; }
	check "another session comes up" until_ok 20 another
	check "and carries traffic" until_ok 20 reaches hA 10.2.0.2
	after=$(session tx_packets)
	check "nothing was sent on the old one" test "$after" = "$sent" -o "$after" = null
	gone() { [ "$(session index)" = null ]; }
	check "which is gone soon" until_ok 20 gone
}
sleeps; cloned
pump_stop there 2>/dev/null; note < "$RUN/pump.there"
is "no packet came twice" "$(pump_get there copies)" 0
