// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* recordform.c: any JSON; what is taken and verifies is written back to the same bytes. */
/* links: userspace/libdaemon/recordform.c userspace/libdaemon/alloc.c */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libdaemon/recordform.h"
#include "libkeyway/crypto.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return kw_crypto_init();
}

static void again(const struct recordform *got, bool txt)
{
	struct kw_slice set = KW_BYTES(got->set, got->set_size);
	struct kw_slice blob = { got->blob, got->blob_size };
	struct recordform back;
	struct kw_record r;
	json_t *out;

	if (kw_record_verify(set, NULL, &r))
		return;
	out = txt ? recordform_write_txt(&r, KW_BYTES(set.p + set.n - 64, 64), blob) :
		    recordform_write_json(&r, KW_BYTES(set.p + set.n - 64, 64), blob);
	if (txt ? recordform_read_txt(out, &back) : recordform_read_json(out, &back))
		abort();
	if (back.set_size != set.n || memcmp(back.set, set.p, set.n))
		abort();
	recordform_destroy(&back);
	json_decref(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *in = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct recordform got;

	if (json_is_object(in) && !recordform_read_json(in, &got)) {
		again(&got, false);
		recordform_destroy(&got);
	}
	if (json_is_array(in) && !recordform_read_txt(in, &got)) {
		again(&got, true);
		recordform_destroy(&got);
	}
	json_decref(in);
	return 0;
}
