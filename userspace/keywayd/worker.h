/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Handshake crypto on other cores: a job goes in by value, its result comes
 * back on the loop's thread. Two bounded queues: our own handshakes, and what
 * strangers send, which never delays the first. The threads own nothing but
 * the job they run and read the trust table under liburcu.
 */
#ifndef KEYWAYD_WORKER_H
#define KEYWAYD_WORKER_H

#include "job.h"

struct loop;
struct worker;

#define WORKER_OWN 4096	    /* jobs waiting at most, by queue */
#define WORKER_STRANGERS 256

struct worker_conf {
	struct loop *loop;
	const struct trustdb *trust;
	unsigned int threads; /* 0: as many as there are CPUs, at most 8 */
	/*
	 * On the loop's thread, once per job that was taken; the job is borrowed,
	 * and wiped after. err -ECANCELED: the workers were destroyed.
	 */
	void (*done)(void *arg, struct job *j);
	void *arg;
};

struct worker *worker_create(const struct worker_conf *conf);
/* Waits for the running jobs; every job has come back when it returns. */
void worker_destroy(struct worker *w);

/* Copies *j; the caller wipes its own. -EAGAIN: the queue of its kind is full. */
int KW_MUST worker_submit(struct worker *w, const struct job *j);
/* The strangers' queue is more than an eighth full. */
bool KW_MUST worker_busy(const struct worker *w);
/* Forgets cached DH results: our static key is gone. */
void worker_forget(struct worker *w);

#endif
