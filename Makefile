# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# One target for each thing a person wants. The module is built in
# build/kmod-RELEASE from links to the sources, so two kernels never disturb
# each other; programs are built in build/user. README.md says which to use.

# the last line of `make check` is its sum
MAKEFLAGS += --no-print-directory
PREFIX ?= /usr/local
ARCH_DEB := $(shell dpkg --print-architecture 2>/dev/null || echo amd64)
FLOOR := $(lastword $(shell ls -dv /usr/src/linux-headers-6.12*-$(ARCH_DEB) 2>/dev/null | grep -v -e -rt- -e -cloud-))
# Debian 12's own 6.1 is too old, so beside it stands 6.12
new_enough = printf '6.12\n%s\n' "$(1)" | sort -VC
RUNNING := $(shell r=$$(uname -r); $(call new_enough,$$r) && ls -d /lib/modules/$$r/build 2>/dev/null)
KDIR ?= $(or $(RUNNING),$(FLOOR))
KVER ?= $(shell cat $(KDIR)/include/config/kernel.release 2>/dev/null)
WERROR ?= -Werror
KOUT ?= $(CURDIR)/build/kmod-$(KVER)

all: modules programs

modules: need-headers
	@mkdir -p $(KOUT)
	@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/kmod $(CURDIR)/uapi $(KOUT)/
	@find $(KOUT) -xtype l -delete
	+flock $(KOUT)/.lock $(MAKE) -C $(KDIR) M=$(KOUT) W=1 KCFLAGS=$(WERROR) modules

need-headers:
	@test -n "$(KVER)" || { echo "no kernel headers found - the module needs them - run 'make deps'" >&2; exit 1; }
	@$(call new_enough,$(KVER)) || { echo "kernel $(KVER) is too old - the module needs 6.12 or newer - leave KDIR out, or name newer headers" >&2; exit 1; }

programs:
	$(MAKE) -C userspace

deps:
	tools/deps

install uninstall:
	$(MAKE) -f tools/install.mk $@ PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) KDIR=$(KDIR) KVER=$(KVER)

lint:
	selftests/lint/all

check check-unit check-sim check-fuzz check-netns check-debug demo bench:
	$(MAKE) -C selftests $@

clean:
	rm -rf build

.PHONY: all modules need-headers programs deps install uninstall lint clean \
	check check-unit check-sim check-fuzz check-netns check-debug demo bench
