/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Is keyway.ko there, loaded, and of our version? And if not: which is, and
 * what to run. Reads /sys/module and the running kernel's list of modules.
 */
#ifndef KEYWAY_MODULE_H
#define KEYWAY_MODULE_H

/* Says why the family does not answer; returns an exit code, never 0. */
int module_report(void);

/* 0, or says which versions met; a module without version is taken as ours. */
int module_check_version(void);

/* Loads it if it is not loaded; 0, or says what is missing. */
int module_load(void);

#endif
