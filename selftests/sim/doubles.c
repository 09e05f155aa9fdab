// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Stand-ins for what does I/O or starts threads: worker.h without threads,
 * whose results come after a delay of the world's choice; file.h over a
 * string per node; trustdb.h; the part of pathmgr.h that connect.c calls, over
 * a node's table of endpoints.
 */
/* cflags: -Wl,--wrap=mkdir */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doubles.h"
#include "keycache.h"
#include "libdaemon/file.h"
#include "node.h"
#include "worker.h"

struct worker_item {
	struct worker *worker;
	struct worker_item *next;
	struct loop_timer *timer;
	struct job job;
};

struct worker {
	struct worker_conf conf;
	struct job_env env;
	struct worker_item *first;
	unsigned int strangers;
};

struct worker *worker_create(const struct worker_conf *conf)
{
	struct worker *w = calloc(1, sizeof(*w));

	w->conf = *conf;
	w->env.cache = keycache_create();
	w->env.trust = conf->trust;
	return w;
}

static void worker_unlink(struct worker_item *item)
{
	struct worker_item **at;

	for (at = &item->worker->first; *at != item; at = &(*at)->next)
		;
	*at = item->next;
}

static void worker_return(struct worker_item *item)
{
	struct worker *w = item->worker;

	worker_unlink(item);
	if (item->job.kind == JOB_INIT_READ)
		w->strangers--;
	w->conf.done(w->conf.arg, &item->job);
	job_destroy(&item->job);
	loop_timer_destroy(item->timer);
	free(item);
}

static void worker_fired(void *arg)
{
	struct worker_item *item = arg;

	job_run(&item->worker->env, &item->job);
	worker_return(item);
}

int worker_submit(struct worker *w, const struct job *j)
{
	struct worker_item *item;

	if (j->kind == JOB_INIT_READ && w->strangers >= WORKER_STRANGERS)
		return -EAGAIN;
	item = calloc(1, sizeof(*item));
	item->worker = w;
	item->job = *j;
	item->timer = loop_timer_create(w->conf.loop, worker_fired, item);
	item->next = w->first;
	w->first = item;
	w->strangers += j->kind == JOB_INIT_READ;
	loop_timer_set(item->timer, world->worker_delay ? world_random() % world->worker_delay : 0);
	return 0;
}

void worker_destroy(struct worker *w)
{
	while (w->first) {
		w->first->job.err = -ECANCELED;
		worker_return(w->first);
	}
	keycache_destroy(w->env.cache);
	free(w);
}

bool worker_busy(const struct worker *w)
{
	return w->strangers > WORKER_STRANGERS / 8;
}

void worker_forget(struct worker *w)
{
	keycache_forget_ss(w->env.cache);
}

/* --- files: a node has one, its state, and nothing is written while it crashes --- */

int __wrap_mkdir(const char *path, mode_t mode);

int __wrap_mkdir(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	return 0;
}

static struct node *file_owner(const char *path)
{
	return world->node[path[1] - 'A'];
}

int file_read(const char *path, size_t max, enum file_guard guard, char **text, size_t *size)
{
	struct node *n = file_owner(path);

	(void)guard;
	if (!n->disk)
		return -ENOENT;
	*size = strlen(n->disk);
	if (*size > max)
		return -EFBIG;
	*text = strdup(n->disk);
	return 0;
}

int file_write(const char *path, mode_t mode, const void *data, size_t size)
{
	struct node *n = file_owner(path);

	(void)mode;
	if (n->crashes)
		return 0;
	free(n->disk);
	n->disk = strndup(data, size);
	return 0;
}

/* --- trust: one thread, so no RCU, whose grace periods take real time ------ */

struct trustdb {
	struct kw_trust_entry entry[WORLD_NODES];
	size_t n;
};

struct trustdb *trustdb_create(void)
{
	return calloc(1, sizeof(struct trustdb));
}

void trustdb_destroy(struct trustdb *t)
{
	free(t);
}

void trustdb_set(struct trustdb *t, const struct kw_trust *store)
{
	for (t->n = 0; t->n < store->n && t->n < WORLD_NODES; t->n++)
		t->entry[t->n] = store->entry[t->n];
}

const struct kw_trust_entry *trustdb_lookup_addr(const struct trustdb *t, const struct kw_addr *addr)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!memcmp(&t->entry[i].addr, addr, sizeof(*addr)))
			return &t->entry[i];
	return NULL;
}

const char *trustdb_name(const struct trustdb *t, const struct kw_addr *addr)
{
	(void)t;
	(void)addr;
	return "a peer";
}

void trustdb_each(const struct trustdb *t, void (*fn)(void *arg, const struct kw_trust_entry *e),
		  void *arg)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		fn(arg, &t->entry[i]);
}

int trustdb_check(const struct trustdb *t, const struct kw_hash *val, const struct kw_time *now,
		  struct trustdb_entry *out)
{
	size_t i;

	(void)now;
	for (i = 0; i < t->n; i++) {
		if (memcmp(&t->entry[i].fp.val, val, sizeof(*val)))
			continue;
		*out = (struct trustdb_entry){ .val = *val, .addr = t->entry[i].addr };
		return 0;
	}
	return -ENOENT;
}

/* --- path manager --------------------------------------------------------- */

struct pathmgr_row {
	struct kw_addr peer;
	struct pathmgr_candidate configured, seen; /* port 0: none */
};

struct pathmgr {
	struct pathmgr_row row[WORLD_NODES];
	unsigned int rows;
};

struct pathmgr *doubles_pathmgr_create(void)
{
	return calloc(1, sizeof(struct pathmgr));
}

void pathmgr_destroy(struct pathmgr *p)
{
	free(p);
}

static struct pathmgr_row *pathmgr_row(struct pathmgr *p, const struct kw_addr *peer)
{
	unsigned int i;

	for (i = 0; i < p->rows; i++)
		if (!memcmp(&p->row[i].peer, peer, sizeof(*peer)))
			return &p->row[i];
	p->row[p->rows].peer = *peer;
	return &p->row[p->rows++];
}

void doubles_pathmgr_set(struct pathmgr *p, const struct kw_addr *peer,
			 const struct kwnl_endpoint *at)
{
	pathmgr_row(p, peer)->configured.remote = *at;
}

void pathmgr_set_seen(struct pathmgr *p, const struct kw_addr *peer, uint32_t socket,
		      const struct kwnl_endpoint *remote)
{
	struct pathmgr_row *r = pathmgr_row(p, peer);

	r->seen.socket = socket;
	r->seen.remote = *remote;
}

size_t pathmgr_candidates(const struct pathmgr *p, const struct kw_addr *peer,
			  struct pathmgr_candidate *out, size_t max)
{
	struct pathmgr_row *r = pathmgr_row((struct pathmgr *)p, peer);
	size_t n = 0;

	if (r->configured.remote.port && n < max)
		out[n++] = r->configured;
	if (r->seen.remote.port && n < max &&
	    memcmp(&r->seen.remote, &r->configured.remote, sizeof(r->seen.remote)))
		out[n++] = r->seen;
	return n;
}

void pathmgr_set_record(struct pathmgr *p, const struct kw_addr *peer, const struct kw_source *at,
			size_t n)
{
	(void)p;
	(void)peer;
	(void)at;
	(void)n;
}

void pathmgr_widen(struct pathmgr *p, const struct kw_addr *peer)
{
	(void)p;
	(void)peer;
}

void pathmgr_peer_up(struct pathmgr *p, const struct kw_addr *peer)
{
	(void)p;
	(void)peer;
}

size_t pathmgr_own(const struct pathmgr *p, struct kw_source *out, size_t max)
{
	(void)p;
	(void)out;
	(void)max;
	return 0;
}
