// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * One device of this daemon. Owns all its parts:
 *   config → kernel → self → trust → device → paths → connect → channels → peers
 * each started by one step below and stopped by its mirror, in reverse. What
 * parts tell each other goes through here: trust changes to kernel, engines
 * and routes; events of the kernel to connect.c.
 */
#include "node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "connect.h"
#include "device.h"
#include "failure.h"
#include "kernel.h"
#include "libdaemon/alloc.h"
#include "libdaemon/json.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "pathmgr.h"
#include "router.h"
#include "self.h"
#include "statickey.h"
#include "trustdb.h"
#include "trustlist.h"

#define NODE_TICK (30 * LOOP_SECOND)
#define NODE_AGAIN LOOP_SECOND /* a table kept changing while it was read */

struct node {
	/* identity */
	struct node_conf conf;
	char *file;
	/* set */
	struct config *config;
	/* parts, in the order of the steps */
	struct kernel kernel;
	struct self *self;
	struct trustlist *trustlist;
	struct trustdb *trust;
	struct device *device;
	struct router *router;
	struct pathmgr *pathmgr;
	struct connect *connect;
	struct channel *channel;
	struct loop_timer *routes; /* armed: trust changed, or the kernel lost some */
	struct loop_timer *tick;
	/* state */
	unsigned int done; /* steps that were started */
	bool unclean;	   /* the kernel's peers may not be those we trust */
	bool down;	   /* somebody took our link down, and routes with it */
	bool bare;	   /* the kernel refused addresses or routes */
};

static int node_start_config(struct node *n, struct failure *f)
{
	n->config = config_read(n->file, f);
	return n->config ? 0 : -EINVAL;
}

static void node_stop_config(struct node *n)
{
	config_destroy(n->config);
}

static const char *node_dir(const struct node *n)
{
	return n->conf.options->state ? n->conf.options->state : n->config->state;
}

static int node_start_kernel(struct node *n, struct failure *f)
{
	return kernel_create(&n->kernel, f);
}

static void node_stop_kernel(struct node *n)
{
	kernel_destroy(&n->kernel);
}

static void node_renewed(void *arg)
{
	struct node *n = arg;

	if (n->connect)
		connect_renewed(n->connect);
}

static int node_start_self(struct node *n, struct failure *f)
{
	const struct node_options *o = n->conf.options;
	struct self_conf conf = {
		.loop = n->conf.loop,
		.dir = node_dir(n),
		.identity = n->config->identity,
		.domain = n->config->domain,
		.clock_offset = o->clock_offset,
		.clock_state = o->clock_state,
		.renewed = node_renewed,
		.arg = n,
	};

	n->self = self_create(&conf, f);
	return n->self ? 0 : -EINVAL;
}

static void node_stop_self(struct node *n)
{
	self_destroy(n->self);
}

static void node_apply_trust(struct node *n)
{
	struct kw_time now = clock_counted(n->self->clock);

	trustlist_apply(n->trustlist, n->config, &n->self->identity.val, &now, n->trust);
}

static void node_trust_edited(void *arg)
{
	struct node *n = arg;
	struct failure f;

	if (trustlist_load(n->trustlist, &f))
		log_error("%s", f.text);
	else
		node_apply_trust(n);
}

static int node_start_trust(struct node *n, struct failure *f)
{
	n->trustlist = trustlist_create(n->conf.loop, node_dir(n), node_trust_edited, n);
	if (trustlist_load(n->trustlist, f)) {
		trustlist_destroy(n->trustlist);
		return -EINVAL;
	}
	n->trust = trustdb_create();
	return 0;
}

static void node_stop_trust(struct node *n)
{
	trustdb_destroy(n->trust);
	trustlist_destroy(n->trustlist);
}

static uint32_t node_dev(const struct node *n)
{
	return device_lookup(n->device)->id;
}

static int node_dress(struct node *n, struct failure *f)
{
	if (!device_up(n->device, n->config->mtu) &&
	    !router_set_addresses(n->router, n->config->address, n->config->addresses))
		return 0;
	return failure_set(f, FAILURE_INTERNAL, "%s not configured - %s - see: ip addr",
			   n->config->name, kwnl_rtnl_strerror(n->kernel.rtnl));
}

/* Without a device this is a boot, and our state may be an old backup's. */
static int node_freshen(struct node *n, struct failure *f)
{
	if (device_adopted(n->device) || !statickey_renew_loaded(n->self->statickey))
		return 0;
	return failure_set(f, FAILURE_INTERNAL, "static key not renewed - %s/state can't be written - mend the file system",
			   node_dir(n));
}

static int node_start_device(struct node *n, struct failure *f)
{
	struct device_conf conf = { .kwnl = n->kernel.kwnl,
				    .rtnl = n->kernel.rtnl,
				    .name = n->config->name,
				    .address = n->self->identity.addr };
	struct router_conf router = { .rtnl = n->kernel.rtnl, .address = n->self->identity.addr };

	n->device = device_create(&conf, f);
	if (!n->device)
		return -EINVAL;
	router.ifindex = device_lookup(n->device)->ifindex;
	n->router = router_create(&router);
	if (!node_dress(n, f) && !node_freshen(n, f))
		return 0;
	device_discard(n->device);
	router_destroy(n->router);
	device_destroy(n->device);
	return -EINVAL;
}

static void node_stop_device(struct node *n)
{
	router_destroy(n->router);
	device_destroy(n->device);
}

static void node_candidates(void *arg, const struct kw_addr *peer)
{
	struct node *n = arg;

	if (n->connect)
		connect_candidates(n->connect, peer);
}

/* With a link that goes down go its routes and IPv6 addresses. */
static void node_overlay(void *arg, uint32_t ifindex, bool up)
{
	struct node *n = arg;

	if (ifindex != device_lookup(n->device)->ifindex)
		return;
	if (up && n->down)
		loop_timer_set(n->routes, 0);
	n->down = !up;
}

static int node_start_paths(struct node *n, struct failure *f)
{
	struct pathmgr_conf conf = {
		.loop = n->conf.loop,
		.kwnl = n->kernel.kwnl,
		.rtnl = n->kernel.rtnl,
		.state = n->self->state,
		.dev = node_dev(n),
		.port = (uint16_t)n->config->port,
		.uplink = n->config->uplink,
		.uplinks = n->config->uplinks,
		.candidates = node_candidates,
		.moved = node_renewed,
		.overlay = node_overlay,
		.arg = n,
	};

	n->pathmgr = pathmgr_create(&conf);
	if (!pathmgr_start(n->pathmgr))
		return 0;
	(void)failure_set(f, FAILURE_INTERNAL,
			  "%s has no sockets - %s - is the port in use? see: ss -lun",
			  n->config->name, kwnl_strerror(n->kernel.kwnl));
	pathmgr_destroy(n->pathmgr);
	return -EINVAL;
}

static void node_stop_paths(struct node *n)
{
	pathmgr_destroy(n->pathmgr);
}

static int node_start_connect(struct node *n, struct failure *f)
{
	const struct kwnl_dev *dev = device_lookup(n->device);
	struct connect_conf conf = {
		.loop = n->conf.loop,
		.kwnl = n->kernel.kwnl,
		.dev = dev->id,
		.clock = n->self->clock,
		.state = n->self->state,
		.statickey = n->self->statickey,
		.trust = n->trust,
		.pathmgr = n->pathmgr,
		.identity = &n->self->identity,
		.secrets = n->self->secret,
		.n_secrets = n->self->secrets,
		.chacha_ns = dev->chacha_ns,
		.gcm_ns = dev->gcm_ns,
		.quiet = n->config->quiet,
		.under_load = n->conf.options->under_load,
		.rekey_after = n->conf.options->rekey_after,
		.arg = n,
	};

	if (!connect_create(&n->connect, &conf))
		return 0;
	n->connect = NULL;
	return failure_set(f, FAILURE_INTERNAL, "handshakes not started - %s - see: dmesg",
			   kwnl_strerror(n->kernel.kwnl));
}

static void node_stop_connect(struct node *n)
{
	connect_destroy(n->connect);
	n->connect = NULL;
}

static void node_gone(void *arg)
{
	struct node *n = arg;

	log_notice("%s is gone from the kernel", n->config->name);
	n->conf.gone(n->conf.arg, n);
}

/* By hand, say; what we trust, the kernel is to have. */
static void node_peer_gone(void *arg)
{
	struct node *n = arg;

	if (n->unclean)
		return;
	log_notice("a trusted peer was removed from the kernel, putting it back - to end trust run: keyway trust del");
	n->unclean = true;
	loop_timer_set(n->tick, NODE_AGAIN);
}

static int node_start_channels(struct node *n, struct failure *f)
{
	struct channel_conf conf = {
		.loop = n->conf.loop,
		.kwnl = n->kernel.kwnl,
		.dev = node_dev(n),
		.name = n->config->name,
		.connect = n->connect,
		.pathmgr = n->pathmgr,
		.trust = n->trust,
		.gone = node_gone,
		.peer_gone = node_peer_gone,
		.arg = n,
	};

	n->channel = channel_create(&conf, f);
	return n->channel ? 0 : -EINVAL;
}

static void node_stop_channels(struct node *n)
{
	channel_destroy(n->channel);
}

static void node_peer_up(struct node *n, const struct kw_trust_entry *e)
{
	int err;

	n->unclean |= !!device_set_peer(n->device, e);
	err = connect_add(n->connect, &e->fp.val);
	if (err && err != -EEXIST)
		log_error("%s not connected - %s", *e->name ? e->name : "a peer", strerror(-err));
	pathmgr_set_endpoint(n->pathmgr, &e->addr, e->endpoint);
	connect_set_kept(n->connect, &e->fp.val, e->keepalive);
}

static void node_trust_changed(void *arg, enum trustdb_change change,
			       const struct kw_trust_entry *e)
{
	struct node *n = arg;

	if (change == TRUSTDB_REMOVED) {
		connect_del(n->connect, &e->fp.val);
		n->unclean |= !!device_del_peer(n->device, &e->addr);
		pathmgr_del_peer(n->pathmgr, &e->addr);
	} else {
		node_peer_up(n, e);
	}
	if (!loop_timer_armed(n->routes))
		loop_timer_set(n->routes, 0);
}

static void node_routes_due(void *arg)
{
	struct node *n = arg;
	int err;

	if (n->down)
		return; /* they come when it does */
	err = router_add_addresses(n->router, n->config->address, n->config->addresses);
	if (!err)
		err = router_set_routes(n->router, n->trust);
	n->bare = err;
	if (err == -EAGAIN)
		loop_timer_set(n->routes, NODE_AGAIN);
}

static void node_ticked(void *arg)
{
	struct node *n = arg;
	int err = 0;

	node_apply_trust(n); /* entries expire */
	if (n->unclean)
		err = device_heal(n->device, n->trust);
	n->unclean = err;
	loop_timer_set(n->tick, err == -EAGAIN ? NODE_AGAIN : NODE_TICK);
	/* a hand or another daemon may have removed some; what was refused waits for a change */
	if (!n->bare)
		loop_timer_set(n->routes, 0);
}

/* Now trust is known: who isn't in it loses what an earlier daemon gave. */
static int node_sync(struct node *n)
{
	int purged = device_purge(n->device, n->trust), routed;

	if (purged && purged != -EAGAIN)
		return purged;
	routed = router_set_routes(n->router, n->trust);
	if (routed && routed != -EAGAIN)
		return routed;
	n->unclean |= !!purged;
	loop_timer_set(n->tick, purged ? NODE_AGAIN : NODE_TICK);
	if (routed)
		loop_timer_set(n->routes, NODE_AGAIN);
	return 0;
}

static void node_stop_peers(struct node *n)
{
	trustdb_watch(n->trust, NULL, NULL);
	loop_timer_destroy(n->routes);
	loop_timer_destroy(n->tick);
}

static int node_start_peers(struct node *n, struct failure *f)
{
	n->routes = loop_timer_create(n->conf.loop, node_routes_due, n);
	n->tick = loop_timer_create(n->conf.loop, node_ticked, n);
	trustdb_watch(n->trust, node_trust_changed, n);
	node_apply_trust(n);
	if (!node_sync(n)) {
		channel_adopt(n->channel);
		return 0;
	}
	node_stop_peers(n);
	return failure_set(f, FAILURE_INTERNAL,
			   "%s not configured - the kernel refused peers or routes - see the log",
			   n->config->name);
}

int node_reload(struct node *n, struct failure *f)
{
	struct config *old = n->config, *fresh = config_read_again(old, n->file, f);
	struct kw_trust trust;
	struct failure again;

	if (!fresh)
		return -EINVAL;
	if (trustlist_read(n->trustlist, &trust, f))
		goto out_fresh;
	n->config = fresh;
	if (node_dress(n, f))
		goto out_dress;
	trustlist_take(n->trustlist, &trust);
	node_apply_trust(n);
	config_destroy(old);
	return 0;
out_dress:
	n->config = old;
	(void)!node_dress(n, &again);
	free(trust.entry);
out_fresh:
	config_destroy(fresh);
	return -EINVAL;
}

int node_remove(struct node *n, struct failure *f)
{
	if (!device_remove(n->device))
		return 0;
	return failure_set(f, FAILURE_INTERNAL, "%s not removed - %s - try: ip link del %s",
			   n->config->name, kwnl_strerror(n->kernel.kwnl), n->config->name);
}

const char *node_name(const struct node *n)
{
	return n->config->name;
}

const char *node_file(const struct node *n)
{
	return n->file;
}

bool node_synchronised(const struct node *n)
{
	return clock_synchronised(n->self->clock);
}

struct node_walk {
	const struct node *node;
	json_t *peers;
};

static void node_status_peer(void *arg, const struct kw_trust_entry *e)
{
	struct node_walk *w = arg;
	struct connect_view v = { .error = "" };

	if (e->flags & KW_TRUST_DENY)
		return;
	connect_read(w->node->connect, &e->addr, &v);
	json_array_append_new(w->peers,
			      json_pack("{so ss so ss ss ss}", "fingerprint",
					json_fingerprint(&e->fp), "name", e->name, "address",
					json_address(&e->addr), "step", connect_step_name(v.step),
					"endpoint", e->endpoint, "why", v.error ? v.error : ""));
}

json_t *node_absent(const struct node *n)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < n->config->uplinks; i++) {
		if (pathmgr_absent(n->pathmgr, i))
			json_array_append_new(names, json_string(n->config->uplink[i]));
	}
	return names;
}

json_t *node_status(const struct node *n)
{
	struct node_walk w = { .node = n, .peers = json_array() };
	struct kw_fingerprint own = { .val = n->self->identity.val };

	memcpy(own.authority, n->config->authority, sizeof(own.authority));
	trustdb_each(n->trust, node_status_peer, &w);
	return json_pack("{ss si so so si ss so so}", "name", n->config->name, "dev", (int)node_dev(n),
			 "fingerprint", json_fingerprint(&own), "address",
			 json_address(&n->self->identity.addr), "port", (int)pathmgr_port(n->pathmgr),
			 "file", n->file, "absent", node_absent(n), "peers", w.peers);
}

json_t *node_trust(const struct node *n)
{
	return trustlist_json(n->trustlist, &n->config->trust);
}

int node_trust_add(struct node *n, const struct kw_trust_entry *e, struct failure *f)
{
	int err = trustlist_add(n->trustlist, e, &n->config->trust, f);

	if (!err)
		node_apply_trust(n);
	return err;
}

int node_trust_del(struct node *n, const char *who, struct kw_fingerprint *fp, struct failure *f)
{
	int err = trustlist_del(n->trustlist, who, &n->config->trust, fp, f);

	if (!err)
		node_apply_trust(n);
	return err;
}

static const struct {
	int (*start)(struct node *n, struct failure *f);
	void (*stop)(struct node *n);
} node_steps[] = {
	{ node_start_config, node_stop_config },
	{ node_start_kernel, node_stop_kernel },
	{ node_start_self, node_stop_self },
	{ node_start_trust, node_stop_trust },
	{ node_start_device, node_stop_device },
	{ node_start_paths, node_stop_paths },
	{ node_start_connect, node_stop_connect },
	{ node_start_channels, node_stop_channels },
	{ node_start_peers, node_stop_peers },
};

#define NODE_STEPS (sizeof(node_steps) / sizeof(*node_steps))
#define NODE_STEP_DEVICE 4

struct node *node_create(const struct node_conf *conf, struct failure *f)
{
	struct node *n = alloc_zero(sizeof(*n));

	n->conf = *conf;
	n->file = alloc_text(conf->file);
	for (; n->done < NODE_STEPS; n->done++) {
		if (node_steps[n->done].start(n, f))
			goto out_undo;
	}
	log_info("%s is up on port %u%s", n->config->name, pathmgr_port(n->pathmgr),
		 device_adopted(n->device) ? ", adopted" : "");
	return n;
out_undo:
	/* a device that was there before us goes on without us */
	if (n->done > NODE_STEP_DEVICE)
		device_discard(n->device);
	node_destroy(n);
	return NULL;
}

void node_destroy(struct node *n)
{
	while (n->done)
		node_steps[--n->done].stop(n);
	free(n->file);
	free(n);
}
