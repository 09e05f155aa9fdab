// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Tables, JSON, durations and sizes. Owns nothing; every command prints by it.
 * Colour goes to terminals only, and not where NO_COLOR is set.
 */
#include "print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define PRINT_COLUMNS 16 /* most in one table */
#define PRINT_BOLD    "\033[1m"
#define PRINT_PLAIN   "\033[0m"

bool print_colourful(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}

void print_format_size(uint64_t bytes, char out[PRINT_TEXT])
{
	static const char *const unit[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double n = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(out, PRINT_TEXT, "%" PRIu64 " B", bytes);
		return;
	}
	/* 1023.995 would be written as 1024.00 */
	for (; n >= 1023.995 && i + 1 < sizeof(unit) / sizeof(unit[0]); i++)
		n /= 1024;
	snprintf(out, PRINT_TEXT, "%.2f %s", n, unit[i]);
}

void print_format_duration(uint64_t ms, char out[PRINT_TEXT])
{
	static const struct {
		const char *name;
		uint64_t seconds;
	} unit[] = {
		{"year", 31557600}, {"day", 86400}, {"hour", 3600},
		{"minute", 60},	    {"second", 1},
	};
	uint64_t rest = ms / 1000, n;
	size_t i, at = 0, parts = 0;

	for (i = 0; i < sizeof(unit) / sizeof(unit[0]) && parts < 2; i++) {
		n = rest / unit[i].seconds;
		rest %= unit[i].seconds;
		/* neighbours only: "2 days, 3 seconds" says less than "2 days" */
		if (!n && parts)
			break;
		if (!n)
			continue;
		at += snprintf(out + at, PRINT_TEXT - at, "%s%" PRIu64 " %s%s",
			       parts ? ", " : "", n, unit[i].name, n == 1 ? "" : "s");
		parts++;
	}
	if (!parts)
		snprintf(out, PRINT_TEXT, "now");
}

void print_format_micros(uint64_t us, char out[PRINT_TEXT])
{
	if (us < 1000)
		snprintf(out, PRINT_TEXT, "%" PRIu64 " us", us);
	else if (us < 1000000)
		snprintf(out, PRINT_TEXT, "%.*f ms", us < 10000 ? 2 : 1,
			 (double)us / 1000);
	else
		snprintf(out, PRINT_TEXT, "%.2f s", (double)us / 1000000);
}

static void print_format_ago(uint64_t ms, char out[PRINT_TEXT])
{
	const size_t room = PRINT_TEXT - sizeof(" ago");

	print_format_duration(ms, out);
	if (ms >= 1000 && strlen(out) <= room)
		strcat(out, " ago");
}

/* "ni:///sha3-256;OboJhW6B…" to "OboJhW6B". */
static void print_format_short(const char *uri, char out[PRINT_TEXT])
{
	const char *value = strrchr(uri, ';');

	snprintf(out, PRINT_TEXT, "%.8s", value ? value + 1 : uri);
}

static void print_format_list(const json_t *list, char out[PRINT_TEXT])
{
	char one[PRINT_TEXT];
	size_t i, at = 0;
	json_t *value;

	snprintf(out, PRINT_TEXT, "-");
	json_array_foreach(list, i, value)
	{
		print_format_value(value, PRINT_AS_IS, one);
		if (at + strlen(one) + 5 >= PRINT_TEXT) {
			snprintf(out + at, PRINT_TEXT - at, ",…");
			return;
		}
		at += snprintf(out + at, PRINT_TEXT - at, "%s%s", i ? "," : "", one);
	}
}

static void print_format_plain(const json_t *value, char out[PRINT_TEXT])
{
	if (json_is_string(value))
		snprintf(out, PRINT_TEXT, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(out, PRINT_TEXT, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else if (json_is_boolean(value))
		snprintf(out, PRINT_TEXT, "%s", json_is_true(value) ? "yes" : "no");
	else if (json_is_array(value))
		print_format_list(value, out);
	else
		snprintf(out, PRINT_TEXT, "-");
	if (!*out)
		snprintf(out, PRINT_TEXT, "-");
}

void print_format_value(const json_t *value, enum print_format format,
			char out[PRINT_TEXT])
{
	if (format == PRINT_AS_IS || !value || json_is_null(value)) {
		print_format_plain(value, out);
		return;
	}
	switch (format) {
	case PRINT_SIZE:
		print_format_size(json_integer_value(value), out);
		break;
	case PRINT_AGO:
		print_format_ago(json_integer_value(value), out);
		break;
	case PRINT_DURATION:
		print_format_duration(json_integer_value(value), out);
		break;
	case PRINT_MICROS:
		print_format_micros(json_integer_value(value), out);
		break;
	default:
		print_format_short(
			json_string_value(value) ? json_string_value(value) : "-", out);
	}
}

/* The member at the end of a way such as "path.remote", or NULL. */
static const json_t *print_lookup(const json_t *object, const char *way)
{
	char key[64];
	size_t len;

	for (;;) {
		len = strcspn(way, ".");
		if (len >= sizeof(key))
			return NULL;
		memcpy(key, way, len);
		key[len] = '\0';
		object = json_object_get(object, key);
		if (!way[len] || !object)
			return object;
		way += len + 1;
	}
}

static size_t print_count(const struct print_column *columns)
{
	size_t n = 0;

	while (n < PRINT_COLUMNS && columns[n].title)
		n++;
	return n;
}

static void print_widths(const json_t *rows, const struct print_column *columns,
			 size_t width[PRINT_COLUMNS])
{
	const size_t n = print_count(columns);
	char text[PRINT_TEXT];
	json_t *row;
	size_t i, c;

	for (c = 0; c < n; c++)
		width[c] = strlen(columns[c].title);
	json_array_foreach(rows, i, row) for (c = 0; c < n; c++)
	{
		print_format_value(print_lookup(row, columns[c].key), columns[c].format,
				   text);
		if (strlen(text) > width[c])
			width[c] = strlen(text);
	}
}

/* No blanks at the end of a line, so the last column has no width. */
static void print_cell(const char *text, size_t width, bool last)
{
	if (last)
		printf("%s\n", text);
	else
		printf("%-*s  ", (int)width, text);
}

void print_table(const json_t *rows, const struct print_column *columns)
{
	const size_t n = print_count(columns);
	const bool colour = print_colourful();
	size_t width[PRINT_COLUMNS];
	char text[PRINT_TEXT];
	json_t *row;
	size_t i, c;

	print_widths(rows, columns, width);
	fputs(colour ? PRINT_BOLD : "", stdout);
	for (c = 0; c < n; c++)
		print_cell(columns[c].title, width[c], c + 1 == n);
	fputs(colour ? PRINT_PLAIN : "", stdout);
	json_array_foreach(rows, i, row) for (c = 0; c < n; c++)
	{
		print_format_value(print_lookup(row, columns[c].key), columns[c].format,
				   text);
		print_cell(text, width[c], c + 1 == n);
	}
}

void print_fields(const json_t *object, const struct print_column *columns)
{
	const struct print_column *c;
	char text[PRINT_TEXT];
	const json_t *value;
	size_t width = 0;

	for (c = columns; c->title; c++)
		if (strlen(c->title) > width)
			width = strlen(c->title);
	for (c = columns; c->title; c++) {
		value = print_lookup(object, c->key);
		if (!value || json_is_null(value))
			continue;
		if (json_is_string(value) && c->format == PRINT_AS_IS) {
			printf("%-*s  %s\n", (int)width, c->title,
			       json_string_value(value));
			continue;
		}
		print_format_value(value, c->format, text);
		printf("%-*s  %s\n", (int)width, c->title, text);
	}
}

/* "api" first, for who reads it by eye. */
static int print_dump(json_t *document, size_t flags)
{
	json_t *out = json_pack("{ss}", "api", PRINT_API);
	int err;

	err = !out || !document || json_object_update(out, document) ||
	      json_dumpf(out, stdout, flags) || putchar('\n') == EOF || fflush(stdout);
	json_decref(out);
	json_decref(document);
	if (!err)
		return CLI_OK;
	return cli_fail(CLI_INTERNAL,
			"output - it cannot be written - is the disk full?");
}

int print_json(json_t *document)
{
	return print_dump(document, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
}

int print_line(json_t *document)
{
	return print_dump(document, JSON_COMPACT | JSON_PRESERVE_ORDER);
}

int print_rows(bool json, json_t *document, const char *key,
	       const struct print_column *columns)
{
	if (json)
		return print_json(document);
	print_table(json_object_get(document, key), columns);
	json_decref(document);
	return CLI_OK;
}
