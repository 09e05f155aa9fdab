// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/libdaemon/conf.c */
/*
 * The parser of configuration files: what it fills, what it refuses, and that
 * each refusal says where and what was probably meant.
 */
#include <errno.h>
#include <stddef.h>

#include "libdaemon/conf.h"
#include "test.h"

struct box {
	char text[8];
	uint32_t number;
	bool flag;
	unsigned int calls;
	unsigned int peers;
	uint32_t closed_at;
	char field[32];
};

static int box_call(void *section, const char *value, struct conf_error *err)
{
	struct box *b = section;

	(void)err;
	b->calls++;
	return strcmp(value, "bad") ? 0 : -EINVAL;
}

static void *box_open(void *ctx, struct conf_error *err)
{
	(void)err;
	return ctx;
}

static void *box_open_peer(void *ctx, struct conf_error *err)
{
	struct box *b = ctx;

	(void)err;
	b->peers++;
	return ctx;
}

static int box_field(void *section, const char *key, const char *value, struct conf_error *err)
{
	struct box *b = section;

	(void)err;
	if (strcmp(key, "Id"))
		return -ENOENT;
	snprintf(b->field, sizeof(b->field), "%s", value);
	return 0;
}

static const char *box_suggest(const char *key)
{
	(void)key;
	return "Id";
}

static int box_close(void *ctx, void *section, struct conf_error *err)
{
	struct box *b = ctx;

	(void)section;
	b->closed_at = err->line;
	return 0;
}

static const struct conf_key keys[] = {
	{ .name = "Text", .type = CONF_TEXT, .offset = offsetof(struct box, text), .size = 8 },
	{ .name = "Number", .type = CONF_NUMBER, .offset = offsetof(struct box, number), .min = 2,
	  .max = 9 },
	{ .name = "Flag", .type = CONF_YESNO, .offset = offsetof(struct box, flag) },
	{ .name = "Call", .type = CONF_CALL, .repeat = true, .set = box_call },
	{ .name = NULL },
};

static const struct conf_section sections[] = {
	{ .name = "Main", .keys = keys, .open = box_open },
	{ .name = "Peer", .repeat = true, .open = box_open_peer, .field = box_field,
	  .suggest = box_suggest, .close = box_close },
	{ .name = NULL },
};

static struct box box;
static struct conf_error err;

static int parse(const char *text)
{
	memset(&box, 0, sizeof(box));
	return conf_parse(text, strlen(text), sections, &box, &err);
}

/* Refused, there, and with these words. */
static void refuse(const char *text, uint32_t line, uint32_t column, const char *words,
		   const char *name)
{
	int res = parse(text);

	if (!test_ok(res < 0 && err.line == line && err.column == column &&
		     strstr(err.text, words), "refuses %s", name))
		printf("# %d at %u:%u: %s\n", res, err.line, err.column, err.text);
}

static void fills(void)
{
	test_ok(!parse("[main]\ntext=a b\nNUMBER = 9 # most\r\n\n\tFlag = yes ; so\nCall=1\nCall=2\n"),
		"takes every type");
	test_ok(!strcmp(box.text, "a b"), "a text keeps its blanks inside");
	test_eq(box.number, 9, "a number at its end of range");
	test_ok(box.flag, "a yes");
	test_eq(box.calls, 2, "a key that may repeat");
	test_ok(!parse("[Peer]\nId = ni:///sha3-256;x\n[Peer]\n\n[Peer]\nId = b") && box.peers == 3,
		"repeated sections stay apart, empty ones too");
	test_eq(box.closed_at, 5, "a section closes at its header's line");
	test_ok(!parse("[Peer]\nId = ni:///sha3-256;x # no") &&
		!strcmp(box.field, "ni:///sha3-256;x"), "';' inside a word is no comment");
	test_ok(!parse("") && !parse("# only\n;this"), "nothing is fine");
}

static void refuses(void)
{
	char line[CONF_LINE + 16];

	refuse("[Main]\n Numbr = 3", 2, 2, "did you mean Number?", "a slip in a key");
	refuse("[Main]\nXyzzyxyzzy = 3", 2, 1, "see keyway.conf(5)", "a key like no other");
	refuse("[Pear]", 1, 1, "did you mean [Peer]?", "a slip in a section");
	refuse("[Peer]\nIdd = 1", 2, 1, "did you mean Id?", "a slip in a section with fields");
	refuse("Number = 3", 1, 1, "before any section", "a key before its section");
	refuse("[Main]\n[Peer]\n[Main]", 3, 1, "second time", "a section twice");
	refuse("[Main]\nFlag=yes\nFlag=no", 3, 1, "second time", "a key twice");
	refuse("[Main]\nNumber = 1", 2, 1, "from 2 to 9", "a number below its range");
	refuse("[Main]\nNumber = 10", 2, 1, "from 2 to 9", "a number above its range");
	refuse("[Main]\nNumber = 4294967298", 2, 1, "from 2 to 9", "a number that wraps");
	refuse("[Main]\nNumber = -4294967290", 2, 1, "from 2 to 9", "a negative number");
	refuse("[Main]\nNumber = 3x", 2, 1, "from 2 to 9", "a number with a tail");
	refuse("[Main]\nFlag = maybe", 2, 1, "neither yes nor no", "neither yes nor no");
	refuse("[Main]\nText = 12345678", 2, 1, "longer than 7", "a text without room");
	refuse("[Main]\nText =", 2, 1, "no value", "a key without value");
	refuse("[Main]\nText", 2, 1, "neither [Section]", "a line that is neither");
	refuse("[Main", 1, 1, "']'", "an open section");
	test_ok(parse("[Main]\nCall = bad") == -EINVAL && err.line == 2, "refuses what a call refuses");
	test_ok(conf_parse("[Main]\nText = a\0b", 17, sections, &box, &err) < 0 && err.line == 2,
		"refuses a zero byte");
	memset(line, '#', sizeof(line));
	test_ok(conf_parse(line, sizeof(line), sections, &box, &err) < 0, "refuses an endless line");
}

static void suggests(void)
{
	const char *const names[] = { "ListenPort", "StateDir", NULL };
	const char *meant = conf_suggest("listnport", names);

	test_ok(meant && !strcmp(meant, "ListenPort"), "suggests without case");
	test_ok(!conf_suggest("Bananas", names), "suggests nothing far off");
}

int main(void)
{
	fills();
	refuses();
	suggests();
	return test_done();
}
