// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What keywayd remembers across restarts. Owns the remembered things and the
 * file DIR/state, which is in the syntax of configuration files. Texts that
 * hold keys are wiped. Called by main's init list and by the engines.
 */
#include "state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "libdaemon/alloc.h"
#include "libdaemon/conf.h"
#include "libdaemon/file.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/base64.h"

#define STATE_FILE_MAX (64u << 20)
#define STATE_DELAY (2 * LOOP_SECOND)
#define STATE_TEXT_HEAD 1024 /* bytes at most, of each kind of section */
#define STATE_TEXT_STATIC 512
#define STATE_TEXT_PEER 320

struct state_slot {
	struct state_peer peer;
	uint64_t used; /* value of tick at its last use by set */
};

struct state {
	/* identity */
	char *path; /* NULL: memory only */
	struct loop *loop;
	struct loop_timer *timer;
	/* state */
	struct state_self self;
	struct state_static statics[STATE_STATICS];
	size_t n_statics;
	struct state_slot *slots; /* sorted by VAL */
	size_t n_slots, max_slots;
	uint64_t tick;
	bool dirty;
	/* while parsing: the section that is being filled */
	struct state_static reading_static;
	struct state_peer reading_peer;
};

/* Index of val, or where it belongs. */
static size_t state_find(const struct state *s, const struct kw_hash *val, bool *found)
{
	size_t low = 0, high = s->n_slots, mid;
	int order;

	while (low < high) {
		mid = (low + high) / 2;
		order = memcmp(s->slots[mid].peer.val.b, val->b, sizeof(val->b));
		if (!order) {
			*found = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*found = false;
	return low;
}

static void state_remove(struct state *s, size_t at)
{
	memmove(s->slots + at, s->slots + at + 1, (s->n_slots - at - 1) * sizeof(*s->slots));
	s->n_slots--;
}

static void state_make_room(struct state *s)
{
	size_t i, oldest = 0;

	if (s->n_slots < STATE_PEERS_MAX)
		return;
	for (i = 1; i < s->n_slots; i++) {
		if (s->slots[i].used < s->slots[oldest].used)
			oldest = i;
	}
	state_remove(s, oldest);
}

static void state_put(struct state *s, const struct state_peer *peer)
{
	size_t at;
	bool found;

	at = state_find(s, &peer->val, &found);
	if (!found) {
		state_make_room(s);
		at = state_find(s, &peer->val, &found);
		if (s->n_slots == s->max_slots) {
			s->max_slots = s->max_slots ? 2 * s->max_slots : 16;
			s->slots = alloc_resize(s->slots, s->max_slots, sizeof(*s->slots));
		}
		memmove(s->slots + at + 1, s->slots + at, (s->n_slots - at) * sizeof(*s->slots));
		s->n_slots++;
	}
	s->slots[at].peer = *peer;
	s->slots[at].used = ++s->tick;
}

/* --- text --------------------------------------------------------------- */

struct state_text {
	char *p;
	size_t n, size;
};

__attribute__((format(printf, 2, 3))) static void state_add(struct state_text *t, const char *fmt,
							    ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->p + t->n, t->size - t->n, fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= t->size - t->n)
		abort(); /* the sizes above are too small */
	t->n += (size_t)n;
}

static void state_add_bytes(struct state_text *t, const char *key, const void *p, size_t size)
{
	int n;

	state_add(t, "%s = ", key);
	n = kw_base64_format(KW_BASE64_STANDARD, KW_BYTES(p, size), t->p + t->n, t->size - t->n);
	if (n < 0)
		abort();
	t->n += (size_t)n;
	state_add(t, "\n");
}

static void state_add_static(struct state_text *t, const struct state_static *k)
{
	uint8_t cert[KW_CERT_STATIC];

	kw_cert_write_static(&k->cert, cert);
	state_add(t, "\n[Static]\n");
	state_add_bytes(t, "Secret", k->secret.b, sizeof(k->secret.b));
	state_add_bytes(t, "Certificate", cert, sizeof(cert));
	state_add(t, "Until = %" PRIu64 "\n", k->until);
}

static void state_add_peer(struct state_text *t, const struct state_peer *p)
{
	state_add(t, "\n[Peer]\n");
	state_add_bytes(t, "Val", p->val.b, sizeof(p->val.b));
	if (p->seen.epoch) {
		state_add(t, "Epoch = %" PRIu64 "\n", p->seen.epoch);
		state_add_bytes(t, "Key", p->seen.s.b, sizeof(p->seen.s.b));
	}
	state_add(t, "Stamp = %" PRIu64 "\nRecord = %" PRIu64 "\n", p->stamp, p->record);
}

char *state_format(const struct state *s)
{
	struct state_text t = { 0 };
	size_t i;

	t.size = STATE_TEXT_HEAD + s->n_statics * STATE_TEXT_STATIC + s->n_slots * STATE_TEXT_PEER;
	t.p = alloc_zero(t.size);
	state_add(&t, "# What keywayd remembers; it holds keys and is rewritten by the daemon.\n");
	state_add(&t,
		  "[Self]\nFloor = %" PRIu64 "\nStamp = %" PRIu64 "\nRecord = %" PRIu64
		  "\nEpoch = %" PRIu64 "\nPort = %u\n",
		  s->self.floor, s->self.stamp, s->self.record, s->self.epoch, s->self.port);
	for (i = 0; i < s->n_statics; i++)
		state_add_static(&t, &s->statics[i]);
	for (i = 0; i < s->n_slots; i++)
		state_add_peer(&t, &s->slots[i].peer);
	return t.p;
}

/* --- reading ------------------------------------------------------------ */

struct state_word {
	const char *key;
	uint64_t *number; /* this or bytes */
	uint8_t *bytes;
	size_t size;
};

static int state_read_number(const char *value, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(value, &end, 10);
	return errno || *end || *value < '0' || *value > '9' ? -EINVAL : 0;
}

static int state_read_word(const struct state_word *words, const char *key, const char *value)
{
	int n;

	for (; words->key; words++) {
		if (strcasecmp(words->key, key))
			continue;
		if (words->number)
			return state_read_number(value, words->number);
		n = kw_base64_parse(KW_BASE64_STANDARD, KW_BYTES(value, strlen(value)),
				    words->bytes, words->size);
		return n == (int)words->size ? 0 : -EINVAL;
	}
	return -ENOENT;
}

static int state_bad(const char *key, struct conf_error *err)
{
	snprintf(err->text, sizeof(err->text), "%.20s refused - damaged value - move the file away",
		 key);
	return -EINVAL;
}

static int state_field_self(void *section, const char *key, const char *value,
			    struct conf_error *err)
{
	struct state *s = section;
	uint64_t port = s->self.port;
	const struct state_word words[] = {
		{ "Floor", &s->self.floor, NULL, 0 },
		{ "Stamp", &s->self.stamp, NULL, 0 },
		{ "Record", &s->self.record, NULL, 0 },
		{ "Epoch", &s->self.epoch, NULL, 0 },
		{ "Port", &port, NULL, 0 },
		{ NULL, NULL, NULL, 0 },
	};
	int res = state_read_word(words, key, value);

	if (res == -EINVAL || port > 65535)
		return state_bad(key, err);
	s->self.port = (uint16_t)port;
	return res;
}

static int state_field_static(void *section, const char *key, const char *value,
			      struct conf_error *err)
{
	struct state *s = section;
	uint8_t cert[KW_CERT_STATIC] = { 0 };
	const struct state_word words[] = {
		{ "Secret", NULL, s->reading_static.secret.b, sizeof(struct kw_key) },
		{ "Certificate", NULL, cert, sizeof(cert) },
		{ "Until", &s->reading_static.until, NULL, 0 },
		{ NULL, NULL, NULL, 0 },
	};
	int res = state_read_word(words, key, value);

	if (!res && !strcasecmp(key, "Certificate"))
		res = kw_cert_read_static(KW_BYTES(cert, sizeof(cert)), &s->reading_static.cert);
	return res && res != -ENOENT ? state_bad(key, err) : res;
}

static int state_field_peer(void *section, const char *key, const char *value,
			    struct conf_error *err)
{
	struct state *s = section;
	struct state_peer *p = &s->reading_peer;
	const struct state_word words[] = {
		{ "Val", NULL, p->val.b, sizeof(p->val.b) },
		{ "Epoch", &p->seen.epoch, NULL, 0 },
		{ "Key", NULL, p->seen.s.b, sizeof(p->seen.s.b) },
		{ "Stamp", &p->stamp, NULL, 0 },
		{ "Record", &p->record, NULL, 0 },
		{ NULL, NULL, NULL, 0 },
	};
	int res = state_read_word(words, key, value);

	return res == -EINVAL ? state_bad(key, err) : res;
}

static void *state_open_self(void *ctx, struct conf_error *err)
{
	(void)err;
	return ctx;
}

static void *state_open_static(void *ctx, struct conf_error *err)
{
	struct state *s = ctx;

	if (s->n_statics == STATE_STATICS) {
		snprintf(err->text, sizeof(err->text), "[Static] refused - more than %d",
			 STATE_STATICS);
		return NULL;
	}
	memset(&s->reading_static, 0, sizeof(s->reading_static));
	return s;
}

static int state_close_static(void *ctx, void *section, struct conf_error *err)
{
	struct state *s = ctx;

	(void)section;
	(void)err;
	s->statics[s->n_statics++] = s->reading_static;
	explicit_bzero(&s->reading_static, sizeof(s->reading_static));
	return 0;
}

static void *state_open_peer(void *ctx, struct conf_error *err)
{
	struct state *s = ctx;

	(void)err;
	memset(&s->reading_peer, 0, sizeof(s->reading_peer));
	return s;
}

static int state_close_peer(void *ctx, void *section, struct conf_error *err)
{
	struct state *s = ctx;

	(void)section;
	(void)err;
	state_put(s, &s->reading_peer);
	return 0;
}

static const struct conf_section state_sections[] = {
	{ .name = "Self", .open = state_open_self, .field = state_field_self },
	{ .name = "Static",
	  .repeat = true,
	  .open = state_open_static,
	  .field = state_field_static,
	  .close = state_close_static },
	{ .name = "Peer",
	  .repeat = true,
	  .open = state_open_peer,
	  .field = state_field_peer,
	  .close = state_close_peer },
	{ .name = NULL },
};

int state_parse(struct state *s, const char *text, size_t size, struct conf_error *err)
{
	memset(&s->self, 0, sizeof(s->self));
	explicit_bzero(s->statics, sizeof(s->statics));
	s->n_statics = 0;
	s->n_slots = 0;
	return conf_parse(text, size, state_sections, s, err);
}

/* --- file --------------------------------------------------------------- */

static int state_load(struct state *s, struct conf_error *err)
{
	size_t size;
	char *text;
	int res;

	res = file_read(s->path, STATE_FILE_MAX, true, &text, &size);
	if (res == -ENOENT)
		return 0;
	if (res) {
		snprintf(err->text, sizeof(err->text),
			 res == -EPERM ? "state refused - others may read it - chmod 600 it" :
					 "state not read - %s - check the file",
			 strerror(-res));
		return res;
	}
	res = state_parse(s, text, size, err);
	explicit_bzero(text, size);
	free(text);
	return res;
}

int state_flush(struct state *s)
{
	char *text;
	size_t n;
	int res;

	if (!s->dirty || !s->path)
		return 0;
	text = state_format(s);
	n = strlen(text);
	res = file_write(s->path, 0600, text, n);
	explicit_bzero(text, n);
	free(text);
	if (!res)
		s->dirty = false;
	else
		log_error("%s: state not written - %s - make room or mend the file system", s->path,
			  strerror(-res));
	return res;
}

static void state_due(void *arg)
{
	struct state *s = arg;

	if (state_flush(s))
		loop_timer_set(s->timer, 30 * LOOP_SECOND);
}

static int state_changed(struct state *s, enum state_when when)
{
	s->dirty = true;
	if (when == STATE_NOW)
		return state_flush(s);
	if (s->path && !loop_timer_armed(s->timer))
		loop_timer_set(s->timer, STATE_DELAY);
	return 0;
}

/* --- what is remembered -------------------------------------------------- */

const struct state_self *state_lookup_self(const struct state *s)
{
	return &s->self;
}

int state_set_self(struct state *s, const struct state_self *self, enum state_when when)
{
	s->self = *self;
	return state_changed(s, when);
}

const struct state_static *state_lookup_statics(const struct state *s, size_t *n)
{
	*n = s->n_statics;
	return s->statics;
}

int state_set_statics(struct state *s, const struct state_static *keys, size_t n)
{
	if (n > STATE_STATICS)
		return -ENOSPC;
	explicit_bzero(s->statics, sizeof(s->statics));
	memcpy(s->statics, keys, n * sizeof(*keys));
	s->n_statics = n;
	return state_changed(s, STATE_NOW);
}

const struct state_peer *state_lookup_peer(const struct state *s, const struct kw_hash *val)
{
	size_t at;
	bool found;

	at = state_find(s, val, &found);
	return found ? &s->slots[at].peer : NULL;
}

int state_set_peer(struct state *s, const struct state_peer *peer, enum state_when when)
{
	state_put(s, peer);
	return state_changed(s, when);
}

void state_del_peer(struct state *s, const struct kw_hash *val)
{
	size_t at;
	bool found;

	at = state_find(s, val, &found);
	if (!found)
		return;
	state_remove(s, at);
	(void)!state_changed(s, STATE_SOON);
}

static int state_make_dir(const char *dir, struct conf_error *err)
{
	char path[512];
	char *p;

	if (snprintf(path, sizeof(path), "%s/", dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	for (p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) && errno != EEXIST) {
			snprintf(err->text, sizeof(err->text),
				 "directory not made - %s - make %.150s or set StateDir",
				 strerror(errno), path);
			return -errno;
		}
		*p = '/';
	}
	return 0;
}

struct state *state_create(struct loop *loop, const char *dir, struct conf_error *err)
{
	struct state *s = alloc_zero(sizeof(*s));

	s->loop = loop;
	s->timer = loop_timer_create(loop, state_due, s);
	if (!dir)
		return s;
	memset(err, 0, sizeof(*err));
	s->path = alloc_format("%s/state", dir);
	if (state_make_dir(dir, err) || state_load(s, err)) {
		s->dirty = false;
		state_destroy(s);
		return NULL;
	}
	return s;
}

void state_destroy(struct state *s)
{
	(void)!state_flush(s);
	loop_timer_destroy(s->timer);
	explicit_bzero(s->statics, sizeof(s->statics));
	free(s->slots);
	free(s->path);
	free(s);
}
