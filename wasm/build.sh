#!/usr/bin/env bash
# Builds wasm/dist/ from the Rust sources: cargo in the chroot that toolchain.sh made, then
# wasm-opt, then the manifest. Run it after changing anything under wasm/ and commit dist/.
#
# `build.sh --lock` first brings Cargo.lock up to date with changed Cargo.toml files.
#
# Needs root (chroot), node and npm. The mounts live in a private mount namespace, so that they
# vanish with this script however it ends.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=${SECURE_EXEC_WASM_TOOLCHAIN:-$here/.toolchain}
binaryen=132.0.0
# What rustc may use on wasm32-wasip1; Node 20 has all of it.
features=(--enable-simd --enable-bulk-memory --enable-sign-ext --enable-mutable-globals
  --enable-nontrapping-float-to-int --enable-multivalue --enable-reference-types)
artifacts=(secure-exec.wasm secure-exec-more.wasm)

"$here/toolchain.sh" >/dev/null

# Runs a command line in the chroot, with wasm/ mounted on /build.
in_chroot() {
  mkdir -p "$root/build"
  unshare --mount -- bash -euo pipefail -c '
    root=$1 here=$2
    mount --make-rprivate /
    mount --bind "$here" "$root/build"
    mount -t proc proc "$root/proc"
    mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
    mount --bind /etc/ssl "$root/etc/ssl"
    exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LC_ALL=C.UTF-8 \
      SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
      CARGO_TARGET_WASM32_WASIP1_LINKER=wasm-ld \
      CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="-Clink-arg=--max-memory=$((512 * 1024 * 1024)) \
        -Clink-arg=-zstack-size=$((4 * 1024 * 1024)) \
        --remap-path-prefix=/root/.cargo/registry/src=crates.io --remap-path-prefix=/build=wasm" \
      bash -euo pipefail -c "cd /build && $3"
  ' _ "$root" "$here" "$1"
}

wasm_opt=$root/binaryen-$binaryen/package/bin/wasm-opt
if [ ! -f "$wasm_opt" ]; then
  mkdir -p "$root/binaryen-$binaryen"
  (cd "$root/binaryen-$binaryen" && npm pack --silent "binaryen@$binaryen" && tar -xzf "binaryen-$binaryen.tgz")
fi

if [ "${1:-}" = --lock ]; then
  in_chroot "cargo update --workspace"
fi

# uucore embeds the messages of every uutils crate it finds unpacked beside it, in every language.
# So that a build depends on Cargo.lock alone, exactly its crates are unpacked, with English only.
crates=$root/root/.cargo/registry
lock_hash=$(sha256sum <"$here/Cargo.lock")
if [ "$(cat "$crates/unpacked-for" 2>/dev/null)" != "$lock_hash" ]; then
  rm -rf "$crates/src" "$here/target"
  in_chroot "cargo fetch --locked --target wasm32-wasip1 --quiet"
  find "$crates/src" -path '*/locales/*' -name '*.ftl' ! -name 'en-US.ftl' -delete
  echo "$lock_hash" >"$crates/unpacked-for"
fi

# One run each: cargo gives all packages of one run the same features, and the small program must
# not get the large one's tables.
for package in core-commands more-commands; do
  in_chroot "cargo build --offline --locked --release --target wasm32-wasip1 --package $package"
done
in_chroot "cargo metadata --offline --locked --format-version 1 --filter-platform wasm32-wasip1 >target/metadata.json"
in_chroot "rustc --version >target/rustc-version"

node "$here/notice.mjs" "$here/target/metadata.json" >"$here/target/NOTICE"
mv "$here/target/NOTICE" "$here/NOTICE"

mkdir -p "$here/dist"
for artifact in "${artifacts[@]}"; do
  node "$wasm_opt" -O2 "${features[@]}" "$here/target/wasm32-wasip1/release/$artifact" -o "$here/dist/$artifact"
done

node "$here/manifest.mjs" --write "$(cat "$here/target/rustc-version")" "binaryen $binaryen"
node "$here/check.mjs"
