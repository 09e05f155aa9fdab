// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Whole files in and out, atomically. Owns nothing; called by state, keyfile
 * and whatever rewrites a file that a person may be reading.
 */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

#define FILE_PATH 4096 /* bytes of a name, NUL included */
#define FILE_NEW ".new-" /* between a name and six letters: not yet whole */
#define FILE_LETTERS "XXXXXX"

static int file_check(int fd, size_t max, enum file_guard guard, size_t *size)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EISDIR;
	if (st.st_mode & (guard == FILE_SECRET ? 077 : 022))
		return -EPERM;
	if (guard == FILE_SECRET && st.st_uid && st.st_uid != geteuid())
		return -EPERM;
	if ((uint64_t)st.st_size > max)
		return -EFBIG;
	*size = (size_t)st.st_size;
	return 0;
}

static int file_read_all(int fd, char *text, size_t *size)
{
	size_t have = 0;
	ssize_t n;

	while (have < *size) {
		n = read(fd, text + have, *size - have);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			break;
		if (n > 0)
			have += (size_t)n;
	}
	*size = have;
	return 0;
}

int file_read(const char *path, size_t max, enum file_guard guard, char **text, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err;

	if (fd < 0)
		return -errno;
	err = file_check(fd, max, guard, size);
	if (err)
		goto out_close;
	*text = alloc_zero(*size + 1);
	err = file_read_all(fd, *text, size);
	if (err) {
		explicit_bzero(*text, *size);
		free(*text);
	}
out_close:
	close(fd);
	return err;
}

static int file_write_all(int fd, const char *data, size_t size)
{
	ssize_t n;

	while (size) {
		n = write(fd, data, size);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return fsync(fd) ? -errno : 0;
}

/* A rename is durable only when its directory is. */
static int file_sync_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[FILE_PATH] = ".";
	int fd, err;

	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + (slash == path), path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fsync(fd) ? -errno : 0;
	close(fd);
	return err;
}

static int file_put(const char *path, mode_t mode, const void *data, size_t size,
		    int (*move)(const char *from, const char *to))
{
	char temp[FILE_PATH];
	int fd, err;

	if (snprintf(temp, sizeof(temp), "%s" FILE_NEW FILE_LETTERS, path) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fchmod(fd, mode) ? -errno : file_write_all(fd, data, size);
	if (close(fd) && !err)
		err = -errno;
	if (!err && move(temp, path))
		err = -errno;
	if (err || move == link)
		unlink(temp);
	return err ? err : file_sync_dir(path);
}

int file_write(const char *path, mode_t mode, const void *data, size_t size)
{
	return file_put(path, mode, data, size, rename);
}

int file_create(const char *path, mode_t mode, const void *data, size_t size)
{
	return file_put(path, mode, data, size, link);
}

/* Names that file_put() gives, and hardly a person. */
static bool file_is_new(const char *name)
{
	size_t n = strlen(name), tail = strlen(FILE_NEW FILE_LETTERS);

	return n > tail && !strncmp(name + n - tail, FILE_NEW, strlen(FILE_NEW));
}

void file_sweep(const char *dir)
{
	const struct dirent *e;
	DIR *d = opendir(dir);

	if (!d)
		return;
	while ((e = readdir(d))) {
		if (file_is_new(e->d_name))
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
}

int file_stat_nearest(const char *path, struct stat *st)
{
	char name[FILE_PATH];
	char *slash;

	if (snprintf(name, sizeof(name), "%s", path) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	while (stat(name, st)) {
		slash = strrchr(name, '/');
		if (errno != ENOENT || !strcmp(name, "."))
			return -errno;
		if (!slash)
			strcpy(name, ".");
		else
			slash[slash == name] = '\0';
	}
	return 0;
}
