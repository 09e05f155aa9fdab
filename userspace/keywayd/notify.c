// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The notification protocol of systemd: a datagram of text to a unix socket.
 * Owns the socket and the watchdog's timer. Called by main.c.
 */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libdaemon/alloc.h"
#include "libdaemon/loop.h"

struct notify {
	int fd; /* -1: nobody listens */
	struct loop_timer *timer;
	uint64_t beat; /* ns, 0 none */
};

static void notify_send(const struct notify *n, const char *text)
{
	if (n->fd >= 0)
		(void)!send(n->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int notify_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	socklen_t size;
	int fd;

	if (!path || strlen(path) >= sizeof(at.sun_path) || (*path != '/' && *path != '@'))
		return -1;
	strcpy(at.sun_path, path);
	if (*path == '@')
		at.sun_path[0] = '\0';
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&at, size)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void notify_beat(void *arg)
{
	struct notify *n = arg;

	notify_send(n, "WATCHDOG=1");
	loop_timer_set(n->timer, n->beat);
}

struct notify *notify_create(struct loop *loop)
{
	struct notify *n = alloc_zero(sizeof(*n));
	const char *usec = getenv("WATCHDOG_USEC");

	n->fd = notify_connect(getenv("NOTIFY_SOCKET"));
	n->timer = loop_timer_create(loop, notify_beat, n);
	/* twice in each period, as sd_watchdog_enabled(3) asks */
	n->beat = n->fd >= 0 && usec ? strtoull(usec, NULL, 10) * 500 : 0;
	return n;
}

void notify_ready(struct notify *n)
{
	notify_send(n, "READY=1");
	if (n->beat)
		notify_beat(n);
}

void notify_destroy(struct notify *n)
{
	notify_send(n, "STOPPING=1");
	loop_timer_destroy(n->timer);
	if (n->fd >= 0)
		close(n->fd);
	free(n);
}
