#!/usr/bin/env bash
# Builds program/probe.wasm with the clang that wasm/toolchain.sh installs, and notes the hashes of both.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=${SECURE_EXEC_WASM_TOOLCHAIN:-$here/../../../../wasm/.toolchain}
mkdir -p "$root/build" "$here/program"

unshare --mount -- bash -euo pipefail -c '
  mount --make-rprivate /
  mount --bind "$2" "$1/build"
  exec chroot "$1" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root bash -euo pipefail -c "
    cd /build
    clang --target=wasm32-wasi -Oz -Wall -Wextra -Werror -s -o program/probe.wasm probe.c
  "' _ "$root" "$here"

cd "$here"
sha256sum probe.c program/probe.wasm >SHA256SUMS
