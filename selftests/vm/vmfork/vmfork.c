// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Stands in for a hypervisor that has cloned the machine: does what the driver
 * of its generation counter does then, at load. A scenario loads it; it is not
 * part of what is installed.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/random.h>

/* Nothing is exported to modules for this. */
static int __init vmfork_init(void)
{
	void (*notice)(const void *id, size_t len);
	struct kprobe probe = { .symbol_name = "add_vmfork_randomness" };
	u8 id[16];
	int err;

	err = register_kprobe(&probe);
	if (err)
		return err;
	notice = (void *)probe.addr;
	unregister_kprobe(&probe);
	get_random_bytes(id, sizeof(id));
	notice(id, sizeof(id));
	return 0;
}

static void __exit vmfork_exit(void)
{
}

module_init(vmfork_init);
module_exit(vmfork_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tells the kernel that its machine was cloned");
