// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The control socket. Owns the listening socket and its connections, each with
 * one line being read and the answers not yet taken. A slow or silent client
 * costs one slot, never the loop. Called by main.c.
 */
#include "ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libdaemon/alloc.h"
#include "libdaemon/json.h"
#include "libdaemon/loop.h"

#define CTL_CLIENTS 16
#define CTL_STRANGERS 4 /* of these: silent ones must not keep the owner out */
#define CTL_PENDING (1u << 20) /* bytes of answers that a client leaves unread */

struct ctl_client {
	struct ctl *ctl;
	struct loop_fd *loop_fd;
	int fd; /* -1: free */
	bool owner;
	bool closing; /* when its answers are sent */
	char *in;     /* JSON_LINE_MAX + 1 */
	size_t n_in;
	char *out;
	size_t n_out;
};

struct ctl {
	/* identity */
	struct ctl_conf conf;
	int fd;
	struct loop_fd *loop_fd;
	/* state */
	struct ctl_client client[CTL_CLIENTS];
};

json_t *ctl_ok(void)
{
	return json_pack("{sb}", "ok", 1);
}

/* What came from a request may be cut inside a character. */
static json_t *ctl_string(char *text)
{
	json_t *value = json_string(text);
	char *p;

	for (p = text; !value && *p; p++) {
		if (*p & 0x80)
			*p = '?';
	}
	return value ? value : json_string(text);
}

json_t *ctl_error(enum failure_code code, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return json_pack("{sb si so}", "ok", 0, "code", (int)code, "error", ctl_string(text));
}

json_t *ctl_failure(const struct failure *f)
{
	return ctl_error(f->code, "%s", f->text);
}

const char *ctl_text(const json_t *request, const char *member)
{
	return json_string_value(json_object_get(request, member));
}

static const struct ctl_request *ctl_find(const struct ctl_request *requests, const char *name)
{
	for (; name && requests->name; requests++) {
		if (!strcmp(requests->name, name))
			return requests;
	}
	return NULL;
}

static bool ctl_member_known(const struct ctl_request *r, const char *member)
{
	size_t i;

	for (i = 0; r->members[i]; i++) {
		if (!strcmp(r->members[i], member))
			return true;
	}
	return !strcmp(member, "cmd");
}

static json_t *ctl_dispatch(const struct ctl_request *requests, void *arg, json_t *request,
			    bool owner)
{
	const char *name = ctl_text(request, "cmd");
	const struct ctl_request *r = ctl_find(requests, name);
	const char *member;
	json_t *value;

	if (!r)
		return ctl_error(FAILURE_USAGE, "request %.40s refused - keywayd has no such request - is keyway of the same version?",
				 name ? name : "without cmd");
	if (r->permission == CTL_OWNER && !owner)
		return ctl_error(FAILURE_PERMISSION, "%s refused - only root and keywayd's user may - use sudo",
				 r->name);
	json_object_foreach(request, member, value) {
		if (!ctl_member_known(r, member))
			return ctl_error(FAILURE_USAGE, "%s refused - it has no member %.40s - is keyway of the same version?",
					 r->name, member);
	}
	return r->handle(arg, request);
}

char *ctl_answer(const struct ctl_request *requests, void *arg, const char *line, size_t size,
		 bool owner)
{
	json_t *request, *answer;
	char why[160];
	char *text;

	request = json_read_line(line, size, why);
	if (request)
		answer = ctl_dispatch(requests, arg, request, owner);
	else
		answer = ctl_error(FAILURE_USAGE, "request refused - %s - send one JSON object a line", why);
	text = json_write_line(answer, &size);
	json_decref(answer);
	json_decref(request);
	return text;
}

/* --- connections ------------------------------------------------------------ */

static void ctl_close(struct ctl_client *c)
{
	loop_fd_destroy(c->loop_fd);
	close(c->fd);
	free(c->in);
	free(c->out);
	*c = (struct ctl_client){ .ctl = c->ctl, .fd = -1 };
}

/* False: the client is gone. */
static bool ctl_flush(struct ctl_client *c)
{
	ssize_t n = 0;

	while (c->n_out) {
		n = send(c->fd, c->out, c->n_out, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n <= 0)
			break;
		c->n_out -= (size_t)n;
		memmove(c->out, c->out + n, c->n_out);
	}
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || (c->closing && !c->n_out)) {
		ctl_close(c);
		return false;
	}
	loop_fd_set(c->loop_fd, (c->closing ? 0 : LOOP_READ) | (c->n_out ? LOOP_WRITE : 0));
	return true;
}

static void ctl_reply(struct ctl_client *c, const char *line, size_t size)
{
	char *text = ctl_answer(c->ctl->conf.requests, c->ctl->conf.arg, line, size, c->owner);
	size_t n = strlen(text);

	c->out = alloc_resize(c->out, c->n_out + n, 1);
	memcpy(c->out + c->n_out, text, n);
	c->n_out += n;
	free(text);
}

static void ctl_lines(struct ctl_client *c)
{
	size_t used = 0, n;
	char *end;

	while (!c->closing && (end = memchr(c->in + used, '\n', c->n_in - used))) {
		n = (size_t)(end - (c->in + used));
		/* no object: nothing after it can be trusted to start a line */
		c->closing = !c->owner || !n || c->in[used] != '{' || c->n_out > CTL_PENDING;
		ctl_reply(c, c->in + used, n);
		used += n + 1;
	}
	c->n_in -= used;
	memmove(c->in, c->in + used, c->n_in);
	if (c->n_in > JSON_LINE_MAX) {
		c->closing = true;
		ctl_reply(c, c->in, c->n_in);
	}
}

static void ctl_ready(unsigned int ready, void *arg)
{
	struct ctl_client *c = arg;
	ssize_t n;

	if (ready & LOOP_READ) {
		n = recv(c->fd, c->in + c->n_in, JSON_LINE_MAX + 1 - c->n_in, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			ctl_close(c);
			return;
		}
		if (n > 0) {
			c->n_in += (size_t)n;
			ctl_lines(c);
		}
	}
	(void)ctl_flush(c);
}

static bool ctl_is_owner(int fd)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n))
		return false;
	return who.uid == 0 || who.uid == geteuid();
}

static void ctl_accept(unsigned int ready, void *arg)
{
	struct ctl *ctl = arg;
	struct ctl_client *c = NULL;
	size_t i, strangers = 0;
	bool owner;
	int fd;

	(void)ready;
	fd = accept4(ctl->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	owner = ctl_is_owner(fd);
	for (i = 0; i < CTL_CLIENTS; i++) {
		if (ctl->client[i].fd < 0)
			c = &ctl->client[i];
		else
			strangers += !ctl->client[i].owner;
	}
	if (!c || (!owner && strangers == CTL_STRANGERS)) {
		close(fd);
		return;
	}
	c->fd = fd;
	c->owner = owner;
	c->in = alloc_zero(JSON_LINE_MAX + 1);
	c->loop_fd = loop_fd_create(ctl->conf.loop, fd, ctl_ready, c);
}

static socklen_t ctl_address(struct sockaddr_un *at)
{
	memset(at, 0, sizeof(*at));
	at->sun_family = AF_UNIX;
	memcpy(at->sun_path + 1, CTL_NAME, strlen(CTL_NAME));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(CTL_NAME));
}

static int ctl_listen(void)
{
	struct sockaddr_un at;
	socklen_t size = ctl_address(&at);
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&at, size) || listen(fd, CTL_CLIENTS)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Abstract names have no owner: it may be a daemon, or anybody. */
static int ctl_name_holder(struct failure *f)
{
	struct ucred who = { .pid = 0, .uid = (uid_t)-1 };
	struct sockaddr_un at;
	socklen_t size = ctl_address(&at), n = sizeof(who);
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && !connect(fd, (const struct sockaddr *)&at, size))
		(void)!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n);
	if (fd >= 0)
		close(fd);
	return failure_set(f, FAILURE_DENIED,
			   "keywayd not started - process %d of user %u holds @" CTL_NAME
			   " in this network namespace - if that is keywayd, keyway up hands it a device, and keyway down ends it",
			   (int)who.pid, (unsigned int)who.uid);
}

struct ctl *ctl_create(const struct ctl_conf *conf, struct failure *f)
{
	struct ctl *ctl;
	size_t i;
	int fd;

	fd = ctl_listen();
	if (fd == -EADDRINUSE) {
		(void)ctl_name_holder(f);
		return NULL;
	}
	if (fd < 0) {
		(void)failure_set(f, FAILURE_INTERNAL, "control socket not opened - %s - see: ss -lx",
				  strerror(-fd));
		return NULL;
	}
	ctl = alloc_zero(sizeof(*ctl));
	ctl->conf = *conf;
	ctl->fd = fd;
	for (i = 0; i < CTL_CLIENTS; i++)
		ctl->client[i] = (struct ctl_client){ .ctl = ctl, .fd = -1 };
	ctl->loop_fd = loop_fd_create(conf->loop, fd, ctl_accept, ctl);
	return ctl;
}

void ctl_stop(struct ctl *ctl)
{
	loop_fd_destroy(ctl->loop_fd);
	ctl->loop_fd = NULL;
	if (ctl->fd >= 0)
		close(ctl->fd);
	ctl->fd = -1;
}

void ctl_destroy(struct ctl *ctl)
{
	size_t i;

	ctl_stop(ctl);
	for (i = 0; i < CTL_CLIENTS; i++) {
		if (ctl->client[i].fd >= 0 && ctl_flush(&ctl->client[i]))
			ctl_close(&ctl->client[i]);
	}
	free(ctl);
}
