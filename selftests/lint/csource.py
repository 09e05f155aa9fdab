# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
"""
What the lint rules know of C: comments and strings blanked out with their
lines kept, and the functions of a file in kernel style (the brace that opens
a body stands alone in column 0). Not a parser: the style is the grammar.
Used by every script here.
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_noise = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
_head = re.compile(r'^(?P<head>[A-Za-z_][\w \t\*\n]*?[\s\*])(?P<name>[A-Za-z_]\w*)\((?P<args>(?:[^(){};]|\([^(){};]*\))*)\)'
                   r'(?P<tail>[^;{}()=]*(?:\([^;{}]*\)[^;{}=]*)?)\n\{', re.M)
GENERATED = ('kmod/netlink-gen.c', 'kmod/netlink-gen.h', 'uapi/linux/keyway.h')


def blank(text):
    """Comments and literals become spaces of the same shape."""
    def keep(m):
        return re.sub(r'[^\n]', ' ', m.group(0)) if m.group(0)[0] == '/' else '"%s"' % ('_' * (len(m.group(0)) - 2))
    return _noise.sub(keep, text)


def files(*patterns):
    """Files of the tree (in git or new) that match; relative paths."""
    out = subprocess.run(['git', '-C', TOP, 'ls-files', '-co', '--exclude-standard', '--', *patterns],
                         capture_output=True, text=True, check=True).stdout.split()
    return sorted(f for f in set(out) if os.path.exists(os.path.join(TOP, f)) and f not in GENERATED)


def read(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as f:
        return f.read()


class Function:
    def __init__(self, path, text, match):
        self.path, self.name = path, match.group('name')
        self.line = text.count('\n', 0, match.start('name')) + 1
        self.static = bool(re.search(r'\bstatic\b', match.group('head')))
        self.inline = 'inline' in match.group('head')
        args = match.group('args').strip()
        self.args = 0 if args in ('', 'void') else len(re.sub(r'\([^()]*\)', '', args).split(','))
        start = text.index('\n{', match.end('args')) + 1
        end = text.find('\n}', start)
        self.body = text[start:end if end > 0 else len(text)]
        self.lines = self.body.count('\n') + 1


def functions(path):
    text = blank(read(path))
    return [Function(path, text, m) for m in _head.finditer(text)
            if m.group('name') not in ('if', 'while', 'for', 'switch', 'return', 'sizeof')]


def finish(rule, errors):
    """Prints the findings and the rule's TAP line; exits."""
    for e in sorted(set(errors)):
        print('# %s: %s' % (rule, e))
    print(('not ok - lint %s, %d findings' % (rule, len(set(errors)))) if errors else 'ok - lint ' + rule)
    sys.exit(bool(errors))
