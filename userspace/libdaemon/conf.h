/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Parser of configuration files: "[Section]" and "Key = value" lines, '#' and
 * ';' comments, sections that may repeat, in file order. The caller says by
 * tables which sections and keys there are and of what type; all else is
 * refused with line, column and the name that was probably meant. Reads text,
 * never a file, and allocates nothing.
 */
#ifndef KW_CONF_H
#define KW_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_LINE 2048 /* bytes; a longer line is refused */
#define CONF_ERROR 256

struct conf_error {
	uint32_t line;	 /* from 1 */
	uint32_t column; /* from 1 */
	char text[CONF_ERROR]; /* "what - why - next" */
};

enum conf_type {
	CONF_TEXT,   /* char [size] */
	CONF_NUMBER, /* uint32_t, min..max */
	CONF_YESNO,  /* bool */
	CONF_CALL,   /* by set(), which may be called again where repeat is true */
};

struct conf_key {
	const char *name; /* compared without case; NULL ends a table */
	enum conf_type type;
	bool repeat;
	size_t offset; /* of the value in the section's struct */
	size_t size;   /* CONF_TEXT: room, NUL included */
	uint32_t min, max;
	/* CONF_CALL: negative errno and err->text, or 0 */
	int (*set)(void *section, const char *value, struct conf_error *err);
};

struct conf_section {
	const char *name; /* NULL ends a table */
	bool repeat;
	const struct conf_key *keys; /* at most 64, or NULL with field */
	/* Gives the struct that the keys fill; NULL and err->text refuses. */
	void *(*open)(void *ctx, struct conf_error *err);
	/* Instead of keys: one "Key = value"; -ENOENT for a key it doesn't know. */
	int (*field)(void *section, const char *key, const char *value, struct conf_error *err);
	/* Instead of keys: the key that was probably meant, or NULL. */
	const char *(*suggest)(const char *key);
	/* May be NULL; after the last key. err->line is that of the header. */
	int (*close)(void *ctx, void *section, struct conf_error *err);
};

/* 0, or the first error: -EINVAL, or what a callback returned. */
int conf_parse(const char *text, size_t size, const struct conf_section *sections, void *ctx,
	       struct conf_error *err) __attribute__((warn_unused_result));

/*
 * The one of names (NULL ends) nearest to word by edit distance, if near
 * enough to be a slip, else NULL.
 */
const char *conf_suggest(const char *word, const char *const *names);

#endif
