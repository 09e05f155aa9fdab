// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The wire oracle: watches the underlay while a scenario runs and fails if a
 * DATA message's (side, receiver index, number space, packet number) comes
 * twice with different ciphertext, or if a canary crosses in clear. It reads
 * by a ring, since a queued clone would keep trains from being taken whole,
 * and with PACKET_VNET_HDR, since else a train shows one header of many.
 *   oracle [-c CANARIES] [-o SUMMARY] SIDE=IFACE…   until SIGTERM or SIGINT
 * CANARIES: a file of 32-byte strings. Status 0 clean, 1 violation, 2 usage.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <unistd.h>

#include "seen.h"
#include "slice.h"

#define ORACLE_TAPS 16
#define ORACLE_SLOT (1 << 17)		/* holds a whole train */
#define ORACLE_SLOTS 256
#define ORACLE_CANARY 32
#define ORACLE_DATA 8
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4	/* Debian 12's headers are older than its 6.12 kernel */
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#define ORACLE_DATA_MIN 32

struct oracle_tap {
	uint32_t side;
	int fd;
	uint8_t *ring;
	unsigned int next;
};

struct oracle {
	/* set */
	struct oracle_tap taps[ORACLE_TAPS];
	int count;
	uint8_t *canaries;
	size_t canary_bytes;
	/* measured */
	struct seen seen;
	uint32_t side;
	unsigned long frames, data, copies, reuses, clear, trains, longest, missed;
};

static volatile sig_atomic_t oracle_stop;

static void oracle_signal(int number)
{
	(void)number;
	oracle_stop = 1;
}

static int oracle_usage(void)
{
	fprintf(stderr, "usage: oracle [-c CANARIES] [-o SUMMARY] SIDE=IFACE...\n");
	return 2;
}

static void oracle_die(const char *what)
{
	fprintf(stderr, "oracle: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void oracle_message(void *arg, const uint8_t *msg, size_t len)
{
	struct oracle *o = arg;

	if (len < ORACLE_DATA_MIN || msg[0] != ORACLE_DATA || msg[2] || msg[3])
		return;
	o->data++;
	switch (seen_add(&o->seen, o->side, msg, len)) {
	case SEEN_NEW:
		return;
	case SEEN_COPY:
		o->copies++;
		return;
	case SEEN_REUSE:
		if (o->reuses++ < 5)
			fprintf(stderr, "oracle: number used twice: side %c index %02x%02x%02x%02x x %02x%02x %02x%02x%02x%02x%02x%02x\n",
				(char)o->side, msg[4], msg[5], msg[6], msg[7], msg[8], msg[9], msg[10],
				msg[11], msg[12], msg[13], msg[14], msg[15]);
	}
}

static void oracle_clear(struct oracle *o, const uint8_t *frame, size_t len)
{
	size_t i;

	for (i = 0; i + ORACLE_CANARY <= o->canary_bytes; i += ORACLE_CANARY)
		if (memmem(frame, len, o->canaries + i, ORACLE_CANARY)) {
			o->clear++;
			return;
		}
}

static void oracle_frame(struct oracle *o, const uint8_t *slot)
{
	const struct tpacket2_hdr *h = (const void *)slot;
	const uint8_t *frame = slot + h->tp_mac;
	struct virtio_net_hdr v;
	size_t size = 0;
	int n;

	memcpy(&v, frame - sizeof(v), sizeof(v));
	if (v.gso_type == VIRTIO_NET_HDR_GSO_UDP_L4)
		size = v.gso_size;
	o->frames++;
	oracle_clear(o, frame, h->tp_snaplen);
	n = slice_frame(frame, h->tp_snaplen, size, oracle_message, o);
	if (n > 1)
		o->trains++;
	if (n > 0 && (unsigned long)n > o->longest)
		o->longest = n;
}

/* Only what enters here: each datagram is then seen once, as its sender made it. */
static void oracle_drain(struct oracle *o, struct oracle_tap *tap)
{
	const struct sockaddr_ll *from;
	struct tpacket2_hdr *h;
	uint8_t *slot;

	for (;;) {
		slot = tap->ring + (size_t)tap->next * ORACLE_SLOT;
		h = (void *)slot;
		if (!(__atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			return;
		from = (const void *)(slot + TPACKET_ALIGN(sizeof(*h)));
		o->side = tap->side;
		if (from->sll_pkttype != PACKET_OUTGOING)
			oracle_frame(o, slot);
		__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		tap->next = (tap->next + 1) % ORACLE_SLOTS;
	}
}

static void oracle_open(struct oracle_tap *tap, const char *iface)
{
	struct tpacket_req req = { .tp_block_size = ORACLE_SLOT, .tp_block_nr = ORACLE_SLOTS,
				   .tp_frame_size = ORACLE_SLOT, .tp_frame_nr = ORACLE_SLOTS };
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int one = 1, version = TPACKET_V2;

	at.sll_ifindex = if_nametoindex(iface);
	tap->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!at.sll_ifindex || tap->fd < 0)
		oracle_die(iface);
	if (setsockopt(tap->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(tap->fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    setsockopt(tap->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)))
		oracle_die("packet ring");
	tap->ring = mmap(NULL, (size_t)ORACLE_SLOT * ORACLE_SLOTS, PROT_READ | PROT_WRITE, MAP_SHARED, tap->fd, 0);
	if (tap->ring == MAP_FAILED || bind(tap->fd, (struct sockaddr *)&at, sizeof(at)))
		oracle_die("packet ring");
}

static void oracle_watch(struct oracle *o)
{
	struct pollfd fds[ORACLE_TAPS];
	int i;

	for (i = 0; i < o->count; i++)
		fds[i] = (struct pollfd){ .fd = o->taps[i].fd, .events = POLLIN };
	while (!oracle_stop) {
		poll(fds, o->count, 200);
		for (i = 0; i < o->count; i++)
			oracle_drain(o, &o->taps[i]);
	}
}

static void oracle_missed(struct oracle *o)
{
	struct tpacket_stats s;
	socklen_t len;
	int i;

	for (i = 0; i < o->count; i++) {
		len = sizeof(s);
		if (!getsockopt(o->taps[i].fd, SOL_PACKET, PACKET_STATISTICS, &s, &len))
			o->missed += s.tp_drops;
	}
}

static void oracle_canaries(struct oracle *o, const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		oracle_die(path);
	o->canaries = calloc(64, ORACLE_CANARY);
	if (!o->canaries)
		oracle_die(path);
	o->canary_bytes = fread(o->canaries, 1, 64 * ORACLE_CANARY, f);
	fclose(f);
	if (o->canary_bytes < ORACLE_CANARY) {
		fprintf(stderr, "oracle: %s holds no canary\n", path);
		exit(2);
	}
}

static void oracle_report(const struct oracle *o, const char *path)
{
	FILE *f = path ? fopen(path, "w") : stdout;

	if (!f)
		oracle_die(path);
	fprintf(f, "frames=%lu data=%lu copies=%lu reuses=%lu clear=%lu trains=%lu longest=%lu missed=%lu\n",
		o->frames, o->data, o->copies, o->reuses, o->clear, o->trains, o->longest, o->missed);
	if (path)
		fclose(f);
}

static void oracle_start(struct oracle *o, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && o->count < ORACLE_TAPS; i++) {
		if (!argv[i][0] || argv[i][1] != '=')
			exit(oracle_usage());
		o->taps[o->count].side = argv[i][0];
		oracle_open(&o->taps[o->count++], argv[i] + 2);
	}
	seen_create(&o->seen);
	/* the caller starts traffic when it sees this line */
	puts("oracle: watching");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sigaction on = { .sa_handler = oracle_signal };
	const char *summary = NULL;
	static struct oracle o;
	int c;

	while ((c = getopt(argc, argv, "c:o:")) != -1) {
		if (c == 'c')
			oracle_canaries(&o, optarg);
		else if (c == 'o')
			summary = optarg;
		else
			return oracle_usage();
	}
	if (optind >= argc)
		return oracle_usage();
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGINT, &on, NULL);
	oracle_start(&o, argc - optind, argv + optind);
	oracle_watch(&o);
	oracle_missed(&o);
	oracle_report(&o, summary);
	return o.reuses || o.clear;
}
