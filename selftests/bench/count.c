// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * A QEMU plugin that counts the guest's instructions exactly, per translated
 * block, between two marks in the sender (a NOP that nothing else uses): mark 1
 * opens a window, mark 2 closes it and appends its profile to the file given
 * as `out=`. Needs no QEMU headers; the declarations are those of plugin API
 * version 1. Wants a single-threaded guest. Used by profile.sh.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define MARK_OPEN 0x4d5201u
#define MARK_CLOSE 0x4d5202u
#define BUCKETS 65536

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*fn)(uint64_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *at, uint64_t by);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, void (*fn)(unsigned int, void *),
					    int flags, void *arg);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t at);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv);

struct block {
	uint64_t address, count, base;
	struct block *next;
};

static struct block *blocks[BUCKETS];
static uint64_t total, total_base;
static const char *out = "count.out";
static int windows;

static struct block *count_block(uint64_t address)
{
	unsigned int at = (((address >> 1) * 2654435761u) >> 16) & (BUCKETS - 1);
	struct block *b;

	for (b = blocks[at]; b; b = b->next)
		if (b->address == address)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->address = address;
	b->next = blocks[at];
	blocks[at] = b;
	return b;
}

static void count_open(void)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct block *b = blocks[i]; b; b = b->next)
			b->base = b->count;
	total_base = total;
}

static void count_close(void)
{
	FILE *f = fopen(out, windows++ ? "a" : "w");

	if (!f)
		return;
	fprintf(f, "WINDOW %d total %llu\n", windows, (unsigned long long)(total - total_base));
	for (int i = 0; i < BUCKETS; i++)
		for (struct block *b = blocks[i]; b; b = b->next)
			if (b->count != b->base)
				fprintf(f, "%llx %llu\n", (unsigned long long)b->address,
					(unsigned long long)(b->count - b->base));
	fclose(f);
}

static void count_mark(unsigned int cpu, void *arg)
{
	(void)cpu;
	if ((uintptr_t)arg == MARK_OPEN)
		count_open();
	else
		count_close();
}

/* nopl 0x4d520N(%rax), which no compiler emits */
static uint32_t count_mark_of(const struct qemu_plugin_insn *insn)
{
	const uint8_t *bytes = qemu_plugin_insn_data(insn);
	uint32_t mark;

	if (qemu_plugin_insn_size(insn) != 7 || bytes[0] != 0x0f || bytes[1] != 0x1f || bytes[2] != 0x80)
		return 0;
	memcpy(&mark, bytes + 3, 4);
	return mark == MARK_OPEN || mark == MARK_CLOSE ? mark : 0;
}

static void count_translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	struct block *b = count_block(qemu_plugin_tb_vaddr(tb));
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, 0, &b->count, n);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, 0, &total, n);
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uintptr_t mark = count_mark_of(insn);

		if (mark)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, count_mark, 0, (void *)mark);
	}
}

int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, count_translated);
	return 0;
}
