//! jq goes 10,000 levels deep into data, with a frame of several hundred bytes for each.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bins=-zstack-size={}", 16 * 1024 * 1024);
}
