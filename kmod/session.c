// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Traffic sessions from reserved index to wiped keys. Owns the index table of
 * a device, the list of each peer and every key. Called by requests (reserve,
 * install, retire), by packets (lookup, numbers, confirmation) and by timers
 * (what is due). Two locks, both leaves: the table's and the peer's.
 */
#include <linux/random.h>
#include <linux/slab.h>

#include "compat.h"
#include "remote.h"
#include "roster.h"
#include "session.h"

static struct workqueue_struct *session_wq;
static bool session_asleep;

void kw_session_queue(struct rcu_work *work)
{
	queue_rcu_work(session_wq, work);
}

void kw_session_flush(void)
{
	rcu_barrier();
	flush_workqueue(session_wq);
}

void kw_session_sleep(bool asleep)
{
	WRITE_ONCE(session_asleep, asleep);
}

static struct hlist_head *session_bucket(struct kw_session_table *table,
					 u32 index)
{
	return &table->buckets[index & (KW_SESSION_BUCKETS - 1)];
}

struct kw_session *kw_session_lookup(struct kw_session_table *table, u32 index)
{
	struct kw_session *session;

	hlist_for_each_entry_rcu(session, session_bucket(table, index), hash)
		if (session->index == index)
			return session;
	return NULL;
}

static void session_destroy(struct kw_session *session)
{
	kw_space_rx_destroy(&session->spaces_rx);
	kw_crypt_key_destroy(&session->rx);
	kw_crypt_key_destroy(&session->tx);
	kw_remote_destroy(session->remote);
	kfree_sensitive(session);
}

static void session_free_work(struct work_struct *work)
{
	struct kw_session *session =
		container_of(to_rcu_work(work), struct kw_session, free);

	session_destroy(session);
}

/* Ends it as a reservation; table->lock held */
static void session_fulfil(struct kw_session *session)
{
	list_del_init(&session->waiting);
	list_del_init(&session->promised);
	session->table->reservations--;
}

/* table->lock held; false when another was faster */
static bool session_unlink(struct kw_session *session)
{
	struct kw_session_table *table = session->table;

	if (session->dead)
		return false;
	session->dead = true;
	hlist_del_rcu(&session->hash);
	list_del_rcu(&session->entry);
	atomic64_inc(table->generation);
	if (list_empty(&session->waiting)) {
		table->installed--;
		return true;
	}
	session_fulfil(session);
	return true;
}

static void session_bury(struct kw_session *session)
{
	struct kw_session_table *table = session->table;
	bool mine;

	spin_lock_bh(&table->lock);
	mine = session_unlink(session);
	spin_unlock_bh(&table->lock);
	if (mine)
		kw_session_queue(&session->free);
}

/* Only if nobody is giving it its keys at this moment. */
static void session_unreserve(struct kw_session *session)
{
	struct kw_session_table *table = session->table;
	bool mine = false;

	spin_lock_bh(&table->lock);
	if (!list_empty(&session->waiting))
		mine = session_unlink(session);
	spin_unlock_bh(&table->lock);
	if (mine)
		kw_session_queue(&session->free);
}

/* The oldest reservation if made to end by now_ms; re-arms for the others. */
static struct kw_session *session_overdue(struct kw_session_table *table,
					  u64 now_ms)
{
	struct kw_session *session;

	spin_lock_bh(&table->lock);
	session = list_first_entry_or_null(&table->reserved, struct kw_session,
					   waiting);
	if (session && session->reserved_until_ms > now_ms) {
		u64 left = session->reserved_until_ms - now_ms;

		mod_timer(&table->timer, jiffies + msecs_to_jiffies(left) + 1);
		session = NULL;
	}
	spin_unlock_bh(&table->lock);
	return session;
}

/* Reservations end in the order in which they were made. */
static void session_end_reserved(struct kw_session_table *table, u64 now_ms)
{
	struct kw_session *session;

	rcu_read_lock();
	while ((session = session_overdue(table, now_ms)))
		session_unreserve(session);
	rcu_read_unlock();
}

static void session_timeout(struct timer_list *timer)
{
	struct kw_session_table *table =
		timer_container_of(table, timer, timer);

	session_end_reserved(table, kw_session_now());
}

int kw_session_table_init(struct kw_session_table *table,
			  atomic64_t *generation)
{
	spin_lock_init(&table->lock);
	INIT_LIST_HEAD(&table->list);
	INIT_LIST_HEAD(&table->reserved);
	timer_setup(&table->timer, session_timeout, 0);
	kw_seen_init(&table->seen);
	table->generation = generation;
	table->buckets = kvcalloc(KW_SESSION_BUCKETS, sizeof(*table->buckets),
				  GFP_KERNEL_ACCOUNT);
	return table->buckets ? 0 : -ENOMEM;
}

void kw_session_table_destroy(struct kw_session_table *table)
{
	if (!table->buckets)
		return;
	timer_shutdown_sync(&table->timer);
	kvfree(table->buckets);
	kw_seen_destroy(&table->seen);
}

void kw_session_set_init(struct kw_session_set *set)
{
	spin_lock_init(&set->lock);
	INIT_LIST_HEAD(&set->reserved);
}

static struct kw_session *session_create(struct kw_session_table *table,
					 struct kw_peer *peer,
					 struct kw_session_set *set)
{
	struct kw_session *session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);

	if (!session)
		return NULL;
	session->table = table;
	session->peer = peer;
	session->set = set;
	session->reserved_until_ms = kw_session_now() + KW_RESERVE_MS;
	INIT_LIST_HEAD(&session->promised);
	INIT_RCU_WORK(&session->free, session_free_work);
	kw_space_rx_init(&session->spaces_rx);
	kw_number_init(&session->number);
	return session;
}

/* table->lock held */
static void session_link(struct kw_session *session)
{
	struct kw_session_table *table = session->table;

	do {
		session->index = get_random_u32();
	} while (!session->index || kw_session_lookup(table, session->index));
	session->seq = ++table->next_seq;
	hlist_add_head_rcu(&session->hash,
			   session_bucket(table, session->index));
	list_add_tail_rcu(&session->entry, &table->list);
	list_add_tail(&session->waiting, &table->reserved);
	atomic64_inc(table->generation);
	table->reservations++;
	if (session->set)
		list_add_tail(&session->promised, &session->set->reserved);
	if (!timer_pending(&table->timer))
		mod_timer(&table->timer,
			  jiffies + msecs_to_jiffies(KW_RESERVE_MS) + 1);
}

int kw_session_reserve(struct kw_session_table *table, struct kw_peer *peer,
		       struct kw_session_set *set, u32 *index, u32 *highest)
{
	struct kw_session *session = session_create(table, peer, set);
	int err = 0;

	if (!session)
		return -ENOMEM;
	*highest = set ? kw_roster_highest(set) : 0;
	spin_lock_bh(&table->lock);
	if (set && list_count_nodes(&set->reserved) >= KW_RESERVE_PER_PEER)
		err = -EDQUOT;
	else if (table->reservations >= KW_RESERVE_PER_DEVICE)
		err = -ENOSPC;
	else
		session_link(session);
	*index = session->index;
	spin_unlock_bh(&table->lock);
	if (err)
		session_destroy(session);
	return err;
}

int kw_session_expect(struct kw_session_table *table, u32 index, const u8 *key)
{
	struct kw_session *session;
	int err = -ESTALE;
	u8 state = KW_SESSION_ANSWER_KEYLESS;

	rcu_read_lock();
	session = kw_session_lookup(table, index);
	if (!session || kw_session_installed(session))
		goto out_unlock;
	err = 0;
	if (session->answer_state == KW_SESSION_ANSWER_KEYED)
		goto out_unlock;
	if (key) {
		kw_mac1_key_read(&session->answer_key, key);
		state = KW_SESSION_ANSWER_KEYED;
	}
	/* the key before the state that says it is there */
	smp_store_release(&session->answer_state, state);
out_unlock:
	rcu_read_unlock();
	return err;
}

static int session_keys(struct kw_session_conf const *conf,
			struct kw_crypt_key *rx, struct kw_crypt_key *tx)
{
	int err;

	err = kw_crypt_key_init(rx, conf->suite, conf->rx_key, conf->rx_salt);
	if (err)
		return err;
	err = kw_crypt_key_init(tx, conf->suite, conf->tx_key, conf->tx_salt);
	if (err)
		kw_crypt_key_destroy(rx);
	return err;
}

/*
 * Takes the reservation off the list of those that end by time: from here on
 * it is the caller's alone, though packets may find it without keys.
 */
static struct kw_session *session_claim(struct kw_session_table *table,
					struct kw_peer *peer, u32 index)
{
	struct kw_session *session;

	spin_lock_bh(&table->lock);
	session = kw_session_lookup(table, index);
	if (!session)
		session = ERR_PTR(-ESTALE);
	else if (list_empty(&session->waiting))
		session = ERR_PTR(-EALREADY);
	else if (session->peer && session->peer != peer)
		session = ERR_PTR(-EPERM);
	if (IS_ERR(session))
		goto out_unlock;
	session_fulfil(session);
	table->installed++;
out_unlock:
	spin_unlock_bh(&table->lock);
	return session;
}

static void session_fill(struct kw_session *session,
			 const struct kw_session_conf *conf)
{
	session->remote_index = conf->remote_index;
	session->suite = conf->suite;
	session->scope = conf->scope;
	session->role = conf->role;
	session->rank = conf->rank;
	session->refuse_ms = conf->refuse_ms;
	session->jitter = get_random_u8();
	session->born_ms = kw_session_now();
}

int kw_session_install(struct kw_session_table *table, struct kw_peer *peer,
		       struct kw_session_set *set,
		       const struct kw_session_conf *conf, u32 *evicted)
{
	struct kw_crypt_key rx = {}, tx = {};
	struct kw_session *session, *victim;
	int err;

	*evicted = 0;
	err = READ_ONCE(session_asleep) ? -ESTALE :
					  session_keys(conf, &rx, &tx);
	if (err)
		goto out_remote;
	session = session_claim(table, peer, conf->index);
	err = PTR_ERR_OR_ZERO(session);
	if (err)
		goto out_keys;
	/* claimed: nobody else frees it but kw_session_retire */
	session->rx = rx;
	session->tx = tx;
	session->remote = conf->remote;
	memzero_explicit(&rx, sizeof(rx));
	memzero_explicit(&tx, sizeof(tx));
	session->peer = peer;
	session->set = set;
	session_fill(session, conf);
	err = kw_seen_add(&table->seen, conf->rx_key, conf->tx_key,
			  KW_CRYPT_KEY_LEN);
	rcu_read_lock();
	if (!err)
		err = kw_roster_join(set, session, &victim);
	if (err) {
		kw_session_retire(session);
	} else if (victim) {
		*evicted = victim->index;
		kw_session_retire(victim);
	}
	rcu_read_unlock();
	atomic64_inc(table->generation);
	return err;

out_keys:
	kw_crypt_key_destroy(&rx);
	kw_crypt_key_destroy(&tx);
out_remote:
	kw_remote_destroy(conf->remote);
	return err;
}

void kw_session_retire(struct kw_session *session)
{
	kw_roster_leave(session);
	session_bury(session);
}

/* A reservation of the set, or NULL. rcu_read_lock. */
static struct kw_session *session_reserved(struct kw_session_table *table,
					   struct kw_session_set *set)
{
	struct kw_session *session;

	spin_lock_bh(&table->lock);
	session = list_first_entry_or_null(&set->reserved, struct kw_session,
					   promised);
	spin_unlock_bh(&table->lock);
	return session;
}

void kw_session_set_close(struct kw_session_table *table,
			  struct kw_session_set *set)
{
	struct kw_session *session;

	rcu_read_lock();
	while ((session = kw_roster_close(set)))
		kw_session_retire(session);
	while ((session = session_reserved(table, set)))
		session_unreserve(session);
	rcu_read_unlock();
}

void kw_session_void(struct kw_session_table *table)
{
	session_end_reserved(table, U64_MAX);
}

void kw_session_wipe(struct kw_session_table *table)
{
	struct kw_session *session;

	rcu_read_lock();
	kw_session_for_each(session, table)
		kw_session_retire(session);
	rcu_read_unlock();
}

void kw_session_fork(struct kw_session_table *table)
{
	u64 now = kw_session_now();
	struct kw_session *session;

	kw_session_void(table);
	rcu_read_lock();
	kw_session_for_each(session, table) {
		if (!kw_session_installed(session))
			continue;
		WRITE_ONCE(session->fork_ms, now);
		spin_lock_bh(&session->set->lock);
		kw_roster_elect(session->set, now);
		spin_unlock_bh(&session->set->lock);
	}
	rcu_read_unlock();
}

bool kw_session_confirm(struct kw_session *session, bool empty, u64 now_ms)
{
	struct kw_session_set *set = session->set;
	bool first;

	if (READ_ONCE(session->opened_ms) != now_ms)
		WRITE_ONCE(session->opened_ms, now_ms);
	if (!READ_ONCE(session->proven_ms) &&
	    (!empty || session->role == KEYWAY_ROLE_INITIATOR))
		WRITE_ONCE(session->proven_ms, now_ms);
	if (READ_ONCE(session->state) == KEYWAY_SESSION_STATE_CONFIRMED)
		return false;
	spin_lock(&set->lock);
	first = session->state == KEYWAY_SESSION_STATE_UNCONFIRMED;
	if (first) {
		session->confirmed_ms = now_ms;
		WRITE_ONCE(session->state, KEYWAY_SESSION_STATE_CONFIRMED);
		kw_roster_elect(set, now_ms);
	}
	spin_unlock(&set->lock);
	if (first)
		atomic64_inc(session->table->generation);
	return first;
}

int kw_session_init(void)
{
	session_wq = alloc_workqueue("keyway", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return session_wq ? 0 : -ENOMEM;
}

/* Grace periods put works on the queue, and works begin grace periods. */
void kw_session_exit(void)
{
	rcu_barrier();
	destroy_workqueue(session_wq);
	rcu_barrier();
}
