// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The trust file. Owns its last good entries and an inotify descriptor on its
 * directory (the file itself is replaced by rename, by us and by editors).
 * Called by node.c.
 */
#include "trustlist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "config.h"
#include "failure.h"
#include "libdaemon/alloc.h"
#include "libdaemon/file.h"
#include "libdaemon/json.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/trustfile.h"
#include "trustdb.h"

#define TRUSTLIST_MAX (16u << 20) /* bytes */
#define TRUSTLIST_SETTLE (100 * LOOP_MS)

struct trustlist {
	/* identity */
	char *path;
	int watch;
	struct loop_fd *fd;
	struct loop_timer *settle;
	void (*changed)(void *arg);
	void *arg;
	/* state */
	struct kw_trust trust;
};

static int trustlist_text(const struct trustlist *l, char **text, size_t *size, struct failure *f)
{
	int err = file_read(l->path, TRUSTLIST_MAX, FILE_READABLE, text, size);

	if (err == -ENOENT) {
		*text = alloc_zero(1);
		*size = 0;
		return 0;
	}
	if (err == -EPERM)
		return failure_set(f, FAILURE_PERMISSION,
				   "%s: trust file refused - others may write it - run: chmod go-w %s",
				   l->path, l->path);
	if (err)
		return failure_set(f, FAILURE_CONFIG, "%s:1:1: trust file not read - %s - check the file",
				   l->path, strerror(-err));
	return 0;
}

/* No more entries than "[" can open. */
static size_t trustlist_room(const char *text, size_t size)
{
	size_t i, n = 1;

	for (i = 0; i < size; i++)
		n += text[i] == '[';
	return n;
}

static int trustlist_parse(const struct trustlist *l, struct kw_slice text,
			   struct kw_trust *fresh, struct failure *f)
{
	size_t max = trustlist_room((const char *)text.p, text.n);
	struct kw_trust_error why = { 0 };

	kw_trust_create(fresh, alloc_zero(max * sizeof(*fresh->entry)), max);
	if (!kw_trustfile_parse(fresh, text, &why))
		return 0;
	free(fresh->entry);
	return failure_set(f, FAILURE_CONFIG, "%s:%u:1: %s", l->path, why.line, why.text);
}

void trustlist_take(struct trustlist *l, const struct kw_trust *fresh)
{
	free(l->trust.entry);
	l->trust = *fresh;
}

int trustlist_read(const struct trustlist *l, struct kw_trust *fresh, struct failure *f)
{
	size_t size;
	char *text;
	int err;

	err = trustlist_text(l, &text, &size, f);
	if (err)
		return err;
	err = trustlist_parse(l, KW_BYTES(text, size), fresh, f);
	free(text);
	return err;
}

int trustlist_load(struct trustlist *l, struct failure *f)
{
	struct kw_trust fresh;
	int err = trustlist_read(l, &fresh, f);

	if (!err)
		trustlist_take(l, &fresh);
	return err;
}

/* --- merging ----------------------------------------------------------------- */

static void trustlist_merge(struct kw_trust *t, const struct kw_trust_entry *e)
{
	const struct kw_trust_entry *have;
	int err;

	err = kw_trust_add(t, e);
	if (err == -EADDRINUSE)
		log_error("%s not trusted - its key address is another peer's - one of the two is forged",
			  *e->name ? e->name : "a peer");
	if (err != -EEXIST || !(e->flags & KW_TRUST_DENY))
		return;
	have = kw_trust_lookup(t, &e->fp.val);
	t->entry[have - t->entry].flags |= KW_TRUST_DENY;
}

static void trustlist_judge(struct kw_trust_entry *e, const struct config *config,
			    const struct kw_time *now)
{
	if (!kw_trust_says(e, "PersistentKeepalive"))
		e->keepalive = (uint16_t)config->keepalive;
	if (kw_trust_check(e, now) == -EKEYEXPIRED)
		e->flags |= KW_TRUST_DENY;
}

void trustlist_apply(const struct trustlist *l, const struct config *config,
		     const struct kw_hash *own, const struct kw_time *now, struct trustdb *db)
{
	const struct kw_trust *from[] = { &config->trust, &l->trust };
	size_t max = config->trust.n + l->trust.n, i, j;
	struct kw_trust merged;

	kw_trust_create(&merged, alloc_zero((max + 1) * sizeof(*merged.entry)), max);
	for (i = 0; i < 2; i++) {
		for (j = 0; j < from[i]->n; j++)
			trustlist_merge(&merged, &from[i]->entry[j]);
	}
	for (i = 0; i < merged.n; i++)
		trustlist_judge(&merged.entry[i], config, now);
	/* one list for all nodes names each of them */
	(void)!kw_trust_del(&merged, own);
	trustdb_set(db, &merged);
	free(merged.entry);
}

/* --- editing ----------------------------------------------------------------- */

/* What is written is what was parsed: an editor's mistake elsewhere stops it. */
static int trustlist_store(struct trustlist *l, struct kw_slice text, struct failure *f)
{
	struct kw_trust fresh;
	int err;

	err = trustlist_parse(l, text, &fresh, f);
	if (err)
		return err;
	err = file_write(l->path, 0644, text.p, text.n);
	if (err) {
		free(fresh.entry);
		return failure_set(f, FAILURE_INTERNAL, "%s: trust file not written - %s - check the file",
				   l->path, strerror(-err));
	}
	trustlist_take(l, &fresh);
	return 0;
}

/* By length: a file torn by a power cut may hold zeros, which parsing refuses. */
static size_t trustlist_append(char *out, size_t at, const char *text, size_t size)
{
	memcpy(out + at, text, size);
	return at + size;
}

/* Puts section where val's was, or at the end; "" cuts. */
static int trustlist_splice(struct trustlist *l, const struct kw_hash *val, const char *section,
			    struct failure *f)
{
	struct kw_slice cut = { NULL, 0 };
	size_t size, head, n;
	char *text, *next;
	int err;

	err = trustlist_text(l, &text, &size, f);
	if (err)
		return err;
	head = size;
	if (!kw_trustfile_find(KW_BYTES(text, size), val, &cut))
		head = (size_t)((const char *)cut.p - text);
	next = alloc_zero(size + strlen(section) + 1);
	n = trustlist_append(next, 0, text, head);
	if (head && text[head - 1] != '\n')
		n = trustlist_append(next, n, "\n", 1);
	n = trustlist_append(next, n, section, strlen(section));
	n = trustlist_append(next, n, text + head + cut.n, size - head - cut.n);
	err = trustlist_store(l, KW_BYTES(next, n), f);
	free(next);
	free(text);
	return err;
}

int trustlist_add(struct trustlist *l, const struct kw_trust_entry *e,
		  const struct kw_trust *config, struct failure *f)
{
	char section[KW_TRUSTFILE_ENTRY];

	/* all but a deny would be written and change nothing */
	if (!(e->flags & KW_TRUST_DENY) && kw_trust_lookup(config, &e->fp.val))
		return failure_set(f, FAILURE_DENIED,
				   "entry refused - its node is in the configuration file, which wins - change it there, then: keyway reload");
	if (kw_trustfile_format(e, section, sizeof(section)) < 0)
		return failure_set(f, FAILURE_USAGE, "entry refused - it is too long - shorten it");
	return trustlist_splice(l, &e->fp.val, section, f);
}

static const struct kw_trust_entry *trustlist_find(const struct kw_trust *t, const char *who)
{
	struct kw_fingerprint fp;
	size_t i;

	if (!kw_fingerprint_parse(who, &fp))
		return kw_trust_lookup(t, &fp.val);
	for (i = 0; i < t->n; i++) {
		if (*who && !strcmp(t->entry[i].name, who))
			return &t->entry[i];
	}
	return NULL;
}

int trustlist_del(struct trustlist *l, const char *who, const struct kw_trust *config,
		  struct kw_fingerprint *fp, struct failure *f)
{
	const struct kw_trust_entry *e = trustlist_find(&l->trust, who);

	if (!e && trustlist_find(config, who))
		return failure_set(f, FAILURE_DENIED,
				   "%.80s kept - it is in the configuration file - remove it there, then: keyway reload",
				   who);
	if (!e)
		return failure_set(f, FAILURE_NOT_FOUND,
				   "%.80s not found - no entry has this fingerprint or name - see: keyway trust ls",
				   who);
	*fp = e->fp;
	return trustlist_splice(l, &fp->val, "", f);
}

json_t *trustlist_json(const struct trustlist *l, const struct kw_trust *config)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < config->n; i++)
		json_array_append_new(all, json_trust_entry(&config->entry[i], "config"));
	for (i = 0; i < l->trust.n; i++)
		json_array_append_new(all, json_trust_entry(&l->trust.entry[i], "trust"));
	return all;
}

/* --- watching ---------------------------------------------------------------- */

static void trustlist_settled(void *arg)
{
	struct trustlist *l = arg;

	l->changed(l->arg);
}

static void trustlist_readable(unsigned int ready, void *arg)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	const char *name = strrchr(((struct trustlist *)arg)->path, '/') + 1;
	struct trustlist *l = arg;
	const struct inotify_event *e;
	ssize_t n, at;

	(void)ready;
	n = read(l->watch, buf, sizeof(buf));
	for (at = 0; at < n; at += (ssize_t)(sizeof(*e) + e->len)) {
		e = (const void *)(buf + at);
		if (e->len && !strcmp(e->name, name) && !loop_timer_armed(l->settle))
			loop_timer_set(l->settle, TRUSTLIST_SETTLE);
	}
}

static void trustlist_watch(struct trustlist *l, struct loop *loop, const char *dir)
{
	l->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (l->watch < 0 ||
	    inotify_add_watch(l->watch, dir, IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE) < 0) {
		log_warning("%s not watched - %s - after editing run: keyway reload", l->path,
			    strerror(errno));
		return;
	}
	l->fd = loop_fd_create(loop, l->watch, trustlist_readable, l);
}

struct trustlist *trustlist_create(struct loop *loop, const char *dir, void (*changed)(void *arg),
				   void *arg)
{
	struct trustlist *l = alloc_zero(sizeof(*l));

	l->path = alloc_format("%s/trust", dir);
	l->changed = changed;
	l->arg = arg;
	l->settle = loop_timer_create(loop, trustlist_settled, l);
	trustlist_watch(l, loop, dir);
	return l;
}

void trustlist_destroy(struct trustlist *l)
{
	loop_fd_destroy(l->fd);
	if (l->watch >= 0)
		close(l->watch);
	loop_timer_destroy(l->settle);
	free(l->trust.entry);
	free(l->path);
	free(l);
}
