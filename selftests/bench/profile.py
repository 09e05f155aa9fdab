# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
"""
Instructions per packet: all, by module, by function; one column per window.
profile.py COUNTS KALLSYMS PACKETS [FUNCTIONS]   reads what count.so wrote.
"""
import bisect
import collections
import sys

KERNEL = 1 << 63


def read_symbols(path):
    symbols = []
    with open(path) as f:
        for line in f:
            address, kind, name = line.split(None, 2)
            if kind in 'tTwW':
                symbols.append((int(address, 16), ' '.join(name.split())))
    return sorted(symbols)


def read_windows(path, symbols):
    addresses = [s[0] for s in symbols]
    windows = []
    with open(path) as f:
        for line in f:
            if line.startswith('WINDOW'):
                windows.append((int(line.split()[3]), collections.Counter()))
                continue
            address, count = line.split()
            address = int(address, 16)
            name = symbols[bisect.bisect_right(addresses, address) - 1][1] if address >= KERNEL else '[user]'
            windows[-1][1][name] += int(count)
    return windows


def by_module(counts):
    modules = collections.Counter()
    for name, n in counts.items():
        modules[name[name.find('['):] if '[' in name else 'vmlinux'] += n
    return modules


def show(columns, packets, most):
    names = sorted(set().union(*columns), key=lambda k: -max(c[k] for c in columns))
    for name in names[:most]:
        print(name.ljust(48), *('%9.1f' % (c[name] / packets) for c in columns))


def main():
    packets = int(sys.argv[3])
    windows = read_windows(sys.argv[1], read_symbols(sys.argv[2]))
    print('all'.ljust(48), *('%9.1f' % (total / packets) for total, _ in windows))
    show([by_module(c) for _, c in windows], packets, 20)
    print()
    show([c for _, c in windows], packets, int(sys.argv[4]) if len(sys.argv) > 4 else 50)


main()
