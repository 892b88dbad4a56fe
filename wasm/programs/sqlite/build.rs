//! Compiles SQLite's amalgamation and its shell from the crate `sqlite3-src`. Its unix VFS gets record locks
//! (c/locks.h), process ids, and no shared memory, which WASM processes do not have: WAL works in exclusive mode only.

use std::path::{Path, PathBuf};
use std::{env, fs};

const CRATE: &str = "sqlite3-src-0.7.1";

/// Options of the library, as Debian's sqlite3 has them.
const OPTIONS: &[(&str, &str)] = &[
    ("SQLITE_THREADSAFE", "0"),
    ("SQLITE_OMIT_LOAD_EXTENSION", "1"),
    ("SQLITE_MAX_MMAP_SIZE", "0"),
    ("SQLITE_TEMP_STORE", "1"),
    ("SQLITE_DEFAULT_UNIX_VFS", "\"unix\""),
    ("SQLITE_ENABLE_COLUMN_METADATA", "1"),
    ("SQLITE_ENABLE_DBSTAT_VTAB", "1"),
    ("SQLITE_ENABLE_EXPLAIN_COMMENTS", "1"),
    ("SQLITE_ENABLE_FTS3", "1"),
    ("SQLITE_ENABLE_FTS3_PARENTHESIS", "1"),
    ("SQLITE_ENABLE_FTS4", "1"),
    ("SQLITE_ENABLE_FTS5", "1"),
    ("SQLITE_ENABLE_MATH_FUNCTIONS", "1"),
    ("SQLITE_ENABLE_RTREE", "1"),
    ("SQLITE_ENABLE_STMTVTAB", "1"),
    ("SQLITE_ENABLE_UNKNOWN_SQL_FUNCTION", "1"),
    ("SQLITE_ENABLE_UPDATE_DELETE_LIMIT", "0"),
    ("_WASI_EMULATED_SIGNAL", "1"),
    ("_WASI_EMULATED_PROCESS_CLOCKS", "1"),
    ("HAVE_USLEEP", "1"),
];

fn main() {
    println!("cargo:rerun-if-changed=c");
    let source = crate_directory().join("source");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let library = patched(
        &source.join("sqlite3.c"),
        &[
            ("# define osGetpid(X) (pid_t)1", "# define osGetpid(X) getpid()"),
            ("  unixShmMap                /* xShmMap method */", "  0                         /* xShmMap method */"),
        ],
        &out,
    );
    let shell = patched(
        &source.join("shell.c"),
        &[("int SQLITE_CDECL main(int argc, char **argv)", "int sqlite_shell_main(int argc, char **argv)")],
        &out,
    );
    let mut build = cc::Build::new();
    build.include(&source).file(library).file(shell).file("c/locks.c").flag("-include").flag("c/locks.h").warnings(false);
    build.opt_level(2);
    for (name, value) in OPTIONS {
        build.define(name, *value);
    }
    build.compile("sqlite");
    println!("cargo:rustc-link-search=native=/usr/lib/wasm32-wasi");
    println!("cargo:rustc-link-lib=static=wasi-emulated-signal");
    println!("cargo:rustc-link-lib=static=wasi-emulated-process-clocks");
}

/// The folder in which cargo unpacked the crate.
fn crate_directory() -> PathBuf {
    let registry = PathBuf::from(env::var_os("CARGO_HOME").expect("cargo sets CARGO_HOME")).join("registry/src");
    let indexes = fs::read_dir(&registry).expect("the registry's sources");
    let mut found = indexes.filter_map(|index| Some(index.ok()?.path().join(CRATE))).filter(|path| path.is_dir());
    found.next().unwrap_or_else(|| panic!("{CRATE} is not under {}", registry.display()))
}

/// Writes a copy of a source file with these texts replaced, each of which has to be there.
fn patched(file: &Path, changes: &[(&str, &str)], out: &Path) -> PathBuf {
    let mut text = fs::read_to_string(file).expect("a source file of SQLite");
    for (old, new) in changes {
        assert!(text.contains(old), "{} has no {old:?}", file.display());
        text = text.replacen(old, new, 1);
    }
    let copy = out.join(file.file_name().expect("a file name"));
    fs::write(&copy, text).expect("OUT_DIR is writable");
    copy
}
