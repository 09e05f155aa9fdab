// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * What goes to which of the daemon's sockets, and events to all who listen.
 * Called by the data path for each message, frame and ask, and by whoever
 * changes an object. dev->lock guards the binding; senders read it without.
 */
#include "genl.h"

#include <linux/pid.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "attr.h"
#include "bucket.h"
#include "drop.h"
#include "limits.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"
#include "session.h"

#define GENL_CHANNELS	(KEYWAY_CHANNEL_HANDSHAKE + 1)
#define GENL_ASKED	256		/* strangers asked for lately */
#define GENL_ROOM	256		/* attributes beside the payload */

struct genl_asked {
	u64 hash;			/* of the key address */
	u64 at_ms;
};

struct kw_genl {
	/* set: dev->lock; portid is read without */
	u32 portid[GENL_CHANNELS];	/* 0: not bound */
	struct pid *owner;		/* process that bound, NULL */
	struct kw_gate *gate;

	/* measured */
	struct kw_bucket asks;		/* for packets that wait */
	struct kw_bucket strangers;	/* those for what is no peer */
	spinlock_t asked_lock;		/* guards asked; a leaf */
	siphash_key_t asked_key;
	struct genl_asked asked[GENL_ASKED];
};

static const struct kw_bucket_rate genl_frame_rate = {
	KW_FRAMES_PER_S, KW_FRAMES_BURST,
};

static const struct kw_bucket_rate genl_ask_rate = {
	KW_ASKS_PER_S, KW_ASKS_BURST,
};

static const struct kw_bucket_rate genl_peer_rate = { 1, 1 };

static const struct kw_bucket_rate genl_stranger_rate = {
	KW_ASKS_STRANGERS_PER_S, KW_ASKS_STRANGERS_BURST,
};

struct kw_genl *kw_genl_create(void)
{
	struct kw_genl *genl = kzalloc(sizeof(*genl), GFP_KERNEL_ACCOUNT);

	if (!genl)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&genl->asked_lock);
	get_random_bytes(&genl->asked_key, sizeof(genl->asked_key));
	genl->gate = kw_gate_create();
	if (!IS_ERR(genl->gate))
		return genl;
	kfree(genl);
	return ERR_PTR(-ENOMEM);
}

void kw_genl_destroy(struct kw_genl *genl)
{
	kw_gate_destroy(genl->gate);
	put_pid(genl->owner);
	kfree(genl);
}

struct kw_gate *kw_genl_gate(const struct kw_dev *dev)
{
	return dev->genl->gate;
}

/* The daemon's binding */

int kw_genl_bind(struct kw_dev *dev, u32 channel, u32 portid)
{
	struct pid *asker = task_tgid(current);
	struct kw_genl *genl = dev->genl;

	lockdep_assert_held(&dev->lock);
	if (genl->owner && genl->owner != asker)
		return -EBUSY;
	if (!genl->owner)
		genl->owner = get_pid(asker);
	WRITE_ONCE(genl->portid[channel], portid);
	return 0;
}

void kw_genl_unbind(struct kw_dev *dev, u32 channel)
{
	struct kw_genl *genl = dev->genl;

	lockdep_assert_held(&dev->lock);
	WRITE_ONCE(genl->portid[channel], 0);
	kw_session_void(&dev->sessions);
	if (memchr_inv(genl->portid, 0, sizeof(genl->portid)))
		return;
	put_pid(genl->owner);
	genl->owner = NULL;
}

u32 kw_genl_port(const struct kw_dev *dev, u32 channel)
{
	return READ_ONCE(dev->genl->portid[channel]);
}

u32 kw_genl_bound(const struct kw_genl *genl)
{
	u32 channel, bound = 0;

	for (channel = 0; channel < GENL_CHANNELS; channel++)
		if (READ_ONCE(genl->portid[channel]))
			bound |= BIT(channel);
	return bound;
}

/* Messages to one of the daemon's sockets */

static struct sk_buff *genl_start(u32 len, u8 cmd, void **head)
{
	struct sk_buff *skb = genlmsg_new(len, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	*head = genlmsg_put(skb, 0, 0, &kw_nl_family, 0, cmd);
	return skb;
}

/* Consumes the message. 0 or a drop reason. */
static int genl_unicast(struct kw_dev *dev, u32 channel, struct sk_buff *skb)
{
	struct net *net;
	u32 portid;
	int err;

	portid = kw_genl_port(dev, channel);
	if (!portid) {
		nlmsg_free(skb);
		return KEYWAY_DROP_RX_UNBOUND;
	}
	rcu_read_lock();
	net = kw_netdev_net(dev);
	err = net ? genlmsg_unicast(net, skb, portid) : -ECONNREFUSED;
	if (!net)
		nlmsg_free(skb);
	rcu_read_unlock();
	if (!err)
		return KW_DROP_NONE;
	return err == -EAGAIN ? KEYWAY_DROP_RX_BUDGET : KEYWAY_DROP_RX_UNBOUND;
}

static int genl_write_source(struct sk_buff *out, struct kw_dev *dev,
			     const struct kw_gate_message *in)
{
	const struct kw_gate_source *source = in->source;

	if (nla_put_u32(out, KEYWAY_A_CONTROL_DEV_ID, dev->id) ||
	    nla_put_u32(out, KEYWAY_A_CONTROL_CHANNEL, in->channel) ||
	    nla_put_u32(out, KEYWAY_A_CONTROL_SOCKET, source->socket) ||
	    kw_attr_write_endpoint(out, KEYWAY_A_CONTROL_REMOTE,
				   &source->remote) ||
	    nla_put(out, KEYWAY_A_CONTROL_LOCAL, sizeof(source->local.addr),
		    &source->local.addr) ||
	    nla_put_u32(out, KEYWAY_A_CONTROL_LOCAL_IFINDEX,
			source->local.ifindex) ||
	    nla_put(out, KEYWAY_A_CONTROL_TAG, sizeof(source->tag),
		    &source->tag))
		return -EMSGSIZE;
	if (in->index &&
	    nla_put_u32(out, KEYWAY_A_CONTROL_INDEX, in->index))
		return -EMSGSIZE;
	if (in->keyed &&
	    nla_put_u8(out, KEYWAY_A_CONTROL_MAC1_KEY_ID, in->key_id))
		return -EMSGSIZE;
	if (in->cookied && nla_put_flag(out, KEYWAY_A_CONTROL_COOKIED))
		return -EMSGSIZE;
	return 0;
}

static int genl_deliver(struct kw_dev *dev, const struct kw_gate_message *in)
{
	struct nlattr *payload;
	struct sk_buff *out;
	void *head;

	out = genl_start(in->msg.len + GENL_ROOM, KEYWAY_CMD_CONTROL_NTF,
			 &head);
	if (!out)
		return KEYWAY_DROP_RX_NO_MEMORY;
	if (!head || genl_write_source(out, dev, in))
		goto out_free_message;
	payload = nla_reserve(out, KEYWAY_A_CONTROL_PAYLOAD, in->msg.len);
	if (!payload ||
	    skb_copy_bits(in->skb, 0, nla_data(payload), in->msg.len))
		goto out_free_message;
	genlmsg_end(out, head);
	return genl_unicast(dev, in->channel, out);

out_free_message:
	nlmsg_free(out);
	return KEYWAY_DROP_RX_NO_MEMORY;
}

int kw_genl_control(struct kw_dev *dev, const struct kw_gate_source *source,
		    const struct sk_buff *skb)
{
	struct kw_gate_message in;
	int drop;

	if (!kw_gate_read(&in, skb, source))
		return KEYWAY_DROP_RX_MALFORMED;
	drop = kw_gate_admit(dev->genl->gate, &dev->sessions,
			     kw_genl_bound(dev->genl), &in);
	return drop ?: genl_deliver(dev, &in);
}

int kw_genl_frame(struct kw_dev *dev, struct kw_session *session, u8 type,
		  const u8 *body, u32 len)
{
	struct kw_peer *peer = session->peer;
	struct sk_buff *out;
	void *head;

	/* nobody sends more, and four of the longest would fill the channel */
	if (len > KW_FRAME_BODY_MAX)
		return KEYWAY_DROP_RX_MALFORMED;
	if (!kw_bucket_take(&peer->frames, &genl_frame_rate, ktime_get_ns()))
		return KEYWAY_DROP_RX_BUDGET;
	out = genl_start(len + GENL_ROOM, KEYWAY_CMD_CONTROL_NTF, &head);
	if (!out)
		return KEYWAY_DROP_RX_NO_MEMORY;
	if (!head ||
	    nla_put_u32(out, KEYWAY_A_CONTROL_DEV_ID, dev->id) ||
	    nla_put_u32(out, KEYWAY_A_CONTROL_CHANNEL, KEYWAY_CHANNEL_FRAMES) ||
	    nla_put_u32(out, KEYWAY_A_CONTROL_INDEX, session->index) ||
	    nla_put(out, KEYWAY_A_CONTROL_PEER, sizeof(peer->id.addr),
		    &peer->id.addr) ||
	    nla_put_u8(out, KEYWAY_A_CONTROL_FRAME_TYPE, type) ||
	    nla_put(out, KEYWAY_A_CONTROL_PAYLOAD, len, body)) {
		nlmsg_free(out);
		return KEYWAY_DROP_RX_NO_MEMORY;
	}
	genlmsg_end(out, head);
	return genl_unicast(dev, KEYWAY_CHANNEL_FRAMES, out);
}

void kw_genl_ask(struct kw_dev *dev, const struct kw_addr *addr, u32 session,
		 u32 reason)
{
	struct sk_buff *out;
	void *head;

	out = genl_start(GENL_ROOM, KEYWAY_CMD_PEER_ASK, &head);
	if (!out)
		return;
	if (!head ||
	    nla_put_u32(out, KEYWAY_A_PEER_DEV_ID, dev->id) ||
	    nla_put(out, KEYWAY_A_PEER_ADDRESS, sizeof(*addr), addr) ||
	    nla_put_u32(out, KEYWAY_A_PEER_SESSION, session) ||
	    nla_put_u32(out, KEYWAY_A_PEER_REASON, reason)) {
		nlmsg_free(out);
		return;
	}
	genlmsg_end(out, head);
	/* an ask that is lost is repeated while its cause lasts */
	genl_unicast(dev, KEYWAY_CHANNEL_UPCALL, out);
}

/* The device's share keeps asks from filling the socket before an answer. */
static void genl_acquire(struct kw_dev *dev, const struct kw_addr *addr)
{
	if (kw_bucket_take(&dev->genl->asks, &genl_ask_rate, ktime_get_ns()))
		kw_genl_ask(dev, addr, 0, KEYWAY_REASON_ACQUIRE);
}

void kw_genl_acquire(struct kw_peer *peer)
{
	if (kw_bucket_take(&peer->asks, &genl_peer_rate, ktime_get_ns()))
		genl_acquire(peer->dev, &peer->id.addr);
}

/* Only who may ask is remembered, in place of whoever shares the slot. */
static bool genl_stranger_take(struct kw_genl *genl, const struct kw_addr *addr)
{
	u64 hash = siphash(addr, sizeof(*addr), &genl->asked_key);
	struct genl_asked *asked = &genl->asked[hash % GENL_ASKED];
	u64 now_ms = kw_session_now();
	bool lately, ok;

	spin_lock_bh(&genl->asked_lock);
	lately = asked->hash == hash && now_ms < asked->at_ms + KW_SEC_MS;
	ok = !lately && kw_bucket_take(&genl->strangers, &genl_stranger_rate,
				       ktime_get_ns());
	if (ok)
		*asked = (struct genl_asked){ hash, now_ms };
	spin_unlock_bh(&genl->asked_lock);
	return ok;
}

void kw_genl_acquire_stranger(struct kw_dev *dev, const struct kw_addr *addr)
{
	if (genl_stranger_take(dev->genl, addr))
		genl_acquire(dev, addr);
}

/* Events */

struct genl_event {
	struct kw_dev *dev;
	struct sk_buff *skb;
	void *head;
};

/* False when nobody listens or there is no memory. rcu_read_lock. */
static bool genl_event_start(struct genl_event *event, struct kw_dev *dev,
			     u8 cmd)
{
	struct net *net = kw_netdev_net(dev);

	kw_netdev_changed(dev, KW_NETDEV_SELF);
	if (!net || !genl_has_listeners(&kw_nl_family, net,
					KEYWAY_NLGRP_EVENTS))
		return false;
	event->dev = dev;
	event->skb = genl_start(NLMSG_DEFAULT_SIZE, cmd, &event->head);
	return event->skb;
}

/* Consumes the message; err is how writing it ended. rcu_read_lock. */
static void genl_event_send(const struct genl_event *event, int err)
{
	struct net *net = kw_netdev_net(event->dev);

	if (err || !net) {
		nlmsg_free(event->skb);
		return;
	}
	genlmsg_end(event->skb, event->head);
	genlmsg_multicast_netns(&kw_nl_family, net, event->skb, 0,
				KEYWAY_NLGRP_EVENTS, GFP_ATOMIC);
}

void kw_genl_event_dev(struct kw_dev *dev, u32 reason)
{
	struct genl_event event;
	int err;

	rcu_read_lock();
	if (genl_event_start(&event, dev, KEYWAY_CMD_DEV_NTF)) {
		err = kw_attr_write_dev(event.skb, dev, kw_netdev_net(dev),
					kw_genl_bound(dev->genl), reason);
		genl_event_send(&event, err);
	}
	rcu_read_unlock();
}

void kw_genl_event_peer(struct kw_dev *dev, struct kw_peer *peer, u32 reason)
{
	struct genl_event event;
	int err;

	rcu_read_lock();
	if (genl_event_start(&event, dev, KEYWAY_CMD_PEER_NTF)) {
		err = kw_attr_write_peer(event.skb, dev, peer, reason);
		genl_event_send(&event, err);
	}
	rcu_read_unlock();
}

void kw_genl_event_session(struct kw_dev *dev, struct kw_session *session,
			   u32 reason)
{
	struct genl_event event;
	int err;

	rcu_read_lock();
	if (genl_event_start(&event, dev, KEYWAY_CMD_SESSION_NTF)) {
		err = kw_attr_write_session(event.skb, dev, session, reason);
		genl_event_send(&event, err);
	}
	rcu_read_unlock();
}

void kw_genl_event_path(struct kw_dev *dev, struct kw_path *path, u32 reason)
{
	struct genl_event event;
	int err;

	rcu_read_lock();
	if (genl_event_start(&event, dev, KEYWAY_CMD_PATH_NTF)) {
		err = kw_attr_write_path(event.skb, dev, path, reason);
		genl_event_send(&event, err);
	}
	rcu_read_unlock();
}

static int genl_write_index(const struct genl_event *event,
			    const struct kw_peer *peer, u32 index, u32 reason)
{
	struct sk_buff *skb = event->skb;

	if (nla_put_u32(skb, KEYWAY_A_SESSION_DEV_ID, event->dev->id) ||
	    nla_put_u32(skb, KEYWAY_A_SESSION_INDEX, index) ||
	    nla_put(skb, KEYWAY_A_SESSION_PEER, sizeof(peer->id.addr),
		    &peer->id.addr) ||
	    nla_put_u32(skb, KEYWAY_A_SESSION_REASON, reason))
		return -EMSGSIZE;
	return 0;
}

void kw_genl_event_index(struct kw_dev *dev, struct kw_peer *peer, u32 index,
			 u32 reason)
{
	struct genl_event event;
	int err;

	rcu_read_lock();
	if (genl_event_start(&event, dev, KEYWAY_CMD_SESSION_NTF)) {
		err = genl_write_index(&event, peer, index, reason);
		genl_event_send(&event, err);
	}
	rcu_read_unlock();
}
