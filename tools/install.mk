# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# make install and uninstall, called by the top Makefile with its variables.
# DESTDIR is for packages: then nothing of the running system is touched.

VERSION := $(shell sed -n 's/.*MODULE_VERSION("\([^"]*\)").*/\1/p' kmod/main.c)
SBIN := $(DESTDIR)$(PREFIX)/sbin
BIN := $(DESTDIR)$(PREFIX)/bin
MAN := $(DESTDIR)$(PREFIX)/share/man
COMPLETION := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
UNITS := $(DESTDIR)$(if $(filter /usr,$(PREFIX)),/usr/lib/systemd/system,/etc/systemd/system)
MODULES := $(DESTDIR)/lib/modules/$(KVER)/updates
DKMS := $(DESTDIR)/usr/src/keyway-$(VERSION)
PAGES := $(wildcard Documentation/*.8 Documentation/*.5)
SERVICES := $(wildcard userspace/keywayd/*.service)

install: install-programs install-module install-dkms
	@echo "installed - next: modprobe keyway, keyway key gen, keyway up (man keyway)"

install-programs:
	install -D -m 755 -t $(SBIN) build/user/keywayd
	install -D -m 755 -t $(BIN) build/user/keyway
	$(foreach p,$(PAGES),install -D -m 644 -t $(MAN)/man$(lastword $(subst ., ,$(p))) $(p) &&) true
	$(if $(wildcard tools/keyway/completion.bash),install -D -m 644 tools/keyway/completion.bash $(COMPLETION)/keyway)
	$(if $(SERVICES),install -d $(UNITS))
	$(foreach s,$(SERVICES),sed 's#/usr/local/#$(PREFIX)/#g; s#/usr/sbin/keywayd#$(PREFIX)/sbin/keywayd#g' $(s) > $(UNITS)/$(notdir $(s)) &&) true
	install -D -m 644 userspace/keywayd/keyway.sysusers $(DESTDIR)/usr/lib/sysusers.d/keyway.conf
	install -d -m 755 $(DESTDIR)/etc/keyway
	$(if $(DESTDIR),,-systemd-sysusers keyway.conf 2>/dev/null; systemctl daemon-reload 2>/dev/null)

install-module:
	install -D -m 644 -t $(MODULES) build/kmod-$(KVER)/keyway.ko
	$(if $(DESTDIR),,depmod -a $(KVER))

# with DKMS installed the module follows kernel upgrades by itself
install-dkms:
	install -d $(DKMS)
	cp -r Kbuild kmod uapi $(DKMS)/
	sed 's/@VERSION@/$(VERSION)/' tools/dkms.conf.in > $(DKMS)/dkms.conf
	$(if $(DESTDIR),,command -v dkms >/dev/null && dkms add -m keyway -v $(VERSION) 2>/dev/null || true)

uninstall:
	rm -f $(DESTDIR)/usr/lib/sysusers.d/keyway.conf $(SBIN)/keywayd $(BIN)/keyway $(COMPLETION)/keyway $(MODULES)/keyway.ko
	rm -f $(foreach p,$(PAGES),$(MAN)/man$(lastword $(subst ., ,$(p)))/$(notdir $(p))) $(addprefix $(UNITS)/,$(notdir $(SERVICES)))
	$(if $(DESTDIR),,command -v dkms >/dev/null && dkms remove keyway/$(VERSION) --all 2>/dev/null || true)
	rm -rf $(DKMS)
	$(if $(DESTDIR),,depmod -a $(KVER))
	@echo "uninstalled - /etc/keyway and /var/lib/keyway hold your keys and stay"

.PHONY: install install-programs install-module install-dkms uninstall
