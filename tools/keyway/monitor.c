// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway monitor`: the kernel's events as they come, one line each, as JSON
 * objects with -j. Events are hints: after a "lost" line read the tables anew.
 */
#include "commands.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "facts.h"
#include "libkwnl/kwnl_event.h"
#include "print.h"

#define MONITOR_BATCH 64

struct monitor {
	bool json;
	int failed; /* exit code once output cannot be written */
};

/* RFC 3339 in UTC for programs, local time of day for people. */
static void monitor_time(bool json, char out[40])
{
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	if (json)
		gmtime_r(&now.tv_sec, &tm);
	else
		localtime_r(&now.tv_sec, &tm);
	n = strftime(out, 24, json ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &tm);
	snprintf(out + n, 40 - n, ".%03ld%s", now.tv_nsec / 1000000, json ? "Z" : "");
}

/* "name=value" of what a person wants to see of an event. */
static void monitor_print_text(const char *event, const char *reason, const json_t *facts)
{
	static const char *const keys[] = {"name",  "address", "peer",	  "index",
					   "id",    "state",   "sending", "role",
					   "suite", "remote",  "rtt_us"};
	char text[PRINT_TEXT], stamp[40];
	const json_t *value;
	size_t i;

	monitor_time(false, stamp);
	printf("%s %-8s %-12s", stamp, event, reason);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		value = json_object_get(facts, keys[i]);
		if (!value || json_is_null(value))
			continue;
		print_format_value(value, PRINT_AS_IS, text);
		printf(" %s=%s", keys[i], text);
	}
	putchar('\n');
}

/* Takes facts over; NULL: there are none. */
static void monitor_print(struct monitor *m, const char *event, const char *reason,
			  json_t *facts)
{
	char stamp[40];
	json_t *line;

	if (!m->json) {
		monitor_print_text(event, reason, facts);
		json_decref(facts);
		if (fflush(stdout))
			m->failed = CLI_INTERNAL;
		return;
	}
	monitor_time(true, stamp);
	line = json_pack("{ss ss ss}", "time", stamp, "event", event, "reason", reason);
	if (facts && json_object_update_missing(line, facts))
		abort();
	json_decref(facts);
	m->failed = print_line(line);
}

static void monitor_dev(void *arg, const struct kwnl_dev *dev)
{
	monitor_print(arg, "device", facts_reason(dev->reason), facts_device(dev));
}

static void monitor_peer(void *arg, const struct kwnl_peer *peer)
{
	monitor_print(arg, "peer", facts_reason(peer->reason), facts_peer(peer));
}

static void monitor_session(void *arg, const struct kwnl_session *session)
{
	monitor_print(arg, "session", facts_reason(session->reason),
		      facts_session(session));
}

static void monitor_path(void *arg, const struct kwnl_path *path)
{
	monitor_print(arg, "path", facts_reason(path->reason), facts_path(path));
}

static void monitor_lost(void *arg)
{
	monitor_print(arg, "lost", "overflow", NULL);
}

static const struct kwnl_event_ops monitor_ops = {
	.dev = monitor_dev,
	.peer = monitor_peer,
	.session = monitor_session,
	.path = monitor_path,
	.lost = monitor_lost,
};

static int monitor_follow(struct cli *cli, struct kwnl_event *ev)
{
	struct pollfd wait = {.fd = kwnl_event_fd(ev), .events = POLLIN};
	struct monitor m = {.json = cli->json};
	int n;

	while (!m.failed) {
		if (poll(&wait, 1, -1) < 0 && errno != EINTR)
			return cli_fail(CLI_INTERNAL, "events - %s - try again",
					strerror(errno));
		n = kwnl_event_read(ev, MONITOR_BATCH, &monitor_ops, &m);
		if (n < 0)
			return cli_fail(CLI_INTERNAL, "events - %s - try again",
					strerror(-n));
	}
	return m.failed;
}

int monitor_run(struct cli *cli)
{
	struct kwnl_event *ev;
	int err;

	if (cli->argc)
		return cli_usage(cli);
	err = cli_open(cli);
	if (err)
		return err;
	err = kwnl_event_subscribe(&ev, cli->kwnl);
	if (err)
		return cli_fail_kernel(cli, err, "events");
	err = monitor_follow(cli, ev);
	kwnl_event_destroy(ev);
	return err;
}
