/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
#include "kshim.h"
