// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway status`: each device, its peers, where they are and how they do. The
 * numbers are the kernel's; names and what the daemon is trying are added when
 * it answers. One JSON document is made, and the table printed from it.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "facts.h"
#include "print.h"

static const struct print_column status_columns[] = {
	{"PEER", "name", PRINT_AS_IS},
	{"ADDRESS", "address", PRINT_AS_IS},
	{"FINGERPRINT", "fingerprint", PRINT_SHORT},
	{"STATE", "state", PRINT_AS_IS},
	{"PATH", "path.remote", PRINT_AS_IS},
	{"RTT", "path.rtt_us", PRINT_MICROS},
	{"RX", "rx_bytes", PRINT_SIZE},
	{"TX", "tx_bytes", PRINT_SIZE},
	{"HANDSHAKE", "last_handshake_ms", PRINT_AGO},
	{NULL, NULL, 0},
};

static const struct print_column status_fields[] = {
	{"device", "name", PRINT_AS_IS},
	{"fingerprint", "fingerprint", PRINT_AS_IS},
	{"address", "address", PRINT_AS_IS},
	{"port", "port", PRINT_AS_IS},
	{"mtu", "mtu", PRINT_AS_IS},
	{"file", "file", PRINT_AS_IS},
	{"received", "rx_bytes", PRINT_SIZE},
	{"sent", "tx_bytes", PRINT_SIZE},
	{NULL, NULL, 0},
};

/* What is being collected. */
struct status {
	struct cli *cli;
	json_t *daemon; /* its answer, or NULL */
	int daemon_code;
	json_t *devices;
	json_t *peers; /* of the device under way */
	json_t *paths;
	json_t *sessions;
	json_t *said; /* what the daemon says of that device, or NULL */
};

static void status_set(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new(object, key, value))
		abort();
}

/* The object of the array whose member key has the text, or NULL. Borrowed. */
static json_t *status_lookup(const json_t *array, const char *key, const char *text)
{
	const char *have;
	json_t *object;
	size_t i;

	json_array_foreach(array, i, object)
	{
		have = json_string_value(json_object_get(object, key));
		if (have && !strcmp(have, text))
			return object;
	}
	return NULL;
}

/* Was something opened on the session? */
static bool status_confirmed(const struct status *s, uint32_t index)
{
	json_t *session;
	const char *state;
	size_t i;

	json_array_foreach(s->sessions, i, session)
	{
		state = json_string_value(json_object_get(session, "state"));
		if (json_integer_value(json_object_get(session, "index")) == index &&
		    state && !strcmp(state, "confirmed"))
			return true;
	}
	return false;
}

/* The path that the peer's packets take, else its first one, else null. */
static json_t *status_pick_path(const struct status *s, const char *address)
{
	json_t *path, *found = NULL;
	const char *peer;
	size_t i;

	json_array_foreach(s->paths, i, path)
	{
		peer = json_string_value(json_object_get(path, "peer"));
		if (!peer || strcmp(peer, address))
			continue;
		if (!found || json_is_true(json_object_get(path, "in_use")))
			found = path;
	}
	return found ? json_incref(found) : json_null();
}

/* "up" with a confirmed session, else where the daemon has got to. */
static const char *status_state(const struct status *s, const struct kwnl_peer *peer,
				const json_t *said)
{
	const char *step = json_string_value(json_object_get(said, "step"));

	if (peer->session && status_confirmed(s, peer->session))
		return "up";
	if (step && strcmp(step, "up"))
		return step;
	return peer->session ? "unconfirmed" : "down";
}

static int status_collect_peer(void *arg, const struct kwnl_peer *peer)
{
	static const char *const taken[] = {"fingerprint", "endpoint", "step", "why"};
	struct status *s = arg;
	json_t *o = facts_peer(peer), *said, *value;
	const char *address = json_string_value(json_object_get(o, "address"));
	const char *name;
	size_t i;

	said = status_lookup(json_object_get(s->said, "peers"), "address", address);
	name = json_string_value(json_object_get(said, "name"));
	status_set(o, "name", json_string(name ? name : ""));
	status_set(o, "state", json_string(status_state(s, peer, said)));
	status_set(o, "path", status_pick_path(s, address));
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		value = json_object_get(said, taken[i]);
		if (value)
			status_set(o, taken[i], json_incref(value));
	}
	return json_array_append_new(s->peers, o) ? -1 : 0;
}

static int status_first_port(void *arg, const struct kwnl_socket *sock)
{
	uint16_t *port = arg;

	*port = sock->port;
	return 1; /* all of a device have one port */
}

static int status_collect_device(void *arg, const struct kwnl_dev *dev)
{
	static const char *const taken[] = {"fingerprint", "file", "absent"};
	struct status *s = arg;
	struct kwnl *k = s->cli->kwnl;
	json_t *o, *value;
	uint16_t port = 0;
	size_t i;
	int err;

	if (s->cli->device && strcmp(s->cli->device, dev->ifname))
		return 0;
	s->said =
		status_lookup(json_object_get(s->daemon, "devices"), "name", dev->ifname);
	s->paths = json_array();
	s->sessions = json_array();
	s->peers = json_array();
	err = kwnl_dump_path(k, dev->id, NULL, facts_add_path, s->paths);
	if (!err)
		err = kwnl_dump_session(k, dev->id, NULL, facts_add_session, s->sessions);
	if (!err)
		err = kwnl_dump_peer(k, dev->id, status_collect_peer, s);
	if (!err)
		err = kwnl_dump_socket(k, dev->id, status_first_port, &port);
	json_decref(s->paths);
	json_decref(s->sessions);
	o = facts_device(dev);
	status_set(o, "port", json_integer(port));
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		value = json_object_get(s->said, taken[i]);
		if (value)
			status_set(o, taken[i], json_incref(value));
	}
	status_set(o, "peers", s->peers);
	if (json_array_append_new(s->devices, o))
		abort();
	return err < 0 ? err : 0;
}

static json_t *status_daemon(const struct status *s)
{
	static const char *const taken[] = {"version", "pid", "uptime", "clock"};
	json_t *o = json_pack("{sb}", "running", s->daemon != NULL);
	json_t *value;
	size_t i;

	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		value = json_object_get(s->daemon, taken[i]);
		if (value)
			status_set(o, taken[i], json_incref(value));
	}
	return o;
}

/* What went wrong last, of those peers that are not up. */
static void status_print_why(const json_t *peers)
{
	const char *name, *why;
	json_t *peer;
	size_t i;

	json_array_foreach(peers, i, peer)
	{
		why = json_string_value(json_object_get(peer, "why"));
		name = json_string_value(json_object_get(peer, "name"));
		if (!why || !*why ||
		    !strcmp(json_string_value(json_object_get(peer, "state")), "up"))
			continue;
		if (!name || !*name)
			name = json_string_value(json_object_get(peer, "address"));
		printf("%s: %s\n", name, why);
	}
}

/* Uplinks that are configured and no links here: nothing goes by them. */
static void status_print_absent(const json_t *device)
{
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(device, "absent"), i, name)
		printf("uplink %s: there is no such interface\n", json_string_value(name));
}

static void status_print(const json_t *devices)
{
	const json_t *peers;
	json_t *device;
	size_t i;

	json_array_foreach(devices, i, device)
	{
		if (i)
			putchar('\n');
		print_fields(device, status_fields);
		status_print_absent(device);
		peers = json_object_get(device, "peers");
		if (!json_array_size(peers)) {
			puts("no peers");
			continue;
		}
		putchar('\n');
		print_table(peers, status_columns);
		status_print_why(peers);
	}
}

static int status_finish(struct status *s, const char *error)
{
	const bool none = !json_array_size(s->devices);
	int code = CLI_OK;

	if (s->cli->json)
		code = print_json(json_pack("{so sO}", "daemon", status_daemon(s),
					    "devices", s->devices));
	else
		status_print(s->devices);
	if (code)
		return code;
	if (s->daemon_code == CLI_DAEMON_DOWN && none)
		return cli_fail(CLI_DAEMON_DOWN,
				"nothing is up - neither device nor daemon in this "
				"network namespace - keyway up");
	if (s->daemon_code == CLI_DAEMON_DOWN)
		return cli_fail(CLI_DAEMON_DOWN,
				"no daemon - keywayd does not run; the sessions "
				"above end within minutes - keyway up");
	if (s->daemon_code)
		return cli_fail(s->daemon_code, "%s", error);
	if (none && s->cli->device)
		return cli_fail(CLI_NOT_FOUND,
				"%s - no such keyway device here - keyway status",
				s->cli->device);
	return CLI_OK;
}

int status_run(struct cli *cli)
{
	struct status s = {.cli = cli};
	char error[CTL_ERROR];
	int err;

	err = cli_take_device(cli);
	if (!err)
		err = cli_open(cli);
	if (err)
		return err;
	s.daemon_code = ctl_ask(json_pack("{ss}", "cmd", "status"), CTL_TIMEOUT,
				&s.daemon, error);
	s.devices = json_array();
	err = kwnl_dump_dev(cli->kwnl, status_collect_device, &s);
	err = err ? cli_fail_kernel(cli, err, "reading the devices")
		  : status_finish(&s, error);
	json_decref(s.devices);
	json_decref(s.daemon);
	return err;
}
