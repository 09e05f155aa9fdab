/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The one place that writes what people and scripts read: a command makes
 * JSON, and this prints it, or the table made from the same JSON, so that both
 * hold the same facts. Durations, sizes and colour live here too. In JSON,
 * sizes are bytes, round-trip times microseconds, ages milliseconds.
 */
#ifndef KEYWAY_PRINT_H
#define KEYWAY_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRINT_API  "keyway/1"
#define PRINT_TEXT 96 /* room for any formatted value, NUL included */

enum print_format {
	PRINT_AS_IS,	/* text, number, yes or no, list */
	PRINT_SIZE,	/* bytes: "1.21 MiB" */
	PRINT_AGO,	/* ms: "1 minute, 12 seconds ago" */
	PRINT_DURATION, /* ms: "1 minute, 12 seconds" */
	PRINT_MICROS,	/* us: "8.31 ms" */
	PRINT_SHORT,	/* the first letters of a fingerprint's value */
};

struct print_column {
	const char *title; /* NULL ends a list */
	const char *key;   /* may be a way through objects: "path.remote" */
	enum print_format format;
};

/* An aligned table of an array of objects, "-" where a member is missing. */
void print_table(const json_t *rows, const struct print_column *columns);

/* One object as lines of "title  value"; missing members are left out. */
void print_fields(const json_t *object, const struct print_column *columns);

/* The document, which it takes over, with "api" in it: as JSON, or the array
 * key in it as a table. Returns an exit code. */
int print_rows(bool json, json_t *document, const char *key,
	       const struct print_column *columns);

/* The document, which it takes over, as indented JSON with "api" in it. */
int print_json(json_t *document);

/* One line of JSON, flushed: for events. Takes it over. */
int print_line(json_t *document);

/* Is there somebody to like colours? */
bool print_colourful(void);

void print_format_size(uint64_t bytes, char out[PRINT_TEXT]);

/* The two largest units: "1 minute, 12 seconds", below one second "now". */
void print_format_duration(uint64_t ms, char out[PRINT_TEXT]);
void print_format_micros(uint64_t us, char out[PRINT_TEXT]);

/* A value of a document as the table shows it. */
void print_format_value(const json_t *value, enum print_format format,
			char out[PRINT_TEXT]);

#endif
