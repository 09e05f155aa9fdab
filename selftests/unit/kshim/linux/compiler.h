/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/* What the kernel's header of this name is for, see kshim.h. */
#include "kshim.h"
