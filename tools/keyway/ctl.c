// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Client of keywayd's control socket: connects, writes one line, reads one.
 * Owns nothing between calls; called by the commands about what is no kernel
 * object.
 */
#include "ctl.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli.h"

#define CTL_NAME       "keyway"
#define CTL_STATE      "/var/lib/keyway"
#define CTL_ANSWER_MAX (16u << 20) /* a status of some ten thousand peers */
#define CTL_TRIES      20
#define CTL_PAUSE_US   50000

static int ctl_say(char error[CTL_ERROR], enum cli_exit code, const char *text)
{
	snprintf(error, CTL_ERROR, "%s", text);
	return code;
}

static int ctl_say_errno(char error[CTL_ERROR], int err)
{
	if (err == EAGAIN || err == ETIMEDOUT)
		return ctl_say(error, CLI_TIMEOUT,
			       "keywayd - it does not answer in time - see its log: "
			       "journalctl -t keywayd");
	if (err == EPERM || err == EACCES)
		return ctl_say(error, CLI_PERMISSION,
			       "keywayd - it listens to root only - try with sudo");
	if (err == ECONNREFUSED || err == ENOENT)
		return ctl_say(error, CLI_DAEMON_DOWN,
			       "keywayd - it does not run in this network namespace - "
			       "keyway up");
	snprintf(error, CTL_ERROR, "keywayd - %s - see its log: journalctl -t keywayd",
		 strerror(err));
	return CLI_INTERNAL;
}

/* A connected socket, or a negative errno. */
static int ctl_connect(unsigned int seconds)
{
	const struct timeval limit = {.tv_sec = seconds};
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	memcpy(to.sun_path + 1, CTL_NAME, strlen(CTL_NAME));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    connect(fd, (struct sockaddr *)&to,
		    offsetof(struct sockaddr_un, sun_path) + 1 + strlen(CTL_NAME))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/*
 * An abstract name belongs to whoever binds it first, so the one who holds it
 * may be anybody: only root, we ourselves, and the owner of what the daemon
 * remembers are believed.
 */
static int ctl_check_holder(int fd, char error[CTL_ERROR])
{
	struct ucred holder;
	socklen_t len = sizeof(holder);
	struct stat st;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &holder, &len))
		return ctl_say_errno(error, errno);
	if (holder.uid == 0 || holder.uid == geteuid() ||
	    (!stat(CTL_STATE, &st) && S_ISDIR(st.st_mode) && st.st_uid == holder.uid))
		return CLI_OK;
	snprintf(error, CTL_ERROR,
		 "@" CTL_NAME
		 " - it is held by user %u, process %d, and that is not keywayd - "
		 "end that process, then: keyway up",
		 (unsigned int)holder.uid, (int)holder.pid);
	return CLI_PERMISSION;
}

static int ctl_send(int fd, const char *text, size_t len)
{
	ssize_t n;

	for (; len; text += n, len -= n) {
		n = send(fd, text, len, MSG_NOSIGNAL);
		if (n < 0)
			return -errno;
	}
	return 0;
}

/* One line, ended by NUL instead of newline; to be freed. */
static int ctl_receive(int fd, char **line)
{
	size_t len = 0, size = 4096;
	char *text = malloc(size);
	char *more;
	ssize_t n;

	while (text && size <= CTL_ANSWER_MAX) {
		n = recv(fd, text + len, size - len - 1, 0);
		if (n <= 0) {
			free(text);
			if (n && errno != ECONNRESET)
				return -errno;
			/* half an answer: it was at it, so not again */
			return len ? -EPROTO : -ECONNRESET;
		}
		len += n;
		if (text[len - 1] == '\n') {
			text[len - 1] = '\0';
			*line = text;
			return 0;
		}
		if (len < size - 1)
			continue;
		size *= 2;
		more = realloc(text, size);
		if (!more)
			break;
		text = more;
	}
	free(text);
	return -ENOBUFS;
}

static int ctl_exchange(int fd, const json_t *request, char **line)
{
	char *text = json_dumps(request, JSON_COMPACT);
	int err;

	if (!text)
		return -ENOMEM;
	err = ctl_send(fd, text, strlen(text));
	if (!err)
		err = ctl_send(fd, "\n", 1);
	if (!err)
		err = ctl_receive(fd, line);
	free(text);
	return err;
}

/* 0 and the line, a negative errno, or an exit code and a sentence. */
static int ctl_try(const json_t *request, unsigned int seconds, char **line,
		   char error[CTL_ERROR])
{
	const int fd = ctl_connect(seconds);
	int res;

	if (fd < 0)
		return fd;
	res = ctl_check_holder(fd, error);
	if (!res)
		res = ctl_exchange(fd, request, line);
	close(fd);
	return res;
}

/* The line of answer, to be freed, or an exit code and a sentence. */
static int ctl_converse(const json_t *request, unsigned int seconds, char **line,
			char error[CTL_ERROR])
{
	unsigned int tries = 0;
	int res;

	/* a daemon that ends resets whoever came too late: is there another one? */
	do {
		if (tries)
			usleep(CTL_PAUSE_US);
		res = ctl_try(request, seconds, line, error);
	} while ((res == -ECONNRESET || res == -EPIPE) && ++tries < CTL_TRIES);
	return res < 0 ? ctl_say_errno(error, -res) : res;
}

/* The exit code in an answer that is not ok. */
static int ctl_refusal(const json_t *answer, char error[CTL_ERROR])
{
	const json_int_t code = json_integer_value(json_object_get(answer, "code"));
	const char *text = json_string_value(json_object_get(answer, "error"));

	return ctl_say(
		error, code > 0 && code <= CLI_PERMISSION ? (int)code : CLI_INTERNAL,
		text ? text
		     : "keywayd - it refused without a reason - see its log: "
		       "journalctl -t keywayd");
}

int ctl_ask(json_t *request, unsigned int seconds, json_t **answer, char error[CTL_ERROR])
{
	char *line = NULL;
	json_t *a;
	int code;

	error[0] = '\0';
	if (!request)
		return ctl_say(error, CLI_USAGE,
			       "the arguments - they are no UTF-8 - see keyway help");
	code = ctl_converse(request, seconds, &line, error);
	json_decref(request);
	if (code)
		return code;
	a = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	free(line);
	if (!json_is_object(a)) {
		json_decref(a);
		return ctl_say(
			error, CLI_INTERNAL,
			"keywayd - its answer is no JSON object - are both programs of "
			"one version? keyway version");
	}
	if (json_is_true(json_object_get(a, "ok"))) {
		*answer = a;
		return CLI_OK;
	}
	code = ctl_refusal(a, error);
	json_decref(a);
	return code;
}

int ctl_call(json_t *request, unsigned int seconds, json_t **answer)
{
	char error[CTL_ERROR];
	int code = ctl_ask(request, seconds, answer, error);

	if (code)
		cli_fail(code, "%s", error);
	return code;
}
