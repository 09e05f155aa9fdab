// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * A device's configuration file. Owns the struct it fills and the room for
 * its peers; the text is the caller's. [Peer] sections are libkeyway's, so
 * that configuration and trust file agree on every key.
 */
#include "config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "failure.h"
#include "libdaemon/alloc.h"
#include "libdaemon/file.h"
#include "libkeyway/prefix.h"

#define CONFIG_MTU 1420 /* 1500 - IPv6 40 - UDP 8 - header 16 - tag 16 */

__attribute__((format(printf, 2, 3))) static int config_fail(struct conf_error *err,
							     const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -EINVAL;
}

/* Interface names as the kernel takes them. */
static bool config_ifname(const char *text)
{
	size_t n = strlen(text);

	if (!n || n >= KWNL_NAME_SIZE || !strcmp(text, ".") || !strcmp(text, ".."))
		return false;
	for (; *text; text++) {
		if (*text == '/' || *text == ':' || isspace((unsigned char)*text))
			return false;
	}
	return true;
}

static int config_set_name(void *section, const char *value, struct conf_error *err)
{
	struct config *c = section;

	if (!config_ifname(value))
		return config_fail(err, "Name = %.40s refused - no interface can be called so - use up to 15 letters and digits",
				   value);
	strcpy(c->name, value);
	return 0;
}

static int config_set_uplink(void *section, const char *value, struct conf_error *err)
{
	struct config *c = section;

	if (!config_ifname(value))
		return config_fail(err, "Uplink = %.40s refused - no interface can be called so - see: ip link",
				   value);
	if (c->uplinks == CONFIG_UPLINKS)
		return config_fail(err, "Uplink refused - more than %d - remove some", CONFIG_UPLINKS);
	strcpy(c->uplink[c->uplinks++], value);
	return 0;
}

/* An address with its length; unlike a prefix, host bits stay. */
static int config_set_address(void *section, const char *value, struct conf_error *err)
{
	struct config *c = section;
	struct kw_prefix p;
	char host[64];
	bool v4;

	snprintf(host, sizeof(host), "%.*s", (int)strcspn(value, "/"), value);
	if (kw_prefix_parse(value, &p))
		return config_fail(err, "Address = %.60s refused - no address with a length - write one like 10.1.0.1/24",
				   value);
	if (kw_prefix_reserved(&p.addr))
		return config_fail(err, "Address = %.60s refused - reserved (key addresses are set by themselves) - choose another",
				   value);
	if (c->addresses == CONFIG_ADDRESSES)
		return config_fail(err, "Address refused - more than %d - remove some", CONFIG_ADDRESSES);
	v4 = inet_pton(AF_INET, host, p.addr.b + 12) == 1;
	if (!v4 && inet_pton(AF_INET6, host, p.addr.b) != 1)
		return -EINVAL;
	c->address[c->addresses++] = p;
	return 0;
}

static int config_set_authority(void *section, const char *value, struct conf_error *err)
{
	struct config *c = section;

	if (strlen(value) >= sizeof(c->authority) || kw_fingerprint_check_authority(value))
		return config_fail(err, "Authority = %.60s refused - no DNS name or IP address with optional :port - correct it",
				   value);
	strcpy(c->authority, value);
	return 0;
}

static int config_path(const char *key, const char *value, char *out, struct conf_error *err)
{
	if (*value != '/' || strlen(value) >= CONFIG_DIR)
		return config_fail(err, "%s refused - not the absolute name of a file (keys never stand in the configuration) - correct it",
				   key);
	strcpy(out, value);
	return 0;
}

static int config_set_identity(void *section, const char *value, struct conf_error *err)
{
	return config_path("PrivateKey", value, ((struct config *)section)->identity, err);
}

static int config_set_state(void *section, const char *value, struct conf_error *err)
{
	return config_path("StateDir", value, ((struct config *)section)->state, err);
}

static int config_set_domain(void *section, const char *value, struct conf_error *err)
{
	return config_path("DomainSecret", value, ((struct config *)section)->domain, err);
}

#define CONFIG_CALL(key, fn) { .name = key, .type = CONF_CALL, .set = fn }
#define CONFIG_CALLS(key, fn) { .name = key, .type = CONF_CALL, .repeat = true, .set = fn }
#define CONFIG_NUMBER(key, field, lo, hi) \
	{ .name = key, .type = CONF_NUMBER, .offset = offsetof(struct config, field), \
	  .min = lo, .max = hi }

static const struct conf_key config_keys[] = {
	CONFIG_CALL("Name", config_set_name),
	CONFIG_CALL("PrivateKey", config_set_identity),
	CONFIG_NUMBER("ListenPort", port, 1, 65535),
	CONFIG_CALLS("Address", config_set_address),
	CONFIG_NUMBER("MTU", mtu, 1280, 65000),
	CONFIG_CALL("DomainSecret", config_set_domain),
	{ .name = "Quiet", .type = CONF_YESNO, .offset = offsetof(struct config, quiet) },
	CONFIG_CALL("StateDir", config_set_state),
	CONFIG_CALL("Authority", config_set_authority),
	CONFIG_CALLS("Uplink", config_set_uplink),
	CONFIG_NUMBER("Keepalive", keepalive, 0, 65535),
	{ .name = NULL },
};

static void *config_open_interface(void *ctx, struct conf_error *err)
{
	(void)err;
	return ctx;
}

static void config_grow(struct kw_trust *t)
{
	size_t max = t->max ? 2 * t->max : 8;

	if (t->n < t->max)
		return;
	t->entry = alloc_resize(t->entry, max, sizeof(*t->entry));
	t->max = max;
}

static void *config_open_peer(void *ctx, struct conf_error *err)
{
	struct config *c = ctx;

	if (c->trust.n == CONFIG_PEERS_MAX) {
		(void)!config_fail(err, "[Peer] refused - more than %d in one file - use the trust file",
				   CONFIG_PEERS_MAX);
		return NULL;
	}
	memset(&c->reading, 0, sizeof(c->reading));
	c->reading_named = false;
	c->reading.line = err->line;
	return c;
}

static int config_field_peer(void *section, const char *key, const char *value,
			     struct conf_error *err)
{
	struct config *c = section;
	struct kw_trust_error why = { 0 };
	int res;

	res = kw_trust_parse_field(&c->reading, key, value, &why);
	if (res && res != -ENOENT)
		snprintf(err->text, sizeof(err->text), "%s", why.text);
	c->reading_named |= !res && !strcasecmp(key, "Fingerprint");
	return res;
}

static int config_close_peer(void *ctx, void *section, struct conf_error *err)
{
	struct config *c = ctx;
	int res;

	(void)section;
	if (!c->reading_named)
		return config_fail(err, "[Peer] refused - it has no Fingerprint - add: Fingerprint = ni://…");
	config_grow(&c->trust);
	res = kw_trust_add(&c->trust, &c->reading);
	switch (res) {
	case 0:
		return 0;
	case -EEXIST:
		return config_fail(err, "[Peer] refused - its fingerprint is here a second time - merge the two");
	case -EADDRINUSE:
		return config_fail(err, "[Peer] refused - another fingerprint has the same key address - one of them is forged");
	default:
		return config_fail(err, "[Peer] refused - %s - correct it", strerror(-res));
	}
}

static const struct conf_section config_sections[] = {
	{ .name = "Interface", .keys = config_keys, .open = config_open_interface },
	{ .name = "Peer",
	  .repeat = true,
	  .open = config_open_peer,
	  .field = config_field_peer,
	  .suggest = kw_trust_suggest,
	  .close = config_close_peer },
	{ .name = NULL },
};

int config_parse(struct config *c, const char *text, size_t size, struct conf_error *err)
{
	int res;

	res = conf_parse(text, size, config_sections, c, err);
	if (res)
		return res;
	if (c->quiet && !*c->domain)
		return config_fail(err, "Quiet = yes refused - without DomainSecret nobody could reach this node - set one");
	if (!*c->state)
		snprintf(c->state, sizeof(c->state), "/var/lib/keyway/%s", c->name);
	if (!*c->identity)
		snprintf(c->identity, sizeof(c->identity), "%s/identity", c->state);
	return 0;
}

/* "/etc/keyway/kw0.conf" names its device kw0. */
static void config_name(struct config *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t n = strlen(base);

	if (n > 5 && !strcmp(base + n - 5, ".conf"))
		n -= 5;
	if (n < KWNL_NAME_SIZE) {
		memcpy(c->name, base, n);
		c->name[n] = '\0';
	}
	if (!config_ifname(c->name))
		strcpy(c->name, "kw0");
}

struct config *config_create(const char *path)
{
	struct config *c = alloc_zero(sizeof(*c));

	config_name(c, path);
	c->mtu = CONFIG_MTU;
	return c;
}

void config_destroy(struct config *c)
{
	free(c->trust.entry);
	free(c);
}

struct config *config_read(const char *file, struct failure *f)
{
	struct conf_error at = { 0 };
	struct config *c;
	size_t size;
	char *text;
	int err;

	err = file_read(file, CONFIG_FILE_MAX, FILE_READABLE, &text, &size);
	if (err == -EPERM) {
		(void)failure_set(f, FAILURE_PERMISSION,
				  "%s: configuration refused - others may write it - run: chmod go-w %s",
				  file, file);
		return NULL;
	}
	if (err == -EACCES) {
		(void)failure_set(f, FAILURE_PERMISSION,
				  "%s: configuration not read - keywayd's user may not - run: chmod a+r %s",
				  file, file);
		return NULL;
	}
	if (err) {
		(void)failure_set(f, err == -ENOENT ? FAILURE_NOT_FOUND : FAILURE_CONFIG,
				  "%s: configuration not read - %s - write it, see keyway.conf(5)",
				  file, strerror(-err));
		return NULL;
	}
	c = config_create(file);
	err = config_parse(c, text, size, &at);
	free(text);
	if (!err)
		return c;
	(void)failure_set_at(f, file, &at);
	config_destroy(c);
	return NULL;
}

const char *config_fixed(const struct config *a, const struct config *b)
{
	if (strcmp(a->name, b->name))
		return "Name";
	if (strcmp(a->identity, b->identity))
		return "PrivateKey";
	if (strcmp(a->state, b->state))
		return "StateDir";
	if (strcmp(a->domain, b->domain))
		return "DomainSecret";
	if (a->quiet != b->quiet)
		return "Quiet";
	if (a->port != b->port)
		return "ListenPort";
	if (a->uplinks != b->uplinks || memcmp(a->uplink, b->uplink, sizeof(a->uplink)))
		return "Uplink";
	return NULL;
}

struct config *config_read_again(const struct config *old, const char *file, struct failure *f)
{
	struct config *fresh = config_read(file, f);
	const char *fixed = fresh ? config_fixed(old, fresh) : NULL;

	if (!fixed)
		return fresh;
	(void)failure_set(f, FAILURE_CONFIG,
			  "%s:1:1: %s not changed - that needs a fresh device - run: keyway down %s, then keyway up %s (the service: systemctl start keywayd)",
			  file, fixed, old->name, file);
	config_destroy(fresh);
	return NULL;
}
