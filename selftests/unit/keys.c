// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* keys.c: the vectors' ranks and speeds, and the choice of suite. */
#include "testnode.h"

static struct kw_key field(unsigned int i, const char *name)
{
	char path[40];

	snprintf(path, sizeof(path), "rank.%u.%s", i, name);
	return testnode_key(path);
}

static void rank(unsigned int i)
{
	struct kw_key id_i = field(i, "id_i"), id_r = field(i, "id_r");
	struct kw_keys_ends e = { strtoul(testvec_text("rank.%u.n_i", i), NULL, 10),
				  strtoul(testvec_text("rank.%u.n_r", i), NULL, 10), &id_i, &id_r };
	struct kw_longhash h;
	char path[40], have[17];

	snprintf(path, sizeof(path), "rank.%u.h", i);
	memcpy(h.b, testvec_bytes(path).p, 64);
	snprintf(have, sizeof(have), "%016llx", (unsigned long long)kw_keys_rank(&e, &h));
	test_ok(!strcmp(have, testvec_text("rank.%u.rank", i)), "rank.%u: %s", i, have);
}

static void ranks(void)
{
	unsigned int i, n = strtoul(testvec_text("rank.#"), NULL, 10);

	for (i = 0; i < n; i++)
		rank(i);
	test_eq(n, 6, "all ranks are here");
}

static void speeds(void)
{
	unsigned int i, n = strtoul(testvec_text("speed.#"), NULL, 10);

	for (i = 0; i < n; i++)
		test_eq(kw_keys_speed(strtoul(testvec_text("speed.%u.t_chacha", i), NULL, 10),
				      strtoul(testvec_text("speed.%u.t_gcm", i), NULL, 10)),
			strtol(testvec_text("speed.%u.speed", i), NULL, 10), "speed.%u", i);
	test_eq(n, 6, "all speeds are here");
	test_eq(kw_keys_speed(0, 0), 128, "no measurement is no preference");
}

static void choices(void)
{
	test_eq(kw_keys_choose(3, 128, 3, 128), KW_KEYS_GCM, "sum of 256: GCM");
	test_eq(kw_keys_choose(3, 128, 3, 127), KW_KEYS_CHACHA, "sum of 255: ChaCha");
	test_eq(kw_keys_choose(1, 255, 3, 255), KW_KEYS_CHACHA, "one end without GCM");
	test_eq(kw_keys_choose(3, 255, 1, 255), KW_KEYS_CHACHA, "the other end without GCM");
	test_eq(kw_keys_choose(0xff, 255, 3, 255), KW_KEYS_GCM, "unknown suites change nothing");
}

int main(void)
{
	ranks();
	speeds();
	choices();
	return test_done();
}
