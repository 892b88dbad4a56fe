//! Copies ripgrep's own sources from its crate, made fit for one thread and our descriptors, for src/lib.rs to include.

use std::path::{Path, PathBuf};
use std::{env, fs};

const CRATE: &str = "ripgrep-15.2.0";

/// File, text, what it becomes. Each text has to be there.
const CHANGES: &[(&str, &str, &str)] = &[
    ("main.rs", "fn main() -> ExitCode {", "pub fn main() -> ExitCode {"),
    ("main.rs", "/*!\nThe main entry point into ripgrep.\n*/\n", ""),
    ("main.rs", "use std::{io::Write, process::ExitCode};", "use std::io::Write;"),
    // WASM programs have one thread.
    ("flags/hiargs.rs", "} else if let Some(threads) = low.threads {\n            threads", "} else if low.threads.is_some() {\n            1"),
    ("flags/hiargs.rs", "std::thread::available_parallelism().map_or(1, |n| n.get()).min(12)", "1"),
    // grep-cli knows this of unix and Windows only.
    ("flags/hiargs.rs", "grep::cli::is_readable_stdin()", "crate::stdin_is_readable()"),
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("core");
    copy(&crate_directory().join("crates/core"), &out);
    for (file, old, new) in CHANGES {
        let path = out.join(file);
        let text = fs::read_to_string(&path).expect("a source file of ripgrep");
        assert!(text.contains(old), "{file} has no {old:?}");
        fs::write(&path, text.replace(old, new)).expect("OUT_DIR is writable");
    }
}

/// The folder in which cargo unpacked the crate.
fn crate_directory() -> PathBuf {
    let registry = PathBuf::from(env::var_os("CARGO_HOME").expect("cargo sets CARGO_HOME")).join("registry/src");
    let indexes = fs::read_dir(&registry).expect("the registry's sources");
    let mut found = indexes.filter_map(|index| Some(index.ok()?.path().join(CRATE))).filter(|path| path.is_dir());
    found.next().unwrap_or_else(|| panic!("{CRATE} is not under {}", registry.display()))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("OUT_DIR is writable");
    for entry in fs::read_dir(from).expect("a folder of ripgrep") {
        let path = entry.expect("an entry of it").path();
        let target = to.join(path.file_name().expect("a file name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("OUT_DIR is writable");
        }
    }
}
