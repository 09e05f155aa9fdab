// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Lines for the administrator, to stderr or syslog. Owns the target and level,
 * which main sets once before threads exist. Control characters are replaced,
 * since some texts came from the network.
 */
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_LINE 1024

static const char *log_name = "keyway";
static enum log_target log_target;
static int log_level = LOG_NOTICE;
static bool log_journal;

void log_start(const char *name, enum log_target target, int level)
{
	log_name = name;
	log_target = target;
	log_level = level;
	log_journal = getenv("JOURNAL_STREAM");
	if (target == LOG_TO_SYSLOG)
		openlog(name, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

static void log_clean(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

void log_line(int level, const char *fmt, ...)
{
	char text[LOG_LINE];
	va_list args;

	if (level > log_level)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_clean(text);
	if (log_target == LOG_TO_SYSLOG)
		syslog(level, "%s", text);
	else if (log_journal)
		fprintf(stderr, "<%d>%s\n", level, text);
	else
		fprintf(stderr, "%s: %s\n", log_name, text);
}
