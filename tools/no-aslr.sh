#!/usr/bin/env bash
# Runs a command without address randomisation, if it can be switched off. GCC 12's ThreadSanitizer aborts
# ("unexpected memory mapping") on kernels that randomise more bits than it supports.
if setarch -R true 2>/dev/null; then exec setarch -R "$@"; fi
exec "$@"
