// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Numbered UDP traffic whose losses and copies can be counted to the packet.
 *   pump send ADDR PORT COUNT PER_SECOND SIZE CANARY-FILE
 *                                      COUNT 0: until SIGTERM
 *   pump recv PORT COUNT SECONDS       until COUNT came, SECONDS of silence or
 *                                      SIGTERM; COUNT 0: the last to come was
 *                                      the end
 * The sender prints how many it sent; the receiver got, lost, copies, late, the
 * longest gap in ms and what span of numbers holds all that was lost. Each packet
 * carries the canary that the wire oracle looks for. For scenarios.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PUMP_MAX 1400
#define PUMP_CANARY 32
#define PUMP_ENDLESS 1000000

struct pump_seen {
	uint8_t *came;
	uint32_t count, got, copies, late, next;
	uint64_t last_ns, gap_ns;
};

static volatile sig_atomic_t pump_stop;

static void pump_signal(int number)
{
	(void)number;
	pump_stop = 1;
}

static void pump_die(const char *what)
{
	fprintf(stderr, "pump: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t pump_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pump_sleep_until(uint64_t ns)
{
	struct timespec t = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static int pump_open(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = host ? AI_NUMERICHOST : AI_PASSIVE,
				  .ai_family = host ? AF_UNSPEC : AF_INET6 };
	struct addrinfo *at;
	int big = 4 << 20, fd;

	if (getaddrinfo(host, port, &hints, &at))
		pump_die("address");
	fd = socket(at->ai_family, SOCK_DGRAM, 0);
	if (fd < 0 || (host ? connect : bind)(fd, at->ai_addr, at->ai_addrlen))
		pump_die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
	freeaddrinfo(at);
	return fd;
}

/* A send that fails counts as lost: the receiver will miss its number. */
static int pump_send(char **argv)
{
	uint32_t i, wire, count = strtoul(argv[2], NULL, 10);
	uint64_t step = 1000000000ULL / strtoul(argv[3], NULL, 10), start;
	size_t size = strtoul(argv[4], NULL, 10);
	uint8_t packet[PUMP_MAX] = { 0 };
	FILE *f = fopen(argv[5], "rb");
	int fd = pump_open(argv[0], argv[1]);

	signal(SIGTERM, pump_signal);
	if (!f || size < 4 + PUMP_CANARY || size > PUMP_MAX || fread(packet + 4, PUMP_CANARY, 1, f) != 1)
		pump_die("canary or size");
	start = pump_now();
	for (i = 0; i < (count ? count : PUMP_ENDLESS) && !pump_stop; i++) {
		wire = htonl(i);
		memcpy(packet, &wire, 4);
		if (send(fd, packet, size, 0) < 0 && errno == ECONNREFUSED)
			send(fd, packet, size, 0);
		pump_sleep_until(start + (i + 1) * step);
	}
	printf("sent=%u\n", i);
	return 0;
}

static void pump_count(struct pump_seen *s, uint32_t number)
{
	uint64_t now = pump_now();

	if (number >= s->count)
		return;
	if (s->last_ns && now - s->last_ns > s->gap_ns)
		s->gap_ns = now - s->last_ns;
	s->last_ns = now;
	if (s->came[number]) {
		s->copies++;
		return;
	}
	s->came[number] = 1;
	s->got++;
	if (number < s->next)
		s->late++;
	else
		s->next = number + 1;
}

/* Copies may trail the last number, so an end that is known takes a short silence. */
static int pump_patience(const struct pump_seen *s, int silence)
{
	if (s->got == s->count)
		return 500;
	return pump_stop ? 2000 : silence;
}

/* A signal is let in here alone, or it could come just before a long wait. */
static bool pump_waits(int fd, int patience)
{
	struct timespec most = { patience / 1000, patience % 1000 * 1000000 };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t none;
	int n;

	sigemptyset(&none);
	n = ppoll(&p, 1, &most, &none);
	return n > 0 || (n < 0 && errno == EINTR);
}

static void pump_listen_to_end(void)
{
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	signal(SIGTERM, pump_signal);
}

/* Numbers from the first that is missing to the last: was all lost in one moment? */
static uint32_t pump_span(const struct pump_seen *s)
{
	uint32_t i, first = 0, end = 0;

	for (i = s->count; i--;)
		if (!s->came[i]) {
			first = i;
			end = end ? end : i + 1;
		}
	return end - first;
}

static int pump_recv(char **argv)
{
	struct pump_seen s = { .count = strtoul(argv[1], NULL, 10) };
	int silence = atoi(argv[2]) * 1000;
	int fd = pump_open(NULL, argv[0]);
	uint8_t packet[PUMP_MAX];
	bool endless = !s.count;
	uint32_t wire;

	if (endless)
		s.count = PUMP_ENDLESS;
	s.came = calloc(s.count, 1);
	if (!s.came)
		pump_die("memory");
	pump_listen_to_end();
	puts("pump: listening");
	fflush(stdout);
	while (pump_waits(fd, pump_patience(&s, silence)))
		if (recv(fd, packet, sizeof(packet), MSG_DONTWAIT) >= 4) {
			memcpy(&wire, packet, 4);
			pump_count(&s, ntohl(wire));
		}
	if (endless)
		s.count = s.next;
	printf("got=%u lost=%u copies=%u late=%u gap_ms=%llu span=%u\n", s.got, s.count - s.got, s.copies, s.late,
	       (unsigned long long)s.gap_ns / 1000000, pump_span(&s));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 8 && !strcmp(argv[1], "send"))
		return pump_send(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "recv"))
		return pump_recv(argv + 2);
	fprintf(stderr, "usage: pump send ADDR PORT COUNT PER_SECOND SIZE CANARY | pump recv PORT COUNT SECONDS\n");
	return 2;
}
