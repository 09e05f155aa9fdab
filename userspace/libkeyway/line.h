/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What all that reads "Key = value" lines takes for blank and for comment:
 * configuration, trust file, remembered state, session files. Works in place
 * on one line, a string without its end.
 */
#ifndef KW_LINE_H
#define KW_LINE_H

/* Cuts blanks off both ends; where the text starts. */
char *kw_line_trim(char *line);

/* Cuts the comment off: '#' or ';' at the start of a word, and all behind. */
void kw_line_uncomment(char *line);

#endif
