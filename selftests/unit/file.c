// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/libdaemon/file.c userspace/libdaemon/alloc.c */
/*
 * Files written whole: what a writer that was killed leaves is swept away, and
 * nothing else is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdaemon/file.h"
#include "test.h"

static char dir[] = "/tmp/kw-file.XXXXXX";

static const char *name(const char *base)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, base);
	return path;
}

static int files(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (d && readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* A child that the kernel kills in the middle: its file may not grow so large. */
static void killed(int (*put)(const char *path, mode_t mode, const void *data, size_t size))
{
	static const struct rlimit small = { 10, 10 }, none;
	char text[100] = "secret";
	pid_t pid = fork();
	int status;

	if (!pid) {
		setrlimit(RLIMIT_CORE, &none);
		setrlimit(RLIMIT_FSIZE, &small);
		_exit(put(name("state"), 0600, text, sizeof(text)));
	}
	waitpid(pid, &status, 0);
	test_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ, "a writer is killed");
}

static void touch(const char *base)
{
	close(open(name(base), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

int main(void)
{
	char *text;
	size_t size;

	if (!mkdtemp(dir))
		return 1;
	test_eq(file_write(name("state"), 0600, "one", 3), 0, "a file is written");
	test_eq(file_create(name("state"), 0600, "two", 3), -EEXIST, "and not made a second time");
	test_eq(files(), 1, "and nothing beside it");
	killed(file_write);
	killed(file_create);
	touch("trust.backup");
	touch("state.new");
	test_eq(files(), 5, "that leaves files behind");
	file_sweep(dir);
	test_eq(files(), 3, "which are swept away, and they alone");
	if (!test_eq(file_read(name("state"), 100, FILE_SECRET, &text, &size), 0, "the old one is there"))
		return test_done();
	test_mem(text, "one", 4, "as it was");
	free(text);
	unlink(name("state"));
	unlink(name("state.new"));
	unlink(name("trust.backup"));
	test_eq(rmdir(dir), 0, "they alone");
	return test_done();
}
