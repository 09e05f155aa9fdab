#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
"""Makes vectors.h from selftests/vectors/*.json: a table of {path, text}, the path
joined by dots ("first_contact_chacha.init.packet", "speed.0.t_gcm", the official
Noise vector under "noise."), the text as it stands there. Run from the top; testvec.h
looks things up by path, so no vector is ever typed in by hand."""
import json


def walk(path, v):
    """Yields (path, text) of each leaf, and the length of each list and object."""
    if isinstance(v, dict):
        yield path + '.#', str(len(v))
        for i, (k, x) in enumerate(v.items()):
            yield '%s.@%d' % (path, i), k
            yield from walk(path + '.' + k, x)
    elif isinstance(v, list):
        yield path + '.#', str(len(v))
        for i, x in enumerate(v):
            yield from walk('%s.%d' % (path, i), x)
    else:
        yield path, str(v)


print('/* Generated from selftests/vectors by selftests/unit/vectors.py. */')
print('static const struct { const char *path, *text; } vectors[] __attribute__((unused)) = {')
for top, name in (('', 'vectors'), ('noise', 'noise-ikpsk2')):
    with open('selftests/vectors/%s.json' % name) as f:
        for path, text in walk(top, json.load(f)):
            print('\t{ %s, %s },' % (json.dumps(path.lstrip('.')), json.dumps(text)))
print('};')
