// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * How many handshakes a core answers, through the daemon's own workers, loop
 * and trust table: each of many trusted nodes comes for the first time (nothing
 * is cached, five X25519 and a verification), then once more, as for a rekey.
 * And, in the same run, what four X25519 and one Ed25519 verification allow.
 * Then on two cores while the trust table is edited. Prints
 * one flat JSON object of figures. A round is short and the best of several
 * counts, as the machine may have other things to do; per core it is CPU time,
 * of the loop too, over two cores the clock on the wall.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keywayd/keycache.h"
#include "keywayd/worker.h"
#include "libdaemon/loop.h"
#include "libkeyway/crypto.h"
#include "libkeyway/fingerprint.h"
#include "libkeyway/identity.h"
#include "keywayd/entropy.h"

#define BENCH_PEERS 700
#define BENCH_ROUNDS 7
#define BENCH_FLIGHT 48
#define BENCH_EDIT (5 * LOOP_MS)

struct bench {
	/* identity */
	struct kw_identity self;
	struct kw_dh s;
	struct job_packet init[2 * BENCH_PEERS]; /* of each the first, then of each another */
	struct kw_trust_entry *entry;
	struct kw_trust store;
	/* a round's */
	struct loop *loop;
	struct trustdb *trust;
	struct worker *worker;
	struct loop_timer *edit;
	unsigned int next, done, until, failed;
};

static uint64_t bench_clock(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * LOOP_SECOND + (uint64_t)t.tv_nsec;
}

static void bench_pin(unsigned int cpus)
{
	cpu_set_t set;
	unsigned int i;

	CPU_ZERO(&set);
	for (i = 0; i < cpus; i++)
		CPU_SET(i, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("sched_setaffinity");
}

/* --- the bound ------------------------------------------------------------ */

static uint64_t bench_bound_once(const struct bench *b, const struct kw_cert_static *cert)
{
	uint64_t began = bench_clock(CLOCK_THREAD_CPUTIME_ID);
	struct kw_key out = b->s.public;
	unsigned int i, j;

	for (i = 0; i < 200; i++) {
		for (j = 0; j < 4; j++)
			if (kw_dh_compute(&b->s, &out, &out))
				abort();
		if (kw_cert_verify_static(cert, &b->self.id))
			abort();
	}
	return (bench_clock(CLOCK_THREAD_CPUTIME_ID) - began) / 200;
}

/* ns of four X25519 and one verification. */
static uint64_t bench_bound(const struct bench *b)
{
	struct kw_cert_static cert = { .s = b->s.public, .epoch = 1 };
	uint64_t best = UINT64_MAX, took;
	unsigned int i;

	if (kw_cert_sign_static(&cert, &b->self))
		abort();
	for (i = 0; i < 3 * BENCH_ROUNDS; i++) {
		took = bench_bound_once(b, &cert);
		best = took < best ? took : best;
	}
	return best;
}

/* --- INITs, made beforehand ----------------------------------------------- */

static void bench_identity(struct kw_identity *id, struct kw_dh *s)
{
	struct kw_key seed;

	entropy_fill(&seed, sizeof(seed));
	kw_identity_create(id, &seed);
	entropy_fill(&seed, sizeof(seed));
	kw_dh_create(s, &seed);
}

static void bench_write(const struct job_env *env, struct job *j, struct job_packet *out)
{
	j->init_write.init.timestamp++;
	job_run(env, j);
	if (j->err)
		abort();
	*out = j->init_write.packet;
}

static void bench_init(struct bench *b, unsigned int i, struct keycache *cache)
{
	struct job_env env = { .cache = cache };
	struct job j = { .kind = JOB_INIT_WRITE };
	struct kw_identity id;
	struct kw_dh s;

	bench_identity(&id, &s);
	j.init_write.s = &s;
	j.init_write.rs = b->s.public;
	j.init_write.domain.val = b->self.val;
	j.init_write.index = i + 1;
	j.init_write.init.id = id.id;
	j.init_write.init.cert = (struct kw_cert_static){ .s = s.public, .epoch = 1 };
	if (kw_cert_sign_static(&j.init_write.init.cert, &id))
		abort();
	j.init_write.init.suites = KW_MESSAGE_OFFER_CHACHA;
	j.init_write.init.versions = KW_MESSAGE_VERSION_1;
	bench_write(&env, &j, &b->init[i]);
	bench_write(&env, &j, &b->init[BENCH_PEERS + i]);
	memset(&b->entry[i], 0, sizeof(b->entry[i]));
	b->entry[i].fp.val = id.val;
	job_destroy(&j);
	kw_dh_destroy(&s);
}

static void bench_trust(struct bench *b, struct kw_trust_entry *made)
{
	unsigned int i;

	kw_trust_create(&b->store, b->entry, BENCH_PEERS + 1);
	for (i = 0; i < BENCH_PEERS; i++)
		if (kw_trust_add(&b->store, &made[i]))
			abort();
}

static struct bench *bench_create(void)
{
	struct kw_trust_entry *made = calloc(BENCH_PEERS + 1, sizeof(*made));
	struct bench *b = calloc(1, sizeof(*b));
	struct keycache *cache = keycache_create();
	unsigned int i;

	bench_identity(&b->self, &b->s);
	b->entry = made;
	for (i = 0; i < BENCH_PEERS; i++)
		bench_init(b, i, cache);
	b->entry = calloc(BENCH_PEERS + 1, sizeof(*b->entry));
	bench_trust(b, made);
	free(made);
	keycache_destroy(cache);
	return b;
}

/* --- a round -------------------------------------------------------------- */

static void bench_submit(struct bench *b)
{
	struct job j = { .kind = JOB_INIT_READ, .token = b->next };

	if (b->next == b->until)
		return;
	j.init_read.s = &b->s;
	j.init_read.val = b->self.val;
	j.init_read.packet = b->init[b->next++];
	if (worker_submit(b->worker, &j))
		abort();
}

static void bench_answer(struct bench *b, const struct job *from)
{
	struct job j = { .kind = JOB_RESP_WRITE, .token = from->token };

	j.resp_write.m = from->init_read.m;
	j.resp_write.index_i = (uint32_t)from->token + 1;
	j.resp_write.index_r = (uint32_t)from->token + 1;
	j.resp_write.limit = from->init_read.packet.n;
	j.resp_write.id_i = from->init_read.init.id;
	j.resp_write.id_r = b->self.id;
	j.resp_write.resp.suite = KW_KEYS_CHACHA;
	if (worker_submit(b->worker, &j))
		abort();
}

static void bench_done(void *arg, struct job *j)
{
	struct bench *b = arg;

	if (!j->err && j->kind == JOB_INIT_READ) {
		bench_answer(b, j);
		return;
	}
	b->failed += j->err != 0;
	bench_submit(b);
	if (++b->done == b->until)
		loop_stop(b->loop, 0);
}

/* One entry comes and goes, as an administrator or a delegator would do. */
static void bench_edit(void *arg)
{
	struct kw_trust_entry e = { .name = "edited" };
	struct bench *b = arg;

	memset(&e.fp.val, 0x55, sizeof(e.fp.val));
	if (kw_trust_del(&b->store, &e.fp.val) && kw_trust_add(&b->store, &e))
		abort();
	trustdb_set(b->trust, &b->store);
	loop_timer_set(b->edit, BENCH_EDIT);
}

/* What a pass over all peers took, ns per handshake. */
struct bench_pass {
	uint64_t wall, cpu; /* cpu: of all threads */
};

/* The best of several rounds. */
struct bench_took {
	struct bench_pass first, again;
};

static void bench_least(uint64_t *best, uint64_t began, clockid_t which)
{
	uint64_t took = (bench_clock(which) - began) / BENCH_PEERS;

	*best = took < *best ? took : *best;
}

static void bench_pass(struct bench *b, struct bench_pass *best)
{
	uint64_t wall = bench_clock(CLOCK_MONOTONIC), cpu = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	unsigned int i;

	b->until += BENCH_PEERS;
	for (i = 0; i < BENCH_FLIGHT; i++)
		bench_submit(b);
	if (loop_run(b->loop))
		abort();
	bench_least(&best->wall, wall, CLOCK_MONOTONIC);
	bench_least(&best->cpu, cpu, CLOCK_PROCESS_CPUTIME_ID);
}

static void bench_round(struct bench *b, unsigned int threads, struct bench_took *best)
{
	struct worker_conf conf = { .threads = threads, .done = bench_done, .arg = b };

	b->next = b->done = b->until = 0;
	b->loop = loop_create();
	b->trust = trustdb_create();
	trustdb_set(b->trust, &b->store);
	b->edit = loop_timer_create(b->loop, bench_edit, b);
	conf.loop = b->loop;
	conf.trust = b->trust;
	b->worker = worker_create(&conf);
	if (threads > 1)
		loop_timer_set(b->edit, BENCH_EDIT);
	bench_pass(b, &best->first);
	bench_pass(b, &best->again);
	loop_timer_destroy(b->edit);
	worker_destroy(b->worker);
	loop_destroy(b->loop);
	trustdb_destroy(b->trust);
}

static double bench_per_s(uint64_t ns)
{
	return 1e9 / (double)ns;
}

static void bench_print(uint64_t bound, const struct bench_took *one, const struct bench_took *two)
{
	uint64_t both = (one->first.cpu + one->again.cpu) / 2;
	uint64_t wall = one->first.wall + one->again.wall;

	printf("{\"handshakes_per_core\": %.0f, \"handshakes_first_per_core\": %.0f, "
	       "\"handshakes_again_per_core\": %.0f, \"handshakes_bound\": %.0f, "
	       "\"handshake_bound_ratio\": %.3f, \"handshake_first_bound_ratio\": %.3f",
	       bench_per_s(both), bench_per_s(one->first.cpu), bench_per_s(one->again.cpu),
	       bench_per_s(bound), (double)bound / (double)both,
	       (double)bound / (double)one->first.cpu);
	if (two)
		printf(", \"handshakes_2core_ratio\": %.3f",
		       (double)wall / (double)(two->first.wall + two->again.wall));
	printf("}\n");
}

int main(void)
{
	struct bench_pass never = { UINT64_MAX, UINT64_MAX };
	struct bench_took one = { never, never }, two = one;
	bool cores = sysconf(_SC_NPROCESSORS_ONLN) > 1;
	uint64_t bound;
	struct bench *b;
	unsigned int i;

	if (kw_crypto_init())
		return 1;
	b = bench_create();
	bench_pin(1);
	bound = bench_bound(b);
	for (i = 0; i < BENCH_ROUNDS; i++) {
		bench_pin(1);
		bench_round(b, 1, &one);
		bench_pin(2);
		if (cores)
			bench_round(b, 2, &two);
	}
	bench_print(bound, &one, cores ? &two : NULL);
	if (b->failed)
		fprintf(stderr, "%u handshakes failed\n", b->failed);
	return b->failed != 0;
}
