// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What keywayd remembers across restarts. Owns the remembered things and the
 * file DIR/state, which is in the syntax of configuration files. Texts that
 * hold keys are wiped. Made by self.c, called by the engines.
 */
#include "state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
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
#define STATE_DELAY (10 * LOOP_SECOND)
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
	uint8_t reading_cert[KW_CERT_STATIC];
	uint64_t reading_port;
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
	size_t offset; /* in struct state */
	size_t size;   /* of bytes in base64; 0: a uint64_t */
};

#define STATE_NUMBER(key, field) { key, offsetof(struct state, field), 0 }
#define STATE_BYTES(key, field) \
	{ key, offsetof(struct state, field), sizeof(((struct state *)0)->field) }

static const struct state_word state_words_self[] = {
	STATE_NUMBER("Floor", self.floor),
	STATE_NUMBER("Stamp", self.stamp),
	STATE_NUMBER("Record", self.record),
	STATE_NUMBER("Epoch", self.epoch),
	STATE_NUMBER("Port", reading_port),
	{ NULL, 0, 0 },
};

static const struct state_word state_words_static[] = {
	STATE_BYTES("Secret", reading_static.secret.b),
	STATE_BYTES("Certificate", reading_cert),
	STATE_NUMBER("Until", reading_static.until),
	{ NULL, 0, 0 },
};

static const struct state_word state_words_peer[] = {
	STATE_BYTES("Val", reading_peer.val.b),
	STATE_NUMBER("Epoch", reading_peer.seen.epoch),
	STATE_BYTES("Key", reading_peer.seen.s.b),
	STATE_NUMBER("Stamp", reading_peer.stamp),
	STATE_NUMBER("Record", reading_peer.record),
	{ NULL, 0, 0 },
};

static int state_read_number(const char *value, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(value, &end, 10);
	return errno || *end || *value < '0' || *value > '9' ? -EINVAL : 0;
}

static int state_read_word(struct state *s, const struct state_word *word, const char *value)
{
	uint8_t *field = (uint8_t *)s + word->offset;
	int n;

	if (!word->size)
		return state_read_number(value, (uint64_t *)(void *)field);
	n = kw_base64_parse(KW_BASE64_STANDARD, KW_BYTES(value, strlen(value)), field, word->size);
	return n == (int)word->size ? 0 : -EINVAL;
}

static int state_field(struct state *s, const struct state_word *words, const char *key,
		       const char *value, struct conf_error *err)
{
	while (words->key && strcasecmp(words->key, key))
		words++;
	if (!words->key)
		return -ENOENT;
	if (!state_read_word(s, words, value))
		return 0;
	snprintf(err->text, sizeof(err->text), "%s refused - damaged value - move the file away",
		 words->key);
	return -EINVAL;
}

static int state_field_self(void *section, const char *key, const char *value,
			    struct conf_error *err)
{
	return state_field(section, state_words_self, key, value, err);
}

static int state_field_static(void *section, const char *key, const char *value,
			      struct conf_error *err)
{
	return state_field(section, state_words_static, key, value, err);
}

static int state_field_peer(void *section, const char *key, const char *value,
			    struct conf_error *err)
{
	return state_field(section, state_words_peer, key, value, err);
}

static void *state_open_self(void *ctx, struct conf_error *err)
{
	struct state *s = ctx;

	(void)err;
	s->reading_port = 0;
	return s;
}

static int state_close_self(void *ctx, void *section, struct conf_error *err)
{
	struct state *s = ctx;

	(void)section;
	s->self.port = (uint16_t)s->reading_port;
	if (s->reading_port <= UINT16_MAX)
		return 0;
	snprintf(err->text, sizeof(err->text), "Port refused - above 65535 - move the file away");
	return -EINVAL;
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
	memset(s->reading_cert, 0xff, sizeof(s->reading_cert)); /* none can be read of this */
	return s;
}

static int state_close_static(void *ctx, void *section, struct conf_error *err)
{
	struct state *s = ctx;

	(void)section;
	if (kw_cert_read_static(KW_BYTES(s->reading_cert, sizeof(s->reading_cert)),
				&s->reading_static.cert)) {
		snprintf(err->text, sizeof(err->text),
			 "[Static] refused - damaged certificate - move the file away");
		return -EINVAL;
	}
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
	{ .name = "Self", .open = state_open_self, .field = state_field_self,
	  .close = state_close_self },
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

	res = file_read(s->path, STATE_FILE_MAX, FILE_SECRET, &text, &size);
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
