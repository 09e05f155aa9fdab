// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/handshake.c userspace/keywayd/initiator.c userspace/keywayd/stray.c userspace/keywayd/responder.c userspace/keywayd/kit.c userspace/keywayd/pair.c userspace/keywayd/job.c userspace/keywayd/worker.c userspace/keywayd/keycache.c userspace/keywayd/domain.c */
/* links: userspace/keywayd/cookie.c userspace/keywayd/budget.c userspace/keywayd/freshness.c userspace/keywayd/replaycache.c userspace/keywayd/peer.c userspace/keywayd/trustdb.c userspace/keywayd/statickey.c userspace/keywayd/state.c userspace/keywayd/clock.c userspace/keywayd/entropy.c */
/* links: userspace/libdaemon/alloc.c userspace/libdaemon/conf.c userspace/libdaemon/file.c userspace/libdaemon/log.c */
/* cflags: -Wl,--wrap=worker_create -Wl,--wrap=worker_submit */
/*
 * Two handshake engines with eight worker threads each and real DH, joined by
 * a kernel that takes whatever it is given: so what is installed once is the
 * daemon's doing. One RESP arrives a hundred times at once; damaged ones with
 * a good mac1 come before it; one INIT arrives from many sources.
 */
#include <pthread.h>
#include <unistd.h>

#include "fakeloop.h"
#include "keywayd/budget.h"
#include "keywayd/clock.h"
#include "keywayd/domain.h"
#include "keywayd/handshake.h"
#include "keywayd/statickey.h"
#include "keywayd/worker.h"
#include "libkeyway/crypto.h"
#include "libkeyway/fingerprint.h"
#include "libkeyway/identity.h"
#include "test.h"

#define COPIES 100
#define THREADS 8
#define PACKETS 64

struct end {
	struct kw_identity identity;
	struct state *state;
	struct clock *clock;
	struct statickey *statickey;
	struct trustdb *trust;
	struct domain *domain;
	struct budget *budget;
	struct peers *peers;
	struct peer *other;
	struct handshake *handshake;
	/* what its kernel saw */
	unsigned int installed;
	struct kwnl_session_set_req last;
	uint32_t index;
	struct kw_mackey answer_key;
	struct job_packet sent[PACKETS];
	unsigned int packets, early; /* RESPs before their keys */
};

static struct loop loop = { .now = 1000 * LOOP_SECOND,
			    .wall = { 1900000000 * LOOP_SECOND, true } };
static const struct kw_key secret = { { 7 } };
static struct end a, b;
static uint32_t indices;

/* --- loop_defer, the one call of loop.h that threads make ------------------ */

struct deferred {
	struct deferred *next;
	void (*fn)(void *arg);
	void *arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct deferred *first, **last = &first;

void loop_defer(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct deferred *d = malloc(sizeof(*d));

	(void)l;
	*d = (struct deferred){ NULL, fn, arg };
	pthread_mutex_lock(&lock);
	*last = d;
	last = &d->next;
	pthread_mutex_unlock(&lock);
}

static bool run_one(void)
{
	struct deferred *d;

	pthread_mutex_lock(&lock);
	d = first;
	if (d)
		first = d->next;
	if (!first)
		last = &first;
	pthread_mutex_unlock(&lock);
	if (!d)
		return false;
	d->fn(d->arg);
	free(d);
	return true;
}

/* --- the workers, whose jobs are counted ----------------------------------- */

static struct worker_conf told[2];
static unsigned int workers, under_way;

struct worker *__real_worker_create(const struct worker_conf *conf);
struct worker *__wrap_worker_create(const struct worker_conf *conf);
int __real_worker_submit(struct worker *w, const struct job *j);
int __wrap_worker_submit(struct worker *w, const struct job *j);

static void counted_done(void *arg, struct job *j)
{
	const struct worker_conf *conf = arg;

	under_way--;
	conf->done(conf->arg, j);
}

struct worker *__wrap_worker_create(const struct worker_conf *conf)
{
	struct worker_conf counted = *conf;

	if (workers == 2)
		abort();
	told[workers] = *conf;
	counted.done = counted_done;
	counted.arg = &told[workers++];
	return __real_worker_create(&counted);
}

int __wrap_worker_submit(struct worker *w, const struct job *j)
{
	int err = __real_worker_submit(w, j);

	under_way += !err;
	return err;
}

/* Until every job came back, however slow the machine. */
static void run(void)
{
	while (run_one() || under_way)
		usleep(1000);
}

/* --- the kernel ------------------------------------------------------------ */

int kwnl_new_session(struct kwnl *k, const struct kwnl_session_req *req,
		     struct kwnl_session_reply *reply)
{
	(void)req;
	reply->index = ((struct end *)k)->index = ++indices;
	reply->highest = 0;
	return 0;
}

int kwnl_del_session(struct kwnl *k, uint32_t dev, uint32_t index)
{
	(void)k;
	(void)dev;
	(void)index;
	return 0;
}

int kwnl_set_session(struct kwnl *k, struct kwnl_session_set_req *req)
{
	struct end *e = (struct end *)k;

	e->installed++;
	e->last = *req;
	return 0;
}

int kwnl_send_control(struct kwnl *k, struct kwnl_control_req *req)
{
	struct end *e = (struct end *)k;
	struct job_packet *p = &e->sent[e->packets++ % PACKETS];

	e->early += req->payload_len && !e->installed &&
		    ((const uint8_t *)req->payload)[0] == KW_MESSAGE_RESP;
	p->n = (uint16_t)req->payload_len;
	memcpy(p->b, req->payload, req->payload_len);
	if (req->has_answer_key)
		memcpy(e->answer_key.b, req->answer_key, sizeof(e->answer_key.b));
	return 0;
}

int kwnl_set_domain(struct kwnl *k, struct kwnl_domain_req *req)
{
	(void)k;
	(void)req;
	return 0;
}

const char *kwnl_strerror(const struct kwnl *k)
{
	(void)k;
	return "refused";
}

/* --- the ends -------------------------------------------------------------- */

static struct peer *end_accept(void *arg, const struct kw_hash *val, const struct peer_key *key)
{
	struct end *e = arg;

	(void)val;
	e->other->key = *key;
	return e->other;
}

static void end_report(void *arg, struct peer *p, enum handshake_event event)
{
	(void)arg;
	(void)p;
	(void)event;
}

static void end_identity(struct end *e, uint8_t seed)
{
	struct statickey_conf conf = { .loop = &loop, .identity = &e->identity };
	struct clock_conf clock = { .state = CLOCK_SYNCHRONISED };

	kw_identity_create(&e->identity, &(struct kw_key){ { seed } });
	e->state = state_create(&loop, NULL, NULL);
	e->clock = clock_create(&loop, &clock);
	conf.state = e->state;
	conf.clock = e->clock;
	e->statickey = statickey_create(&conf);
}

static struct kwnl_endpoint end_address(uint8_t last)
{
	return (struct kwnl_endpoint){ .addr = { [10] = 0xff, [11] = 0xff, [15] = last }, .port = 1 };
}

static void end_trust(struct end *e, const struct end *other)
{
	struct kw_trust_entry room[1], entry = { .fp.val = other->identity.val };
	struct kw_trust t;

	kw_trust_create(&t, room, 1);
	if (kw_trust_add(&t, &entry))
		abort();
	e->trust = trustdb_create();
	trustdb_set(e->trust, &t);
	e->peers = peer_table_create();
	e->other = peer_add(e->peers, &other->identity.val);
	e->other->candidates = 1;
	/* where deliver() says that the other end is */
	e->other->candidate[0].remote = end_address(e == &a ? 2 : 1);
	e->other->key = (struct peer_key){ true, other->identity.id,
					   statickey_current(other->statickey)->cert };
}

static void end_create(struct end *e)
{
	static const struct handshake_ops ops = { end_accept, end_report };
	struct domain_conf domain = { .kwnl = (struct kwnl *)e, .val = e->identity.val,
				      .secrets = &secret, .n = 1 };
	struct handshake_conf conf = {
		.loop = &loop, .kwnl = (struct kwnl *)e, .clock = e->clock, .state = e->state,
		.statickey = e->statickey, .trust = e->trust, .threads = THREADS,
		.ops = &ops, .arg = e,
	};

	e->domain = conf.domain = domain_create(&domain);
	e->budget = conf.budget = budget_create();
	conf.self.id = e->identity.id;
	conf.self.val = e->identity.val;
	conf.self.suites = KW_MESSAGE_OFFER_CHACHA;
	e->handshake = handshake_create(&conf);
}

static void end_destroy(struct end *e)
{
	handshake_forget(e->handshake, e->other);
	handshake_destroy(e->handshake);
	run();
	peer_del(e->peers, e->other);
	peer_table_destroy(e->peers);
	trustdb_destroy(e->trust);
	budget_destroy(e->budget);
	domain_destroy(e->domain);
	statickey_destroy(e->statickey);
	clock_destroy(e->clock);
	state_destroy(e->state);
}

static bool under_secret(const struct job_packet *p)
{
	struct kw_message_domain d = { .val = b.identity.val, .secret = secret };
	struct kw_mackey key;

	kw_message_mac1_key(&d, &key);
	return !kw_message_check_mac1(&key, KW_BYTES(p->b, p->n));
}

static void deliver_as(struct end *to, const struct job_packet *p, uint8_t from, bool cookied)
{
	struct kwnl_control c = {
		.socket = 1,
		.cookied = cookied,
		.mac1_key_id = under_secret(p),
		.remote = end_address(from),
		.payload = p->b,
		.payload_len = p->n,
	};

	handshake_input(to->handshake, &c);
}

static void deliver(struct end *to, const struct job_packet *p, uint8_t from)
{
	deliver_as(to, p, from, false);
}

static const struct job_packet *latest(const struct end *e)
{
	return &e->sent[(e->packets - 1) % PACKETS];
}

static void clear(void)
{
	a.installed = b.installed = a.packets = b.packets = 0;
}

/* Up to a new INIT that waits at a. */
static void until_init(void)
{
	clear();
	loop.now += 100 * LOOP_SECOND;
	loop.wall.ns += 100 * LOOP_SECOND;
	handshake_confirmed(a.handshake, a.other, 0);
	handshake_start(a.handshake, a.other);
	run();
}

/* Up to a RESP that waits at b: the first contact goes by RETRY. */
static void until_resp(void)
{
	until_init();
	deliver(&b, latest(&a), 1);
	run();
	if (latest(&b)->b[0] != KW_MESSAGE_RETRY)
		return;
	deliver(&a, latest(&b), 2);
	run();
	deliver(&b, latest(&a), 1);
	run();
}

/* --- what is asserted ------------------------------------------------------ */

static void test_domain(void)
{
	bool first;

	clear();
	handshake_start(a.handshake, a.other);
	run();
	first = under_secret(latest(&a));
	deliver(&b, latest(&a), 1);
	run();
	test_eq(latest(&b)->b[0], KW_MESSAGE_RETRY, "a first contact is answered by a challenge");
	deliver(&a, latest(&b), 2);
	run();
	test_ok(first && under_secret(latest(&a)), "what answers it goes under the same secret");
	deliver(&b, latest(&a), 1);
	run();
	deliver(&a, latest(&b), 2);
	run();
}

static void test_stray(void)
{
	struct job_packet resp;

	until_resp();
	resp = *latest(&b);
	deliver(&a, &resp, 99);
	run();
	test_eq(a.installed, 0, "a RESP from where no INIT went waits");
	deliver(&a, &resp, 2);
	run();
	test_eq(a.last.remote.addr[15], 2, "for one from where it did, whose address counts");
	until_resp();
	deliver(&a, latest(&b), 99);
	run();
	fakeloop_pass(&loop, 1);
	run();
	test_eq(a.last.remote.addr[15], 99, "but not for long");
}

static void test_same(void)
{
	struct job_packet resp;
	unsigned int i;

	until_resp();
	resp = *latest(&b);
	test_eq(resp.b[0], KW_MESSAGE_RESP, "first contact ends in RESP, after RETRY");
	test_ok(b.installed == 1 && !b.early, "which left after its keys were installed");
	for (i = 0; i < COPIES; i++)
		deliver(&a, &resp, 2);
	run();
	test_eq(a.installed, 1, "the same RESP on eight threads installs once");
	test_mem(a.last.rx_key, b.last.tx_key, 32, "both ends have the same keys");
	test_mem(a.last.tx_key, b.last.rx_key, 32, "in both directions");
	test_ok(a.last.rank == b.last.rank && a.last.index == b.last.remote_index &&
			b.last.index == a.last.remote_index, "and agree on rank and indices");
	deliver(&a, &resp, 2);
	run();
	test_eq(a.installed, 1, "nor does it install later");
}

static void test_garbage(void)
{
	struct job_packet resp, bad;
	unsigned int i;

	until_resp();
	resp = *latest(&b);
	test_eq(resp.b[0], KW_MESSAGE_RESP, "the second contact takes one round trip");
	for (i = 0; i < 6; i++) {
		bad = resp;
		bad.b[12 + 13 * i] ^= 0x10;
		kw_message_mac1(&a.answer_key, KW_BYTES(bad.b, bad.n), bad.b + bad.n - 8);
		deliver(&a, &bad, 2);
	}
	run();
	test_eq(a.installed, 0, "damaged RESPs with a good mac1 install nothing");
	deliver(&a, &resp, 2);
	run();
	test_eq(a.installed, 1, "and kill no try");
}

static void test_copies(void)
{
	struct job_packet init;
	unsigned int i, same = 0;
	uint8_t from;

	until_init();
	init = *latest(&a);
	for (from = 1; from <= 20; from++)
		deliver(&b, &init, from);
	run();
	for (i = 1; i < b.packets; i++)
		same += b.sent[i].n == b.sent[0].n &&
			!memcmp(b.sent[i].b, b.sent[0].b, b.sent[0].n);
	test_eq(b.packets, 8, "copies of one INIT are answered to eight sources");
	test_eq(same, 7, "with the same bytes");
	test_eq(b.installed, 1, "by one session");
	deliver(&b, &init, 1);
	run();
	test_eq(b.packets, 8, "and a copy again from one of them not at all");
	loop.now += 16 * LOOP_SECOND;
	deliver(&b, &init, 77);
	run();
	test_eq(b.packets, 8, "nor a replay after 15 s");
	loop.now += 110 * LOOP_SECOND;
	deliver(&b, &init, 78);
	run();
	test_ok(b.installed == 1 && latest(&b)->b[0] == KW_MESSAGE_RETRY,
		"one after 125 s is challenged, and installs nothing");
}

/* Somebody sends INITs in a's name, and b has nothing else to do. */
static void test_in_its_name(void)
{
	struct job_packet init, bad;
	unsigned int i;

	until_init();
	init = bad = *latest(&a);
	for (i = 0; i < 100; i++) {
		bad.b[200] = (uint8_t)(init.b[200] + 1 + i);
		deliver(&b, &bad, 1);
	}
	run();
	test_eq(b.packets, 90, "of 100 INITs at once ten are read, the others asked for a cookie");
	deliver(&b, &init, 1);
	run();
	test_eq(latest(&b)->b[0], KW_MESSAGE_COOKIE, "and so is the true one");
	deliver_as(&b, &init, 1, true);
	run();
	test_ok(latest(&b)->b[0] == KW_MESSAGE_RESP && b.installed == 1, "which is answered with it");
	clear();
	bad.b[bad.n - 16] ^= 1; /* another mac1: no copy of what was answered */
	for (i = 0; i < 100; i++) {
		bad.b[200] = (uint8_t)(init.b[200] + 1 + i);
		deliver_as(&b, &bad, 3, true);
	}
	run();
	test_eq(b.packets, 0, "an INIT with a cookie is never asked for one");
}

static void test_silence(void)
{
	struct kw_trust none = { 0 };

	trustdb_set(b.trust, &none);
	until_init();
	deliver(&b, latest(&a), 1);
	run();
	test_ok(!b.packets && !b.installed, "who isn't trusted hears nothing");
}

/* Whatever is under way when an engine ends comes back to it and is wiped. */
static void test_stamps(void)
{
	uint64_t kept;

	loop.wall.ns += 1000 * LOOP_SECOND;
	until_init();
	kept = state_lookup_self(a.state)->stamp;
	until_init();
	test_eq(state_lookup_self(a.state)->stamp, kept,
		"another try some minutes later has nothing to store");
	until_init();
	until_init();
	until_init();
	test_ok(state_lookup_self(a.state)->stamp > kept, "which isn't so for ever");
}

static void test_end(void)
{
	struct job_packet init = *latest(&a);
	uint8_t i;

	for (i = 0; i < 30; i++) {
		init.b[20] = i;
		deliver(&b, &init, (uint8_t)(100 + i));
	}
	end_destroy(&a);
	end_destroy(&b);
	test_ok(1, "engines end with work under way");
}

int main(void)
{
	if (kw_crypto_init())
		return 2;
	end_identity(&a, 1);
	end_identity(&b, 2);
	end_trust(&a, &b);
	end_trust(&b, &a);
	end_create(&a);
	end_create(&b);
	test_domain();
	test_stray();
	test_same();
	test_garbage();
	test_copies();
	test_in_its_name();
	test_silence();
	test_stamps();
	test_end();
	return test_done();
}
