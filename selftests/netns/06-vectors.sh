#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# What the module seals and opens is as the vectors and OpenSSL say, with both suites.
. "$(dirname "$0")/lib.sh"
topo_make
for s in first_contact_chacha rekey_gcm_with_cookie_and_node_certificates; do
	on gA build/test/datavec $s > "$RUN/$s"; tap_of $s $? "$RUN/$s"
done
