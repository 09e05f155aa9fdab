// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/command.c userspace/keywayd/ctl.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/json.c userspace/libdaemon/log.c userspace/libdaemon/loop.c */
/* cflags: -levent -DKEYWAY_VERSION=\"0\" */
/*
 * The table of devices at its ends: one that is gone from the kernel is buried
 * on a later turn of the loop, or with the table, and once.
 */
#include <unistd.h>

#include "keywayd/command.h"
#include "keywayd/node.h"
#include "libdaemon/alloc.h"
#include "libdaemon/loop.h"
#include "test.h"

/* --- devices ------------------------------------------------------------------- */

static struct node_conf made; /* of the last device */
static struct node *device;
static unsigned int destroyed;

struct node *node_create(const struct node_conf *conf, struct failure *f)
{
	(void)f;
	made = *conf;
	device = alloc_zero(1);
	return device;
}

void node_destroy(struct node *n)
{
	destroyed++;
	free(n);
}

int node_remove(struct node *n, struct failure *f)
{
	return !n && f;
}

int node_reload(struct node *n, struct failure *f)
{
	return !n && f;
}

const char *node_name(const struct node *n)
{
	return n ? "kw0" : "";
}

const char *node_file(const struct node *n)
{
	return n ? "/etc/keyway/kw0.conf" : "";
}

bool node_synchronised(const struct node *n)
{
	return n;
}

json_t *node_status(const struct node *n)
{
	return n ? json_object() : NULL;
}

json_t *node_absent(const struct node *n)
{
	return n ? json_array() : NULL;
}

json_t *node_trust(const struct node *n)
{
	return n ? json_array() : NULL;
}

int node_trust_add(struct node *n, const struct kw_trust_entry *e, struct failure *f)
{
	return !n && e && f;
}

int node_trust_del(struct node *n, const char *who, struct kw_fingerprint *fp, struct failure *f)
{
	return !n && who && fp && f;
}

struct config *config_read(const char *file, struct failure *f)
{
	(void)file;
	(void)f;
	return alloc_zero(sizeof(struct config));
}

void config_destroy(struct config *c)
{
	free(c);
}

/* --- what is asserted ---------------------------------------------------------- */

static unsigned int ended;

static void last(void *arg)
{
	ended++;
	loop_stop(arg, 0);
}

/* A table with one device, which is said to be gone. */
static struct command *with_one_gone(struct loop *loop)
{
	static const struct node_options options;
	struct command *c = command_create(loop, &options, last, loop);
	struct failure f;

	destroyed = 0;
	ended = 0;
	if (!command_up(c, "/dev/null", &f))
		exit(1);
	made.gone(made.arg, device);
	return c;
}

static void buries(void)
{
	struct loop *loop = loop_create();
	struct command *c = with_one_gone(loop);

	test_eq(destroyed, 0, "not from inside its own call");
	loop_run(loop);
	test_ok(destroyed == 1 && ended == 1, "but after it, and with the last ends the daemon");
	command_destroy(c);
	test_eq(destroyed, 1, "once");
	loop_destroy(loop);
}

/* As when SIGTERM is heard in the same turn of the loop. */
static void ends_first(void)
{
	struct loop *loop = loop_create();

	command_destroy(with_one_gone(loop));
	loop_destroy(loop);
	test_eq(destroyed, 1, "one that is gone when all ends goes with the rest");
}

int main(void)
{
	buries();
	ends_first();
	return test_done();
}
