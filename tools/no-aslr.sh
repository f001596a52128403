#!/usr/bin/env bash
# Runs a command without address randomisation, where that may be switched off. GCC 12's ThreadSanitizer
# aborts ("unexpected memory mapping") on kernels that randomise more bits than it knows of.
if setarch -R true 2>/dev/null; then exec setarch -R "$@"; fi
exec "$@"
