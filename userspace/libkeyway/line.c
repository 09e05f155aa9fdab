// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* Blanks and comments of configuration lines. */
#include "line.h"

#include <ctype.h>
#include <string.h>

char *kw_line_trim(char *line)
{
	char *end = line + strlen(line);

	while (end > line && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*line))
		line++;
	return line;
}

void kw_line_uncomment(char *line)
{
	char *p;

	/* inside a word '#' and ';' are text: an ni URI has a ';' */
	for (p = line; *p; p++) {
		if ((*p == '#' || *p == ';') && (p == line || isspace((unsigned char)p[-1]))) {
			*p = '\0';
			return;
		}
	}
}
