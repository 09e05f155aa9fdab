// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The kernel's device and its peers. Owns no kernel object: they outlive this
 * process on purpose. The origin given with each peer tells a later daemon
 * whose word put it there. Called by node.c.
 */
#include "device.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libkwnl/rtnl.h"
#include "trustdb.h"

#define DEVICE_ORIGIN_VERSION 1

struct device {
	struct device_conf conf;
	char *name;
	struct kwnl_dev dev;
	bool adopted;
};

struct device_search {
	const char *name;
	struct kwnl_dev *dev;
	bool found;
};

static int device_match(void *arg, const struct kwnl_dev *dev)
{
	struct device_search *s = arg;

	if (!strcmp(dev->ifname, s->name)) {
		*s->dev = *dev;
		s->found = true;
	}
	return 0;
}

static int device_fail(struct device *d, const char *what, int err, struct failure *f)
{
	return failure_set(f, err == -EPERM ? FAILURE_PERMISSION : FAILURE_INTERNAL,
			   "%s %s - %s - see: ip link", d->conf.name, what,
			   kwnl_strerror(d->conf.kwnl));
}

static int device_find(struct device *d, struct failure *f)
{
	struct device_search s = { .name = d->conf.name, .dev = &d->dev };
	int err;

	err = kwnl_dump_dev(d->conf.kwnl, device_match, &s);
	if (err)
		return device_fail(d, "not looked up", err, f);
	d->adopted = s.found;
	return 0;
}

/* Sessions of another identity are of no use to us, nor to their peers. */
static int device_check_identity(struct device *d, struct failure *f)
{
	static const uint8_t none[KWNL_ADDR_SIZE];
	int err;

	if (!d->adopted || !memcmp(d->dev.address, none, sizeof(none)) ||
	    !memcmp(d->dev.address, d->conf.address.b, sizeof(none)))
		return 0;
	log_notice("%s belongs to another identity, making it anew", d->conf.name);
	err = kwnl_del_dev(d->conf.kwnl, d->dev.id);
	if (err)
		return device_fail(d, "not removed", err, f);
	d->adopted = false;
	return 0;
}

static int device_make(struct device *d, struct failure *f)
{
	struct kwnl_dev_set_req req = { .has_address = true };
	int err;

	if (!d->adopted) {
		err = kwnl_new_dev(d->conf.kwnl, d->conf.name, &d->dev);
		if (err)
			return device_fail(d, "not made", err, f);
	}
	req.dev = d->dev.id;
	memcpy(req.address, d->conf.address.b, sizeof(req.address));
	err = kwnl_set_dev(d->conf.kwnl, &req);
	if (err)
		return device_fail(d, "got no address", err, f);
	err = kwnl_get_dev(d->conf.kwnl, req.dev, &d->dev);
	return err ? device_fail(d, "not read back", err, f) : 0;
}

struct device *device_create(const struct device_conf *conf, struct failure *f)
{
	struct device *d = alloc_zero(sizeof(*d));

	d->conf = *conf;
	d->name = alloc_text(conf->name);
	d->conf.name = d->name; /* a reload frees the caller's */
	if (device_find(d, f) || device_check_identity(d, f))
		goto out_destroy;
	if (!device_make(d, f))
		return d;
	device_discard(d);
out_destroy:
	device_destroy(d);
	return NULL;
}

void device_destroy(struct device *d)
{
	free(d->name);
	free(d);
}

bool device_adopted(const struct device *d)
{
	return d->adopted;
}

const struct kwnl_dev *device_lookup(const struct device *d)
{
	return &d->dev;
}

int device_up(struct device *d, uint32_t mtu)
{
	int err;

	if (!d->dev.ifindex)
		return 0; /* it was moved: there it is the administrator's */
	err = kwnl_rtnl_set_link(d->conf.rtnl, d->dev.ifindex, true, mtu);
	if (err)
		log_error("%s not up - %s - see: ip link", d->conf.name,
			  kwnl_rtnl_strerror(d->conf.rtnl));
	return err;
}

int device_remove(struct device *d)
{
	int err = kwnl_del_dev(d->conf.kwnl, d->dev.id);

	if (err && err != -ENODEV) {
		log_error("%s not removed - %s - try: ip link del %s", d->conf.name,
			  kwnl_strerror(d->conf.kwnl), d->conf.name);
		return err;
	}
	return 0;
}

void device_discard(struct device *d)
{
	if (!d->adopted && d->dev.id)
		(void)!device_remove(d);
}

int device_set_peer(struct device *d, const struct kw_trust_entry *e)
{
	const uint8_t origin[] = { DEVICE_ORIGIN_VERSION, (uint8_t)e->origin };
	struct kwnl_prefix prefixes[KW_TRUST_PREFIXES];
	struct kwnl_peer_req req = {
		.dev = d->dev.id,
		.origin = origin,
		.origin_len = sizeof(origin),
		.has_prefixes = true,
		.prefixes = prefixes,
		.n_prefixes = e->prefixes,
		.has_transit = true,
		.transit = e->flags & KW_TRUST_TRANSIT,
		.has_keepalive = true,
		.keepalive = e->keepalive,
	};
	size_t i;
	int err;

	for (i = 0; i < e->prefixes; i++) {
		memcpy(prefixes[i].addr, e->prefix[i].addr.b, sizeof(prefixes[i].addr));
		prefixes[i].len = e->prefix[i].len;
	}
	memcpy(req.address, e->addr.b, sizeof(req.address));
	memcpy(req.fingerprint, e->fp.val.b, sizeof(req.fingerprint));
	err = kwnl_new_peer(d->conf.kwnl, &req);
	if (err == -EEXIST)
		err = kwnl_set_peer(d->conf.kwnl, &req);
	if (err)
		log_error("peer %s not given to the kernel - %s - see: keyway peer ls",
			  *e->name ? e->name : "(no name)", kwnl_strerror(d->conf.kwnl));
	return err;
}

int device_del_peer(struct device *d, const struct kw_addr *addr)
{
	int err = kwnl_del_peer(d->conf.kwnl, d->dev.id, addr->b);

	if (!err || err == -ENOENT)
		return 0;
	log_error("peer not taken from the kernel - %s - try: keyway peer del",
		  kwnl_strerror(d->conf.kwnl));
	return err;
}

struct device_walk {
	struct device *device;
	const struct trustdb *trust;
	int err; /* the last one's; the others go all the same */
};

static int device_purge_one(void *arg, const struct kwnl_peer *peer)
{
	struct device_walk *w = arg;
	const struct kw_trust_entry *e;
	struct kw_hash val;
	struct kw_addr addr;

	memcpy(val.b, peer->fingerprint, sizeof(val.b));
	memcpy(addr.b, peer->address, sizeof(addr.b));
	e = trustdb_lookup(w->trust, &val);
	if (!e || e->flags & KW_TRUST_DENY)
		w->err = device_del_peer(w->device, &addr) ?: w->err;
	return 0;
}

int device_purge(struct device *d, const struct trustdb *trust)
{
	struct device_walk w = { .device = d, .trust = trust };

	return kwnl_dump_peer(d->conf.kwnl, d->dev.id, device_purge_one, &w) ?: w.err;
}

static void device_give_one(void *arg, const struct kw_trust_entry *e)
{
	struct device_walk *w = arg;

	if (!(e->flags & KW_TRUST_DENY))
		w->err = device_set_peer(w->device, e) ?: w->err;
}

int device_heal(struct device *d, const struct trustdb *trust)
{
	struct device_walk w = { .device = d, .trust = trust };

	w.err = device_purge(d, trust);
	trustdb_each(trust, device_give_one, &w);
	return w.err;
}
