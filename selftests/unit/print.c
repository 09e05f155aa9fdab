// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: tools/keyway/print.c */
/* cflags: -Itools/keyway */
/*
 * How values read in tables, that columns line up, and that a table and the
 * JSON it is made from say the same.
 */
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"
#include "print.h"
#include "test.h"

int cli_fail(enum cli_exit code, const char *fmt, ...)
{
	(void)fmt;
	return code;
}

/* A text that was made; says both when they differ. */
static void test_text(const char *have, const char *want)
{
	if (!test_ok(!strcmp(have, want), "\"%s\"", want))
		printf("# have \"%s\"\n", have);
}

static void test_duration(uint64_t ms, const char *want)
{
	char text[PRINT_TEXT];

	print_format_duration(ms, text);
	test_text(text, want);
}

static void test_size(uint64_t bytes, const char *want)
{
	char text[PRINT_TEXT];

	print_format_size(bytes, text);
	test_text(text, want);
}

static void test_micros(uint64_t us, const char *want)
{
	char text[PRINT_TEXT];

	print_format_micros(us, text);
	test_text(text, want);
}

static void test_value(json_t *value, enum print_format format, const char *want)
{
	char text[PRINT_TEXT];

	print_format_value(value, format, text);
	test_text(text, want);
	json_decref(value);
}

static void test_values(void)
{
	test_duration(0, "now");
	test_duration(999, "now");
	test_duration(1000, "1 second");
	test_duration(72000, "1 minute, 12 seconds");
	test_duration(3600000, "1 hour");
	test_duration(3601000, "1 hour");
	test_duration(2 * 86400000ULL + 3 * 3600000, "2 days, 3 hours");
	test_duration(UINT64_MAX, "584542046 years, 33 days");
	test_size(0, "0 B");
	test_size(1023, "1023 B");
	test_size(1024, "1.00 KiB");
	test_size(1048575, "1.00 MiB");
	test_size(1268777, "1.21 MiB");
	test_size(UINT64_MAX, "16.00 EiB");
	test_micros(0, "0 us");
	test_micros(999, "999 us");
	test_micros(8310, "8.31 ms");
	test_micros(12345, "12.3 ms");
	test_micros(1500000, "1.50 s");
	test_value(json_integer(72000), PRINT_AGO, "1 minute, 12 seconds ago");
	test_value(json_integer(10), PRINT_AGO, "now");
	test_value(json_null(), PRINT_AGO, "-");
	test_value(json_string(""), PRINT_AS_IS, "-");
	test_value(json_true(), PRINT_AS_IS, "yes");
	test_value(json_string("ni:///sha3-256;OboJhW6BME7EP"), PRINT_SHORT, "OboJhW6B");
	test_value(json_pack("[ss]", "10.1.0.0/16", "fd00::/8"), PRINT_AS_IS,
		   "10.1.0.0/16,fd00::/8");
	test_value(json_array(), PRINT_AS_IS, "-");
}

/* A list longer than a cell is cut, and says so. */
static void test_long_list(void)
{
	char text[PRINT_TEXT];
	json_t *list = json_array();
	int i;

	for (i = 0; i < 64; i++)
		json_array_append_new(list, json_string("2001:db8:1234:5678::/64"));
	print_format_value(list, PRINT_AS_IS, text);
	test_ok(strlen(text) < PRINT_TEXT && strstr(text, ",…"), "a long list is cut");
	json_decref(list);
}

/* Runs fn with its standard output caught in text. */
static void capture(void (*fn)(void), char *text, size_t size)
{
	int keep = dup(STDOUT_FILENO);
	FILE *f = tmpfile();
	size_t n;

	fflush(stdout);
	dup2(fileno(f), STDOUT_FILENO);
	fn();
	fflush(stdout);
	dup2(keep, STDOUT_FILENO);
	close(keep);
	rewind(f);
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	fclose(f);
}

static const struct print_column columns[] = {
	{"NAME", "name", PRINT_AS_IS},
	{"RTT", "path.rtt_us", PRINT_MICROS},
	{"RX", "rx_bytes", PRINT_SIZE},
	{NULL, NULL, 0},
};

static json_t *document(void)
{
	return json_pack("{s[{ss s{si} si} {ss sn si}]}", "peers", "name",
			 "gateway-berlin", "path", "rtt_us", 8310, "rx_bytes", 2048,
			 "name", "x", "path", "rx_bytes", 5);
}

static void print_human(void)
{
	print_rows(false, document(), "peers", columns);
}

static void print_machine(void)
{
	print_rows(true, document(), "peers", columns);
}

static void test_tables(void)
{
	char text[4096];
	json_t *read, *want = document();

	capture(print_human, text, sizeof(text));
	test_ok(!strcmp(text, "NAME            RTT      RX\n"
			      "gateway-berlin  8.31 ms  2.00 KiB\n"
			      "x               -        5 B\n"),
		"columns line up and nothing trails");
	capture(print_machine, text, sizeof(text));
	read = json_loads(text, 0, NULL);
	test_ok(read && !strcmp(json_string_value(json_object_get(read, "api")),
				PRINT_API),
		"JSON names its form");
	json_object_del(read, "api");
	test_ok(json_equal(read, want), "and is the document");
	json_decref(read);
	json_decref(want);
}

int main(void)
{
	test_values();
	test_long_list();
	test_tables();
	test_ok(!print_colourful(), "no colour where no terminal is");
	return test_done();
}
