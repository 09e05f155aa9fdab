/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What a daemon tells its administrator: one line a message, to stderr (with
 * the "<N>" that the journal reads when it is behind) or to syslog once in the
 * background. Thread-safe. Callers pass names and numbers, never a secret.
 */
#ifndef KW_LOG_H
#define KW_LOG_H

#include <syslog.h>

enum log_target {
	LOG_TO_STDERR,
	LOG_TO_SYSLOG,
};

/* name: static storage. level: LOG_ERR … LOG_DEBUG; what is above is dropped. */
void log_start(const char *name, enum log_target target, int level);

__attribute__((format(printf, 2, 3))) void log_line(int level, const char *fmt, ...);

#define log_error(...) log_line(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_line(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
