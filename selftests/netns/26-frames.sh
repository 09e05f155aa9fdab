#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Control frames of the daemon pass in and out as the netlink spec says; SPACE_GONE is believed.
. "$(dirname "$0")/lib.sh"
ip netns add gA; ip -n gA link set lo up
on gA build/test/frames > "$RUN/frames"; tap_of frames $? "$RUN/frames"
