// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Threads around job_run(). One lock guards the queues; a thread takes our
 * own handshakes first. Results wait in a queue too, which a deferred call
 * empties: so worker_destroy() can empty it itself. The call may still be
 * under way then, and frees what is shared when it comes.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keycache.h"
#include "libdaemon/alloc.h"
#include "libdaemon/loop.h"
#include "worker.h"

#define WORKER_THREADS 8
#define WORKER_BATCH 8

struct worker_item {
	struct worker_item *next;
	struct job job;
};

struct worker_queue {
	struct worker_item *first, **last;
	unsigned int n, max;
};

struct worker {
	/* set */
	struct worker_conf conf;
	struct job_env env;
	pthread_t thread[WORKER_THREADS];
	/* state, under lock */
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct worker_queue own, strangers, results;
	bool deferred; /* a call is under way that will take the results */
	bool stop;
};

static void worker_queue_create(struct worker_queue *q, unsigned int max)
{
	q->first = NULL;
	q->last = &q->first;
	q->n = 0;
	q->max = max;
}

static struct worker_item *worker_take(struct worker_queue *q)
{
	struct worker_item *item = q->first;

	if (!item)
		return NULL;
	q->first = item->next;
	if (!q->first)
		q->last = &q->first;
	q->n--;
	return item;
}

static void worker_item_destroy(struct worker_item *item)
{
	job_destroy(&item->job);
	free(item);
}

static void worker_free(struct worker *w)
{
	keycache_destroy(w->env.cache);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static void worker_append(struct worker_queue *q, struct worker_item *item)
{
	item->next = NULL;
	*q->last = item;
	q->last = &item->next;
	q->n++;
}

static void worker_return(struct worker *w, struct worker_item *item)
{
	w->conf.done(w->conf.arg, &item->job);
	worker_item_destroy(item);
}

/* NULL: none is left, so the next result defers a call again. */
static struct worker_item *worker_take_result(struct worker *w)
{
	struct worker_item *item;

	pthread_mutex_lock(&w->lock);
	item = worker_take(&w->results);
	if (!item)
		w->deferred = false;
	pthread_mutex_unlock(&w->lock);
	return item;
}

/* Deferred: on the loop's thread. */
static void worker_results(void *arg)
{
	struct worker *w = arg;
	struct worker_item *item;

	while (!w->stop && (item = worker_take_result(w)))
		worker_return(w, item);
	if (w->stop)
		worker_free(w);
}

/*
 * A thread's. The loop is woken when nothing waits to be done, else for a
 * batch: a switch to it and back costs a tenth of a handshake.
 */
static void worker_finish(struct worker *w, struct worker_item *item)
{
	bool defer;

	pthread_mutex_lock(&w->lock);
	worker_append(&w->results, item);
	defer = !w->deferred &&
		(w->results.n >= WORKER_BATCH || (!w->own.n && !w->strangers.n));
	w->deferred = w->deferred || defer;
	pthread_mutex_unlock(&w->lock);
	if (defer)
		loop_defer(w->conf.loop, worker_results, w);
}

static struct worker_item *worker_wait(struct worker *w)
{
	struct worker_item *item = NULL;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		item = worker_take(&w->own);
		if (!item)
			item = worker_take(&w->strangers);
		if (item)
			break;
		pthread_cond_wait(&w->work, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return item;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct worker_item *item;

	trustdb_thread_start();
	while ((item = worker_wait(w))) {
		job_run(&w->env, &item->job);
		worker_finish(w, item);
	}
	trustdb_thread_stop();
	return NULL;
}

static unsigned int worker_count(unsigned int wanted)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!wanted)
		wanted = cpus > 0 ? (unsigned int)cpus : 1;
	return wanted < WORKER_THREADS ? wanted : WORKER_THREADS;
}

/* Where the system gives fewer threads, fewer do; without one it's as without memory. */
static void worker_start(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < w->conf.threads; i++) {
		if (pthread_create(&w->thread[i], NULL, worker_main, w))
			break;
	}
	if (!i)
		abort();
	w->conf.threads = i;
}

struct worker *worker_create(const struct worker_conf *conf)
{
	struct worker *w = alloc_zero(sizeof(*w));

	w->conf = *conf;
	w->conf.threads = worker_count(conf->threads);
	w->env.cache = keycache_create();
	w->env.trust = conf->trust;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	worker_queue_create(&w->own, WORKER_OWN);
	worker_queue_create(&w->strangers, WORKER_STRANGERS);
	worker_queue_create(&w->results, UINT32_MAX);
	worker_start(w);
	return w;
}

void worker_destroy(struct worker *w)
{
	struct worker_item *item;
	unsigned int i;

	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->work);
	pthread_mutex_unlock(&w->lock);
	for (i = 0; i < w->conf.threads; i++)
		pthread_join(w->thread[i], NULL);
	while ((item = worker_take(&w->results)) || (item = worker_take(&w->own)) ||
	       (item = worker_take(&w->strangers))) {
		item->job.err = -ECANCELED;
		worker_return(w, item);
	}
	if (!w->deferred)
		worker_free(w);
}

int worker_submit(struct worker *w, const struct job *j)
{
	struct worker_queue *q = j->kind == JOB_INIT_READ ? &w->strangers : &w->own;
	struct worker_item *item;
	int err = -EAGAIN;

	item = alloc_zero(sizeof(*item));
	item->job = *j;
	pthread_mutex_lock(&w->lock);
	if (q->n < q->max) {
		worker_append(q, item);
		pthread_cond_signal(&w->work);
		err = 0;
	}
	pthread_mutex_unlock(&w->lock);
	if (err)
		worker_item_destroy(item);
	return err;
}

bool worker_busy(const struct worker *w)
{
	/* Written by threads meanwhile: a hint, and read as one. */
	return __atomic_load_n(&w->strangers.n, __ATOMIC_RELAXED) > WORKER_STRANGERS / 8;
}

void worker_forget(struct worker *w)
{
	keycache_forget_ss(w->env.cache);
}
