#!/usr/bin/env bash
# Installs the compiler that builds the .wasm files: Debian forky's rustc with the
# wasm32-wasip1 standard library, in a chroot of its own under wasm/.toolchain.
#
# Who needs it: only a developer who changes wasm/**/*.rs. Users and CI take the committed
# files in wasm/dist/. Needs root, debootstrap and about 1.5 GB of disk. Signatures are
# checked against Debian's keyring; only the expiry date of the suite's index is ignored,
# because a testing suite's index is short-lived.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=${SECURE_EXEC_WASM_TOOLCHAIN:-$here/.toolchain}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

if [ ! -x "$root/usr/bin/rustc" ]; then
  command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap
  # debootstrap of Debian stable has no script named forky; every suite since sid shares one.
  debootstrap --variant=minbase --keyring="$keyring" forky "$root" "$mirror" \
    /usr/share/debootstrap/scripts/sid
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90secure-exec"
  chroot "$root" apt-get update
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y --no-install-recommends \
    rustc cargo libstd-rust-dev-wasm32 lld clang llvm libclang-rt-dev-wasm32 wasi-libc ca-certificates
fi
chroot "$root" rustc --version
