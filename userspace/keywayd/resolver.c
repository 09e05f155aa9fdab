// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Names of endpoints turned into addresses. Owns one detached thread and the
 * queue between, under one mutex; whoever of owner and thread leaves last
 * frees both. Called by the path manager.
 */
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdaemon/alloc.h"
#include "libdaemon/loop.h"

struct resolver_question {
	struct resolver_question *next;
	struct resolver *resolver;
	struct resolver_answer answer;
};

struct resolver {
	/* identity */
	struct loop *loop;
	void (*done)(void *arg, const struct resolver_answer *a);
	void *arg;
	/* state: guarded by lock */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct resolver_question *first;
	struct resolver_question **last;
	unsigned int users; /* owner, thread, answers on their way */
	bool orphan;	    /* the owner is gone: tell nobody */
};

static void resolver_put(struct resolver *r)
{
	bool last;

	pthread_mutex_lock(&r->lock);
	last = !--r->users;
	pthread_mutex_unlock(&r->lock);
	if (!last)
		return;
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static void resolver_endpoint(const struct sockaddr *sa, struct kwnl_endpoint *at)
{
	const struct sockaddr_in6 *in6 = (const void *)sa;
	const struct sockaddr_in *in = (const void *)sa;

	memset(at, 0, sizeof(*at));
	if (sa->sa_family == AF_INET) {
		at->addr[10] = at->addr[11] = 0xff;
		memcpy(at->addr + 12, &in->sin_addr, 4);
		at->port = ntohs(in->sin_port);
	} else {
		memcpy(at->addr, &in6->sin6_addr, 16);
		at->port = ntohs(in6->sin6_port);
		at->ifindex = in6->sin6_scope_id;
	}
}

/* "host:port", "[v6]:port" cut in two; out_host takes RESOLVER_TEXT. */
static int resolver_split(const char *text, char *host, const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t n;

	if (!colon || colon == text || !colon[1] || strlen(text) >= RESOLVER_TEXT)
		return -EINVAL;
	*port = colon + 1;
	n = (size_t)(colon - text);
	if (*text == '[') {
		if (n < 3 || text[n - 1] != ']')
			return -EINVAL;
		text++;
		n -= 2;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	return 0;
}

static int resolver_lookup(const char *text, int flags, struct addrinfo **list)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM,
				  .ai_flags = flags | AI_NUMERICSERV | AI_ADDRCONFIG };
	char host[RESOLVER_TEXT];
	const char *port;

	if (resolver_split(text, host, &port))
		return EAI_NONAME;
	if (flags & AI_NUMERICHOST)
		hints.ai_flags &= ~AI_ADDRCONFIG;
	return getaddrinfo(host, port, &hints, list);
}

int resolver_parse(const char *text, struct kwnl_endpoint *at)
{
	char host[RESOLVER_TEXT];
	struct addrinfo *list;
	const char *port;

	if (resolver_split(text, host, &port))
		return -EINVAL;
	if (resolver_lookup(text, AI_NUMERICHOST, &list))
		return -EAGAIN;
	resolver_endpoint(list->ai_addr, at);
	freeaddrinfo(list);
	return at->port ? 0 : -EINVAL;
}

/* A name must not lead into the overlay itself, nor to more than one host. */
static bool resolver_fit(const struct kwnl_endpoint *at)
{
	static const uint8_t keys[4] = { 0x20, 0x01, 0x00, 0x2f };
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!memcmp(at->addr, mapped, sizeof(mapped)))
		return at->addr[12] < 224;
	return at->addr[0] != 0xff && memcmp(at->addr, keys, sizeof(keys));
}

static void resolver_run(struct resolver_answer *a)
{
	struct addrinfo *list, *one;
	int err;

	err = resolver_lookup(a->text, 0, &list);
	if (err) {
		a->error = gai_strerror(err);
		return;
	}
	for (one = list; one && a->n < RESOLVER_ANSWERS; one = one->ai_next) {
		if (one->ai_family != AF_INET && one->ai_family != AF_INET6)
			continue;
		resolver_endpoint(one->ai_addr, &a->at[a->n]);
		a->n += resolver_fit(&a->at[a->n]);
	}
	freeaddrinfo(list);
	a->error = a->n ? NULL : "no address that can be used";
}

static void resolver_deliver(void *arg)
{
	struct resolver_question *q = arg;
	struct resolver *r = q->resolver;

	if (!r->orphan) /* written on this thread alone */
		r->done(r->arg, &q->answer);
	free(q);
	resolver_put(r);
}

static struct resolver_question *resolver_next(struct resolver *r)
{
	struct resolver_question *q;

	pthread_mutex_lock(&r->lock);
	while (!r->first && !r->orphan)
		pthread_cond_wait(&r->wake, &r->lock);
	q = r->orphan ? NULL : r->first;
	if (q) {
		r->first = q->next;
		if (!r->first)
			r->last = &r->first;
	}
	pthread_mutex_unlock(&r->lock);
	return q;
}

/* Under the lock, so that the loop is still there when it is told. */
static bool resolver_hand_over(struct resolver *r, struct resolver_question *q)
{
	bool orphan;

	pthread_mutex_lock(&r->lock);
	orphan = r->orphan;
	if (!orphan) {
		r->users++;
		loop_defer(r->loop, resolver_deliver, q);
	}
	pthread_mutex_unlock(&r->lock);
	return !orphan;
}

static void *resolver_thread(void *arg)
{
	struct resolver_question *q;
	struct resolver *r = arg;

	while ((q = resolver_next(r))) {
		resolver_run(&q->answer);
		if (!resolver_hand_over(r, q))
			free(q);
	}
	resolver_put(r);
	return NULL;
}

void resolver_ask(struct resolver *r, const struct kw_addr *peer, const char *text)
{
	struct resolver_question *q = alloc_zero(sizeof(*q));

	q->resolver = r;
	q->answer.peer = *peer;
	snprintf(q->answer.text, sizeof(q->answer.text), "%s", text);
	pthread_mutex_lock(&r->lock);
	*r->last = q;
	r->last = &q->next;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
}

struct resolver *resolver_create(struct loop *loop,
				 void (*done)(void *arg, const struct resolver_answer *a),
				 void *arg)
{
	struct resolver *r = alloc_zero(sizeof(*r));
	sigset_t all, old;
	pthread_t thread;

	r->loop = loop;
	r->done = done;
	r->arg = arg;
	r->last = &r->first;
	r->users = 2;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->wake, NULL);
	/* signals are the loop's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&thread, NULL, resolver_thread, r))
		abort();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_detach(thread);
	return r;
}

void resolver_destroy(struct resolver *r)
{
	struct resolver_question *q, *next;

	pthread_mutex_lock(&r->lock);
	r->orphan = true;
	q = r->first;
	r->first = NULL;
	r->last = &r->first;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	for (; q; q = next) {
		next = q->next;
		free(q);
	}
	resolver_put(r);
}
