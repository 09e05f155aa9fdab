// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Handlers of the control socket. Owns the table of devices. Each handler
 * takes one request and gives one answer; what it changes, node.c does.
 */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdaemon/alloc.h"
#include "libdaemon/json.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/prefix.h"
#include "node.h"

struct command {
	/* identity */
	struct loop *loop;
	const struct node_options *options;
	void (*last)(void *arg);
	void *arg;
	uint64_t started; /* boot time, ns */
	/* state */
	struct node *node[COMMAND_NODES];
	size_t n;
	struct node *gone[COMMAND_NODES]; /* to be destroyed when the stack has unwound */
	size_t n_gone;
	struct loop_timer *bury; /* and that is at once; ends with us, unlike a deferred call */
};

/* --- devices -------------------------------------------------------------------- */

static void command_drop(struct command *c, struct node *n)
{
	size_t i;

	for (i = 0; i < c->n && c->node[i] != n; i++)
		;
	if (i == c->n)
		return;
	c->node[i] = c->node[--c->n];
	node_destroy(n);
	if (!c->n)
		c->last(c->arg);
}

static void command_bury(void *arg)
{
	struct command *c = arg;

	while (c->n_gone)
		command_drop(c, c->gone[--c->n_gone]);
}

static void command_gone(void *arg, struct node *n)
{
	struct command *c = arg;

	if (!c->n_gone)
		loop_timer_set(c->bury, 0);
	if (c->n_gone < COMMAND_NODES)
		c->gone[c->n_gone++] = n;
}

/* NULL and f: not there, or not said which of several. */
static struct node *command_find(struct command *c, const char *name, struct failure *f)
{
	size_t i;

	if (!name && c->n == 1)
		return c->node[0];
	for (i = 0; name && i < c->n; i++) {
		if (!strcmp(node_name(c->node[i]), name))
			return c->node[i];
	}
	if (name)
		(void)failure_set(f, FAILURE_NOT_FOUND,
				  "%.40s not found - keywayd serves no such device - see: keyway status",
				  name);
	else
		(void)failure_set(f, FAILURE_USAGE,
				  "device not chosen - keywayd serves %zu - add -i and the name of one", c->n);
	return NULL;
}

/* Two files of one device would fight over it. */
static int command_check_name(const struct command *c, const char *file, struct failure *f)
{
	struct config *config = config_read(file, f);
	int err = 0;
	size_t i;

	if (!config)
		return -EINVAL;
	for (i = 0; i < c->n && !err; i++) {
		if (!strcmp(node_name(c->node[i]), config->name))
			err = failure_set(f, FAILURE_DENIED,
					  "%s refused - %s is up from %s - run first: keyway down %s", file,
					  config->name, node_file(c->node[i]), config->name);
	}
	config_destroy(config);
	return err;
}

static struct node *command_make(struct command *c, const char *file, struct failure *f)
{
	struct node_conf conf = { .loop = c->loop,
				  .options = c->options,
				  .file = file,
				  .gone = command_gone,
				  .arg = c };

	if (command_check_name(c, file, f))
		return NULL;
	if (c->n && c->options->state) {
		(void)failure_set(f, FAILURE_DENIED,
				  "%s refused - all devices would share --state-dir - set StateDir in their files",
				  file);
		return NULL;
	}
	if (c->n == COMMAND_NODES) {
		(void)failure_set(f, FAILURE_INTERNAL,
				  "%s refused - one daemon serves at most %d devices - run first: keyway down NAME",
				  file, COMMAND_NODES);
		return NULL;
	}
	c->node[c->n] = node_create(&conf, f);
	return c->node[c->n] ? c->node[c->n++] : NULL;
}

static struct node *command_serve(struct command *c, const char *file, struct failure *f)
{
	char *path = realpath(file, NULL);
	struct node *n = NULL;
	size_t i;

	/* one that isn't there is refused by its reader, in the same words */
	for (i = 0; path && i < c->n && strcmp(node_file(c->node[i]), path); i++)
		;
	if (!path || i == c->n)
		n = command_make(c, path ? path : file, f);
	else if (!node_reload(c->node[i], f))
		n = c->node[i];
	free(path);
	return n;
}

const char *command_up(struct command *c, const char *file, struct failure *f)
{
	struct node *n = command_serve(c, file, f);

	return n ? node_name(n) : NULL;
}

void command_reload_all(struct command *c)
{
	struct failure f;
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (node_reload(c->node[i], &f))
			log_error("%s", f.text);
	}
}

/* --- requests --------------------------------------------------------------------- */

static json_t *command_with(json_t *answer, const char *member, json_t *value)
{
	json_object_set_new(answer, member, value);
	return answer;
}

static json_t *command_missing(const char *member)
{
	return ctl_error(FAILURE_USAGE, "request refused - it lacks %s - is keyway of the same version?",
			 member);
}

static json_t *command_on_status(void *arg, const json_t *request)
{
	struct command *c = arg;
	json_t *devices = json_array(), *answer = ctl_ok();
	size_t i;

	(void)request;
	for (i = 0; i < c->n; i++)
		json_array_append_new(devices, node_status(c->node[i]));
	command_with(answer, "version", json_string(KEYWAY_VERSION));
	command_with(answer, "pid", json_integer(getpid()));
	command_with(answer, "uptime",
		     json_integer((json_int_t)((loop_now(c->loop) - c->started) / LOOP_SECOND)));
	command_with(answer, "clock",
		     json_string(c->n && node_synchronised(c->node[0]) ? "synchronised" : "free"));
	return command_with(answer, "devices", devices);
}

static json_t *command_on_up(void *arg, const json_t *request)
{
	const char *file = ctl_text(request, "file");
	struct failure f;
	struct node *n;

	if (!file || *file != '/')
		return command_missing("file");
	n = command_serve(arg, file, &f);
	if (!n)
		return ctl_failure(&f);
	return command_with(command_with(ctl_ok(), "name", json_string(node_name(n))), "absent",
			    node_absent(n));
}

static json_t *command_on_down(void *arg, const json_t *request)
{
	struct command *c = arg;
	struct failure f;
	struct node *n = command_find(c, ctl_text(request, "device"), &f);
	json_t *answer;

	if (!n || node_remove(n, &f))
		return ctl_failure(&f);
	answer = command_with(ctl_ok(), "name", json_string(node_name(n)));
	command_drop(c, n);
	return answer;
}

static json_t *command_on_reload(void *arg, const json_t *request)
{
	struct failure f;
	struct node *n = command_find(arg, ctl_text(request, "device"), &f);

	if (!n || node_reload(n, &f))
		return ctl_failure(&f);
	return command_with(ctl_ok(), "name", json_string(node_name(n)));
}

static int command_field(struct kw_trust_entry *e, const char *key, const char *value,
			 struct failure *f)
{
	struct kw_trust_error why = { 0 };

	if (!value || !*value || !kw_trust_parse_field(e, key, value, &why))
		return 0;
	return failure_set(f, FAILURE_USAGE, "%s", why.text);
}

static int command_prefixes(struct kw_trust_entry *e, const json_t *list, struct failure *f)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		if (command_field(e, "AllowedIPs", json_string_value(one), f))
			return -EINVAL;
	}
	return 0;
}

/* By the very rules of the file that it will stand in. */
static int command_entry(const json_t *request, struct kw_trust_entry *e, struct failure *f)
{
	const json_t *keepalive = json_object_get(request, "keepalive");
	char seconds[24];

	memset(e, 0, sizeof(*e));
	snprintf(seconds, sizeof(seconds), "%" JSON_INTEGER_FORMAT, json_integer_value(keepalive));
	if (command_field(e, "Fingerprint", ctl_text(request, "fingerprint"), f) ||
	    command_field(e, "Name", ctl_text(request, "name"), f) ||
	    command_field(e, "Endpoint", ctl_text(request, "endpoint"), f) ||
	    command_field(e, "PersistentKeepalive", keepalive ? seconds : NULL, f) ||
	    command_prefixes(e, json_object_get(request, "allowed"), f))
		return -EINVAL;
	if (json_is_true(json_object_get(request, "transit")))
		e->flags |= KW_TRUST_TRANSIT;
	if (json_is_true(json_object_get(request, "deny")))
		e->flags |= KW_TRUST_DENY;
	kw_fingerprint_address(&e->fp.val, &e->addr);
	return 0;
}

static json_t *command_on_trust_add(void *arg, const json_t *request)
{
	struct kw_trust_entry e;
	struct failure f;
	struct node *n = command_find(arg, ctl_text(request, "device"), &f);

	if (!ctl_text(request, "fingerprint"))
		return command_missing("fingerprint");
	if (!n || command_entry(request, &e, &f) || node_trust_add(n, &e, &f))
		return ctl_failure(&f);
	return command_with(ctl_ok(), "address", json_address(&e.addr));
}

static json_t *command_on_trust_del(void *arg, const json_t *request)
{
	const char *who = ctl_text(request, "fingerprint");
	struct kw_fingerprint fp;
	struct failure f;
	struct node *n = command_find(arg, ctl_text(request, "device"), &f);

	if (!who)
		return command_missing("fingerprint");
	if (!n || node_trust_del(n, who, &fp, &f))
		return ctl_failure(&f);
	return command_with(ctl_ok(), "fingerprint", json_fingerprint(&fp));
}

static json_t *command_on_trust_ls(void *arg, const json_t *request)
{
	struct failure f;
	struct node *n = command_find(arg, ctl_text(request, "device"), &f);

	if (!n)
		return ctl_failure(&f);
	return command_with(ctl_ok(), "trust", node_trust(n));
}

static const struct ctl_request command_table[] = {
	{ "status", CTL_OWNER, { NULL }, command_on_status },
	{ "up", CTL_OWNER, { "file" }, command_on_up },
	{ "down", CTL_OWNER, { "device" }, command_on_down },
	{ "reload", CTL_OWNER, { "device" }, command_on_reload },
	{ "trust-add",
	  CTL_OWNER,
	  { "fingerprint", "name", "endpoint", "allowed", "transit", "deny", "keepalive", "device" },
	  command_on_trust_add },
	{ "trust-del", CTL_OWNER, { "fingerprint", "device" }, command_on_trust_del },
	{ "trust-ls", CTL_OWNER, { "device" }, command_on_trust_ls },
	{ .name = NULL },
};

const struct ctl_request *command_requests(void)
{
	return command_table;
}

struct command *command_create(struct loop *loop, const struct node_options *options,
			       void (*last)(void *arg), void *arg)
{
	struct command *c = alloc_zero(sizeof(*c));

	c->loop = loop;
	c->options = options;
	c->last = last;
	c->arg = arg;
	c->started = loop_now(loop);
	c->bury = loop_timer_create(loop, command_bury, c);
	return c;
}

void command_destroy(struct command *c)
{
	while (c->n)
		node_destroy(c->node[--c->n]);
	loop_timer_destroy(c->bury);
	free(c);
}
