// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Parser of configuration files. Owns nothing: text and tables are the
 * caller's, and so is what it fills. One pass, one line at a time; the first
 * error ends it. Debian's inih merges repeated sections and knows no lines.
 */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libkeyway/line.h"

#define CONF_WORD 64

struct conf_reader {
	const struct conf_section *sections;
	void *ctx;
	struct conf_error *err;
	/* state: the section that is open, if any, and what was seen */
	const struct conf_section *section;
	void *target;
	uint32_t opened_at;
	uint64_t seen_sections; /* bit per section of the table */
	uint64_t seen_keys;	/* bit per key of the open section */
};

__attribute__((format(printf, 2, 3))) static int conf_fail(struct conf_error *err, const char *fmt,
							   ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -EINVAL;
}

/* Levenshtein's distance, without case; words are cut at CONF_WORD. */
static unsigned int conf_distance(const char *a, const char *b)
{
	unsigned int row[CONF_WORD + 1], diagonal, above, cost;
	size_t na = strnlen(a, CONF_WORD), nb = strnlen(b, CONF_WORD);
	size_t i, j;

	for (j = 0; j <= nb; j++)
		row[j] = (unsigned int)j;
	for (i = 1; i <= na; i++) {
		diagonal = row[0];
		row[0] = (unsigned int)i;
		for (j = 1; j <= nb; j++) {
			above = row[j];
			cost = diagonal + (tolower((unsigned char)a[i - 1]) !=
					   tolower((unsigned char)b[j - 1]));
			if (above + 1 < cost)
				cost = above + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
			diagonal = above;
		}
	}
	return row[nb];
}

const char *conf_suggest(const char *word, const char *const *names)
{
	unsigned int best = (unsigned int)strnlen(word, CONF_WORD) / 3 + 2, d;
	const char *found = NULL;

	for (; *names; names++) {
		d = conf_distance(word, *names);
		if (d < best) {
			best = d;
			found = *names;
		}
	}
	return found;
}

static int conf_close(struct conf_reader *r)
{
	uint32_t line = r->err->line;
	int err = 0;

	if (r->section && r->section->close) {
		r->err->line = r->opened_at;
		r->err->column = 1;
		err = r->section->close(r->ctx, r->target, r->err);
	}
	if (!err)
		r->err->line = line;
	r->section = NULL;
	return err;
}

static int conf_unknown_section(struct conf_reader *r, const char *name)
{
	const char *names[16] = { NULL };
	const char *meant;
	size_t i;

	for (i = 0; i < 15 && r->sections[i].name; i++)
		names[i] = r->sections[i].name;
	meant = conf_suggest(name, names);
	return conf_fail(r->err, "section [%.40s] refused - there is no such section - %s%s%s", name,
			 meant ? "did you mean [" : "see keyway.conf(5)", meant ? meant : "",
			 meant ? "]?" : "");
}

static int conf_open(struct conf_reader *r, const char *name)
{
	size_t i;
	int err;

	err = conf_close(r);
	if (err)
		return err;
	for (i = 0; r->sections[i].name; i++) {
		if (!strcasecmp(r->sections[i].name, name))
			break;
	}
	if (!r->sections[i].name)
		return conf_unknown_section(r, name);
	if (r->seen_sections >> i & 1 && !r->sections[i].repeat)
		return conf_fail(r->err, "[%s] refused - it is here a second time - merge them",
				 r->sections[i].name);
	r->err->text[0] = '\0';
	r->target = r->sections[i].open(r->ctx, r->err);
	if (!r->target)
		return -EINVAL;
	r->seen_sections |= 1ull << i;
	r->seen_keys = 0;
	r->section = &r->sections[i];
	r->opened_at = r->err->line;
	return 0;
}

static int conf_number(const struct conf_key *key, const char *value, uint32_t *out,
		       struct conf_error *err)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (errno || !isdigit((unsigned char)*value) || *end || n < key->min || n > key->max)
		return conf_fail(err, "%s = %.40s refused - not a number from %u to %u - correct it",
				 key->name, value, key->min, key->max);
	*out = (uint32_t)n;
	return 0;
}

static int conf_yesno(const struct conf_key *key, const char *value, bool *out,
		      struct conf_error *err)
{
	static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcasecmp(value, words[i])) {
			*out = i & 1;
			return 0;
		}
	}
	return conf_fail(err, "%s = %.40s refused - neither yes nor no - write one of them",
			 key->name, value);
}

static int conf_text(const struct conf_key *key, const char *value, char *out,
		     struct conf_error *err)
{
	if (strlen(value) >= key->size)
		return conf_fail(err, "%s refused - longer than %zu characters - shorten it",
				 key->name, key->size - 1);
	strcpy(out, value);
	return 0;
}

static int conf_value(struct conf_reader *r, const struct conf_key *key, const char *value)
{
	char *field = (char *)r->target + key->offset;

	switch (key->type) {
	case CONF_TEXT:
		return conf_text(key, value, field, r->err);
	case CONF_NUMBER:
		return conf_number(key, value, (uint32_t *)(void *)field, r->err);
	case CONF_YESNO:
		return conf_yesno(key, value, (bool *)(void *)field, r->err);
	case CONF_CALL:
		return key->set(r->target, value, r->err);
	}
	return -EINVAL;
}

static int conf_unknown_key(struct conf_reader *r, const char *name, const char *meant)
{
	return conf_fail(r->err, "key %.40s refused - [%s] has no such key - %s%s%s", name,
			 r->section->name, meant ? "did you mean " : "see keyway.conf(5)",
			 meant ? meant : "", meant ? "?" : "");
}

static int conf_field(struct conf_reader *r, const char *name, const char *value)
{
	const struct conf_section *s = r->section;
	int err;

	r->err->text[0] = '\0';
	err = s->field(r->target, name, value, r->err);
	if (err != -ENOENT)
		return err;
	return conf_unknown_key(r, name, s->suggest ? s->suggest(name) : NULL);
}

static int conf_assign(struct conf_reader *r, const char *name, const char *value)
{
	const struct conf_key *keys = r->section->keys;
	const char *names[65] = { NULL };
	size_t i;

	if (r->section->field)
		return conf_field(r, name, value);
	for (i = 0; i < 64 && keys[i].name; i++) {
		names[i] = keys[i].name;
		if (!strcasecmp(keys[i].name, name))
			break;
	}
	if (i == 64 || !keys[i].name)
		return conf_unknown_key(r, name, conf_suggest(name, names));
	if (r->seen_keys >> i & 1 && !keys[i].repeat)
		return conf_fail(r->err, "%s refused - it is here a second time - keep one",
				 keys[i].name);
	r->seen_keys |= 1ull << i;
	return conf_value(r, &keys[i], value);
}

static int conf_line(struct conf_reader *r, char *line)
{
	char *text, *value, *end;

	kw_line_uncomment(line);
	text = kw_line_trim(line);
	r->err->column = (uint32_t)(text - line) + 1;
	if (!*text)
		return 0;
	if (*text == '[') {
		end = strchr(text, ']');
		if (!end || end[1])
			return conf_fail(r->err, "section refused - its ']' must end the line - correct it");
		*end = '\0';
		return conf_open(r, kw_line_trim(text + 1));
	}
	value = strchr(text, '=');
	if (!value)
		return conf_fail(r->err, "\"%.40s\" refused - neither [Section] nor Key = value - correct it", text);
	*value++ = '\0';
	text = kw_line_trim(text);
	if (!r->section)
		return conf_fail(r->err, "key %.40s refused - it stands before any section - start with [%s]",
				 text, r->sections[0].name);
	value = kw_line_trim(value);
	if (!*value)
		return conf_fail(r->err, "%.40s refused - it has no value - give one or remove the line",
				 text);
	return conf_assign(r, text, value);
}

static int conf_next(struct conf_reader *r, const char *text, size_t size)
{
	char line[CONF_LINE];
	int err;

	r->err->line++;
	r->err->column = 1;
	if (size >= sizeof(line))
		return conf_fail(r->err, "line refused - longer than %zu bytes - split it",
				 sizeof(line) - 1);
	if (memchr(text, '\0', size))
		return conf_fail(r->err, "line refused - it holds a zero byte - is this a text file?");
	memcpy(line, text, size);
	line[size] = '\0';
	err = conf_line(r, line);
	explicit_bzero(line, size); /* state files hold keys */
	return err;
}

int conf_parse(const char *text, size_t size, const struct conf_section *sections, void *ctx,
	       struct conf_error *err)
{
	struct conf_reader r = { .sections = sections, .ctx = ctx, .err = err };
	const char *end;
	size_t n;
	int res;

	memset(err, 0, sizeof(*err));
	while (size) {
		end = memchr(text, '\n', size);
		n = end ? (size_t)(end - text) : size;
		res = conf_next(&r, text, n);
		if (res)
			return res;
		n += end ? 1 : 0;
		text += n;
		size -= n;
	}
	return conf_close(&r);
}
