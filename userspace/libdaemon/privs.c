// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Giving privileges away, by system calls alone (libcap would be one library
 * for two of them). Called by main before a thread exists, since capabilities
 * are each thread's own.
 */
#include "privs.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int privs_start(void)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return 0;
}

int privs_become(uid_t uid, gid_t gid)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setgroups(0, NULL) ||
	    setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		return -errno;
	/* the change of user made us dumpable again */
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ? -errno : 0;
}

static int privs_drop_bounding(uint64_t keep)
{
	unsigned long cap;

	for (cap = 0; cap <= 63; cap++) {
		if (keep >> cap & 1)
			continue;
		/* who lacks CAP_SETPCAP never had more to lose */
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EPERM)
			return -errno;
	}
	return 0;
}

int privs_drop(uint64_t keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2], want[2];
	int err, i;

	err = privs_drop_bounding(keep);
	if (err)
		return err;
	if (syscall(SYS_capget, &head, data))
		return -errno;
	for (i = 0; i < 2; i++) {
		uint32_t mask = (uint32_t)(keep >> (32 * i)) & data[i].permitted;

		want[i].effective = want[i].permitted = mask;
		want[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, want))
		return -errno;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return -errno;
	return 0;
}
