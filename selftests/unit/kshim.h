/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What the pure files of kmod need of the kernel, for user space: the headers
 * in kshim/linux lead here. One thread, so locks only check that they are
 * paired, and a grace period is over at once: what a reader still used would
 * be a use after free for the sanitizer. A test may let allocations fail.
 */
#ifndef KSHIM_H
#define KSHIM_H

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <asm/byteorder.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BITS_PER_LONG		(8 * sizeof(long))
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))

/* Errors in pointers */
#define ERR_PTR(error)		((void *)(intptr_t)(error))
#define PTR_ERR(p)		((long)(intptr_t)(p))
#define IS_ERR(p)		((uintptr_t)(p) >= (uintptr_t)-4095)

/* Memory. kshim_fail: so many allocations succeed before one fails; -1 never */
extern int kshim_fail;

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT		0
#define GFP_ATOMIC		0
#define __GFP_NOWARN		0
#define struct_size(p, member, n) (sizeof(*(p)) + (n) * sizeof((p)->member[0]))

static inline void *kshim_alloc(size_t size)
{
	if (kshim_fail >= 0 && !kshim_fail--)
		return NULL;
	return calloc(1, size);
}

#define kzalloc(size, flags)	kshim_alloc(size)
#define kvzalloc(size, flags)	kshim_alloc(size)
#define kfree(p)		free(p)
#define kfree_sensitive(p)	free(p)
#define kvfree_sensitive(p, n)	((void)(n), free(p))
#define memzero_explicit(p, n)	explicit_bzero(p, n)

/* Locks */
typedef struct {
	bool held;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = false;
}

static inline void spin_lock_bh(spinlock_t *lock)
{
	assert(!lock->held);
	lock->held = true;
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	assert(lock->held);
	lock->held = false;
}

#define lockdep_is_held(lock)		((lock)->held)
#define lockdep_assert_held(lock)	assert((lock)->held)

/* RCU */
#define kfree_rcu(p, member)		free(p)
#define call_rcu(head, fn)		(fn)(head)

/* Lists */
#define INIT_HLIST_HEAD(head)		((head)->first = NULL)

static inline void hlist_add_head_rcu(struct hlist_node *node,
				      struct hlist_head *head)
{
	node->next = head->first;
	node->pprev = &head->first;
	if (head->first)
		head->first->pprev = &node->next;
	head->first = node;
}

static inline void hlist_del_rcu(struct hlist_node *node)
{
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
}

#define hlist_entry_or_null(p, type, member) \
	((p) ? container_of(p, type, member) : NULL)
#define hlist_for_each_entry(pos, head, member)				       \
	for (pos = hlist_entry_or_null((head)->first, __typeof__(*pos), member); \
	     pos;							       \
	     pos = hlist_entry_or_null(pos->member.next, __typeof__(*pos), member))
#define hlist_for_each_entry_rcu(pos, head, member, cond) \
	hlist_for_each_entry(pos, head, member)
#define hlist_for_each_entry_safe(pos, n, head, member)			       \
	for (pos = hlist_entry_or_null((head)->first, __typeof__(*pos), member); \
	     pos && ({ n = pos->member.next; 1; });			       \
	     pos = hlist_entry_or_null(n, __typeof__(*pos), member))

/* Bitmaps */
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, n)	unsigned long name[BITS_TO_LONGS(n)]
#define BIT_WORD_OF(nr)		((nr) / BITS_PER_LONG)
#define BIT_MASK_OF(nr)		(1UL << ((nr) % BITS_PER_LONG))

static inline bool test_bit(u64 nr, const unsigned long *map)
{
	return map[BIT_WORD_OF(nr)] & BIT_MASK_OF(nr);
}

static inline void __set_bit(u64 nr, unsigned long *map)
{
	map[BIT_WORD_OF(nr)] |= BIT_MASK_OF(nr);
}

static inline bool __test_and_set_bit(u64 nr, unsigned long *map)
{
	bool old = test_bit(nr, map);

	__set_bit(nr, map);
	return old;
}

static inline void bitmap_zero(unsigned long *map, u32 n)
{
	memset(map, 0, BITS_TO_LONGS(n) * sizeof(long));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, u32 n)
{
	memcpy(to, from, BITS_TO_LONGS(n) * sizeof(long));
}

static inline void bitmap_clear(unsigned long *map, u32 start, u32 n)
{
	for (; n; n--, start++)
		map[BIT_WORD_OF(start)] &= ~BIT_MASK_OF(start);
}

/* Atomics and arithmetic */
typedef struct {
	s64 value;
} atomic64_t;

#define atomic64_read(a)	((a)->value)
#define div_u64(a, b)		((u64)(a) / (b))

static inline bool atomic64_try_cmpxchg(atomic64_t *a, s64 *old, s64 value)
{
	assert(a->value == *old);
	a->value = value;
	return true;
}

/* A fixed stream, so that every run is the same (xorshift64) */
static inline void get_random_bytes(void *buf, size_t len)
{
	static u64 state = 88172645463325252ULL;
	u8 *byte = buf;

	while (len--) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		*byte++ = state;
	}
}

/* Unaligned access */
#define KSHIM_UNALIGNED(name, type, convert)		\
static inline type get_unaligned_##name(const void *p)	\
{							\
	type v;						\
							\
	memcpy(&v, p, sizeof(v));			\
	return convert(v);				\
}
KSHIM_UNALIGNED(le64, u64, __le64_to_cpu)
KSHIM_UNALIGNED(be32, u32, __be32_to_cpu)

static inline void put_unaligned_be16(u16 v, void *p)
{
	v = __cpu_to_be16(v);
	memcpy(p, &v, sizeof(v));
}

/* SipHash-2-4 (Aumasson, Bernstein: SipHash, 2.1 to 2.4) */
typedef struct {
	u64 key[2];
} siphash_key_t;

static inline u64 kshim_rotate(u64 v, int n)
{
	return v << n | v >> (64 - n);
}

static inline void kshim_sipround(u64 *v, int rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = kshim_rotate(v[1], 13) ^ v[0];
		v[3] = kshim_rotate(v[3], 16) ^ v[2];
		v[0] = kshim_rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[1] = kshim_rotate(v[1], 17) ^ v[2];
		v[3] = kshim_rotate(v[3], 21) ^ v[0];
		v[2] = kshim_rotate(v[2], 32);
	}
}

static inline u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	u64 v[4] = {
		key->key[0] ^ 0x736f6d6570736575ULL, key->key[1] ^ 0x646f72616e646f6dULL,
		key->key[0] ^ 0x6c7967656e657261ULL, key->key[1] ^ 0x7465646279746573ULL,
	};
	u8 last[8] = { [7] = len };
	size_t at;
	u64 word;

	memcpy(last, (const u8 *)data + len - len % 8, len % 8);
	for (at = 0; at <= len; at += 8) {
		word = at + 8 <= len ? get_unaligned_le64((const u8 *)data + at) :
				       get_unaligned_le64(last);
		v[3] ^= word;
		kshim_sipround(v, 2);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	kshim_sipround(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
