#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# An endpoint is a name: it is asked for until it is there, off the loop.
. "$(dirname "$0")/lib.sh"
topo_make
mkdir -p /etc/netns/gA; echo "127.0.0.1 localhost" > /etc/netns/gA/hosts; echo "hosts: files" > /etc/netns/gA/nsswitch.conf
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = gw-b.example:51900"; gateway_trust gB
gateway_start gA; gateway_start gB
refute "a name that nobody knows reaches nobody" reaches gA "$(key_address gB)"
check "and delays no answer" kw gA status
echo "198.51.100.1 gw-b.example" >> /etc/netns/gA/hosts
check "once it is there, so is the peer" until_ok 30 reaches gA "$(key_address gB)"
rm -rf /etc/netns/gA
