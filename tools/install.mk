# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# make install and uninstall, called by the top Makefile with its variables.
# DESTDIR is for packages: then nothing of the running system is touched.
# Where DKMS is installed it builds and places the module, and goes on doing
# so with kernel upgrades: two copies in updates/ would shadow each other.

VERSION := $(shell sed -n 's/.*MODULE_VERSION("\([^"]*\)").*/\1/p' kmod/main.c)
SBIN := $(DESTDIR)$(PREFIX)/sbin
BIN := $(DESTDIR)$(PREFIX)/bin
MAN := $(DESTDIR)$(PREFIX)/share/man
COMPLETION := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
# systemd looks in these below /usr and /usr/local
UNIT := $(DESTDIR)$(PREFIX)/lib/systemd/system/keywayd.service
SYSUSER := $(DESTDIR)$(PREFIX)/lib/sysusers.d/keyway.conf
MODULES := $(DESTDIR)/lib/modules/$(KVER)/updates
SOURCE := $(DESTDIR)/usr/src/keyway-$(VERSION)
PAGES := $(wildcard Documentation/*.8 Documentation/*.5)
BUILT := build/user/keywayd build/user/keyway build/kmod-$(KVER)/keyway.ko
LIVE := $(if $(DESTDIR),,yes)
HAVE_DKMS := $(if $(LIVE),$(shell command -v dkms))
page_dir = $(MAN)/man$(lastword $(subst ., ,$(1)))

install: $(BUILT) install-programs install-service install-source $(if $(HAVE_DKMS),install-dkms,install-module)
	@echo "installed, the module for kernel $(KVER) - next: keyway key gen, /etc/keyway/kw0.conf, keyway up (man keyway)"
	$(if $(LIVE),@test $(KVER) = "$$(uname -r)" || echo "this machine runs kernel $$(uname -r) - boot into $(KVER) first")

$(BUILT):
	@echo "$@ is not there - install only copies - run 'make' first" >&2; exit 1

install-programs:
	install -D -m 755 -t $(SBIN) build/user/keywayd
	install -D -m 755 -t $(BIN) build/user/keyway
	$(foreach p,$(PAGES),install -D -m 644 -t $(call page_dir,$(p)) $(p) &&) true
	install -D -m 644 tools/keyway/completion.bash $(COMPLETION)/keyway

# the state belongs to the service's user, whoever starts the daemon first
install-service:
	install -d $(dir $(UNIT))
	sed 's#/usr/local/#$(PREFIX)/#g' userspace/keywayd/keywayd.service > $(UNIT)
	install -D -m 644 userspace/keywayd/keyway.sysusers $(SYSUSER)
	install -d -m 755 $(DESTDIR)/etc/keyway
	$(if $(LIVE),! command -v systemd-sysusers >/dev/null || systemd-sysusers $(SYSUSER))
	$(if $(LIVE),! getent passwd keyway >/dev/null || { install -d -m 700 /var/lib/keyway && chown -R keyway: /var/lib/keyway; })
	$(if $(LIVE),! test -d /run/systemd/system || systemctl daemon-reload)

install-source: forget
	install -d $(SOURCE)
	cp -r Kbuild kmod uapi $(SOURCE)/
	sed 's/@VERSION@/$(VERSION)/' tools/dkms.conf.in > $(SOURCE)/dkms.conf

install-module: forget
	install -D -m 644 -t $(MODULES) build/kmod-$(KVER)/keyway.ko
	$(if $(LIVE),depmod -a $(KVER))

install-dkms: install-source
	dkms add -m keyway -v $(VERSION)
	dkms install -m keyway -v $(VERSION) -k $(KVER)

# every version, for every kernel
forget:
	$(if $(HAVE_DKMS),for v in /var/lib/dkms/keyway/[0-9]*; do ! test -d $$v || dkms remove "keyway/$${v##*/}" --all; done)
	rm -rf $(DESTDIR)/usr/src/keyway-[0-9]*
	for f in $(DESTDIR)/lib/modules/*/updates/keyway.ko; do ! test -e "$$f" || \
		{ rm "$$f"; rmdir --ignore-fail-on-non-empty "$${f%/*}"; $(if $(LIVE),k=$${f%/updates/*}; depmod -a "$${k##*/}";) }; done

stop:
	$(if $(LIVE),! test -d /run/systemd/system || ! test -e $(UNIT) || systemctl disable --now keywayd)

uninstall: stop forget
	rm -f $(SBIN)/keywayd $(BIN)/keyway $(COMPLETION)/keyway $(UNIT) $(SYSUSER) \
		$(foreach p,$(PAGES),$(call page_dir,$(p))/$(notdir $(p)))
	$(if $(LIVE),! test -d /run/systemd/system || systemctl daemon-reload)
	for d in /etc/keyway /var/lib/keyway; do ! test -d "$(DESTDIR)$$d" || rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$d"; done
	$(if $(LIVE),@! test -d /var/lib/keyway || echo "/var/lib/keyway and its user stay - it holds your keys")
	$(if $(LIVE),@! test -d /etc/keyway || echo "/etc/keyway stays - it holds your configuration")
	$(if $(LIVE),@! test -d /sys/module/keyway || echo "keyway.ko stays loaded - rmmod keyway ends it and its devices")

.NOTPARALLEL:
.PHONY: install install-programs install-service install-source install-module install-dkms forget stop uninstall
