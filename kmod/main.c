// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Start and end of the module: the table of upward calls, the notifiers that
 * end sessions when the machine sleeps or is cloned, and the parts in the
 * order in which they may be used. Requests come last and go first.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/suspend.h>

#include "attr.h"
#include "family.h"
#include "genl.h"
#include "netdev.h"
#include "peer.h"
#include "rx.h"
#include "session.h"
#include "sock.h"
#include "timer.h"
#include "tx.h"

const struct kw_hooks kw_hooks = {
	.peers_create	= kw_peer_table_create,
	.peers_destroy	= kw_peer_table_destroy,
	.socks_create	= kw_sock_table_create,
	.socks_destroy	= kw_sock_table_destroy,
	.genl_create	= kw_genl_create,
	.genl_destroy	= kw_genl_destroy,
	.peers_unstage	= kw_peer_unstage_all,
	.peers_kill	= kw_peer_kill_all,
	.socks_close	= kw_sock_close_all,
	.timer_create	= kw_timer_create,
	.timer_stop	= kw_timer_stop,
	.timer_destroy	= kw_timer_destroy,
	.timers_kick	= kw_timer_kick_all,
	.xmit		= kw_tx_xmit,
	.expire		= kw_tx_expire,
	.receive	= kw_rx_receive,
	.dev_event	= kw_genl_event_dev,
};

/* Keys must not lie in an image on disk, nor outlive a long sleep. */
static int main_sleep(struct notifier_block *block, unsigned long action,
		      void *data)
{
	switch (action) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
		/* user space runs on for a while and would make new ones */
		kw_session_sleep(true);
		kw_netdev_wipe_all();
		kw_session_flush();
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		kw_session_sleep(false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block main_sleep_notifier = {
	.notifier_call = main_sleep,
};

/* Two machines now count from the same packet numbers. */
static int main_fork(struct notifier_block *block, unsigned long action,
		     void *data)
{
	kw_netdev_fork_all();
	return NOTIFY_DONE;
}

static struct notifier_block main_fork_notifier = {
	.notifier_call = main_fork,
};

static int __init main_init(void)
{
	int err;

	kw_attr_measure();
	err = kw_netdev_init();
	if (err)
		return err;
	err = register_pm_notifier(&main_sleep_notifier);
	if (err)
		goto out_exit_netdev;
	err = register_random_vmfork_notifier(&main_fork_notifier);
	if (err)
		goto out_unregister_sleep;
	err = kw_family_init();
	if (err)
		goto out_unregister_fork;
	return 0;

out_unregister_fork:
	unregister_random_vmfork_notifier(&main_fork_notifier);
out_unregister_sleep:
	unregister_pm_notifier(&main_sleep_notifier);
out_exit_netdev:
	kw_netdev_exit();
	return err;
}

static void __exit main_exit(void)
{
	kw_family_exit();
	unregister_random_vmfork_notifier(&main_fork_notifier);
	unregister_pm_notifier(&main_sleep_notifier);
	kw_netdev_exit();
	/* frees that are under way run this module's code */
	rcu_barrier();
}

module_init(main_init);
module_exit(main_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Keyway: secure overlay network addressed by public key");
MODULE_AUTHOR("The Keyway authors");
MODULE_VERSION("0.1.0");
