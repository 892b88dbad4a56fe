#!/usr/bin/env bash
# Builds wasm/dist/ from the sources in programs/ and crates/: cargo in the chroot that toolchain.sh made, then
# wasm-opt, then the manifest. Run it after changing anything under wasm/ and commit dist/.
#
#   build.sh [--dev] [--lock] [PROGRAM...]
#
# Without a program it builds those whose artifacts do not match their sources. `--lock` first brings Cargo.lock up to
# date with a changed Cargo.toml. `--dev` builds fast and large, to try things; check.mjs refuses the result.
#
# Needs root (chroot), node and npm. The mounts live in a private mount namespace, so that they
# vanish with this script however it ends.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=${SECURE_EXEC_WASM_TOOLCHAIN:-$here/.toolchain}
binaryen=132.0.0
# What rustc and clang may use on wasm32-wasip1; Node 20 has all of it.
features=(--enable-simd --enable-bulk-memory --enable-sign-ext --enable-mutable-globals
  --enable-nontrapping-float-to-int --enable-multivalue --enable-reference-types --enable-exception-handling)

profile=release lock=false
while [ $# -gt 0 ]; do
  case $1 in
    --dev) profile=dev ;;
    --lock) lock=true ;;
    *) break ;;
  esac
  shift
done
programs=("$@")
if [ ${#programs[@]} -eq 0 ]; then
  mkdir -p "$here/dist"
  mapfile -t programs < <(node "$here/check.mjs" --stale)
fi

"$here/toolchain.sh" >/dev/null

# Runs a command line in the chroot, in a program's folder, with wasm/ mounted on /build. Each program has a CARGO_HOME
# of its own that shares the downloads: uucore embeds the messages of every uutils crate it finds unpacked beside
# it, so that what is unpacked has to depend on this program's Cargo.lock alone.
in_chroot() {
  local program=$1 command=$2
  mkdir -p "$root/build" "$here/target/$program/cargo/registry" "$root/root/.cargo/registry"/{cache,index}
  ln -sfn /root/.cargo/registry/cache "$here/target/$program/cargo/registry/cache"
  ln -sfn /root/.cargo/registry/index "$here/target/$program/cargo/registry/index"
  unshare --mount -- bash -euo pipefail -c '
    root=$1 here=$2
    mount --make-rprivate /
    mount --bind "$here" "$root/build"
    mount -t proc proc "$root/proc"
    mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
    mount --bind /etc/ssl "$root/etc/ssl"
    exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LC_ALL=C.UTF-8 \
      CARGO_HOME="/build/target/$3/cargo" CARGO_TARGET_DIR="/build/target/$3" \
      SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
      CARGO_TARGET_WASM32_WASIP1_LINKER=wasm-ld \
      CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="-Clink-arg=--max-memory=$((512 * 1024 * 1024)) \
        -Clink-arg=-zstack-size=$((4 * 1024 * 1024)) \
        --remap-path-prefix=/build/target/$3/cargo/registry/src=crates.io --remap-path-prefix=/build=wasm" \
      CC_wasm32_wasip1=clang AR_wasm32_wasip1=llvm-ar CFLAGS_wasm32_wasip1="--target=wasm32-wasi" \
      bash -euo pipefail -c "cd /build/programs/$3 && $4"
  ' _ "$root" "$here" "$program" "$command"
}

wasm_opt=$root/binaryen-$binaryen/package/bin/wasm-opt
if [ ! -f "$wasm_opt" ]; then
  mkdir -p "$root/binaryen-$binaryen"
  (cd "$root/binaryen-$binaryen" && npm pack --silent "binaryen@$binaryen" && tar -xzf "binaryen-$binaryen.tgz")
fi

build_program() {
  local program=$1 target=$here/target/$1 lock_hash
  if $lock || [ ! -f "$here/programs/$program/Cargo.lock" ]; then in_chroot "$program" "cargo update --workspace"; fi
  lock_hash=$(sha256sum <"$here/programs/$program/Cargo.lock")
  if [ "$(cat "$target/unpacked-for" 2>/dev/null)" != "$lock_hash" ]; then
    rm -rf "$target/cargo/registry/src" "$target"/wasm32-wasip1/*/{build,.fingerprint}/uucore-*
    in_chroot "$program" "cargo fetch --locked --target wasm32-wasip1 --quiet"
    # English messages only.
    find "$target/cargo/registry/src" -path '*/locales/*' -name '*.ftl' ! -name 'en-US.ftl' -delete
    echo "$lock_hash" >"$target/unpacked-for"
  fi
  in_chroot "$program" "cargo build --offline --locked --profile $profile --target wasm32-wasip1
    cargo metadata --offline --locked --format-version 1 --filter-platform wasm32-wasip1 >/build/target/$program/metadata.json
    rustc --version >/build/target/$program/rustc-version"

  local built=$target/wasm32-wasip1/$([ $profile = dev ] && echo debug || echo release) artifact
  for artifact in "$built"/*.wasm; do
    if [ $profile = dev ]; then cp "$artifact" "$here/dist/"
    else node "$wasm_opt" -Oz "${features[@]}" "$artifact" -o "$here/dist/$(basename "$artifact")"; fi
  done
  node "$here/manifest.mjs" --write "$target/metadata.json" "$profile" "$(cat "$target/rustc-version")" "binaryen $binaryen"
}

mkdir -p "$here/dist"
for program in "${programs[@]}"; do build_program "$program"; done
node "$here/notice.mjs" >"$here/NOTICE"
[ $profile = dev ] || node "$here/check.mjs"
