# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
#
# Completion of keyway for bash: the program itself says which words may come,
# so that this file never lags behind. Installed as
# share/bash-completion/completions/keyway; also printed by
# `keyway completion bash`.
_keyway() {
	local words
	words=$(keyway completion words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
	if [ "$words" = FILE ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
	else
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
	fi
}
complete -o filenames -F _keyway keyway
