#!/usr/bin/env bash
# Builds the examples with the compilers that wasm/toolchain.sh installs, and writes dist/ with a manifest of hashes.
# Any other clang with a WASI sysroot (wasi-sdk) and any rustc with the target wasm32-wasip1 does as well.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=${SECURE_EXEC_WASM_TOOLCHAIN:-$here/../../wasm/.toolchain}
mkdir -p "$root/build" "$here/dist"

unshare --mount -- bash -euo pipefail -c '
  mount --make-rprivate /
  mount --bind "$2" "$1/build"
  mount -t proc proc "$1/proc"
  exec chroot "$1" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root bash -euo pipefail -c "
    cd /build
    clang --target=wasm32-wasi -Oz -Wall -Wextra -Werror -s -o dist/pipeline.wasm pipeline.c
    rustc --edition 2024 --target wasm32-wasip1 -C opt-level=s -C lto -C panic=abort -C strip=symbols \
      -C linker=wasm-ld --remap-path-prefix=/build=examples/wasm -o dist/echo-server.wasm echo-server/src/main.rs
  "' _ "$root" "$here"

cd "$here"
sha256sum dist/*.wasm pipeline.c include/*.h echo-server/src/*.rs >SHA256SUMS
cat SHA256SUMS
