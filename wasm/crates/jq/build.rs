//! Gets jq's sources, which no crate has in a current version, and compiles them: the tarball of Debian's source package,
//! pinned by its hash, through the chroot's apt. It holds oniguruma and decNumber too.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const URL: &str = "http://deb.debian.org/debian/pool/main/j/jq/jq_1.8.2.orig.tar.gz";
const SHA256: &str = "71b8d6e8f5fe81f6c6d0d110e3892251f6ce76ed095abd315e26e6e1193af3af";

/// What `configure` finds out of wasi-libc. pow10, gamma, drem, scalb and significand are not in it.
const HAVE: &[&str] = &[
    "MEMMEM", "ALLOCA_H", "ALLOCA", "ISATTY", "STRPTIME", "STRFTIME", "SETENV", "TIMEGM", "GMTIME_R", "GMTIME",
    "LOCALTIME_R", "LOCALTIME", "GETTIMEOFDAY", "TM_TM_GMT_OFF", "SETLOCALE", "PTHREAD_KEY_CREATE", "PTHREAD_ONCE",
    "ATEXIT", "GETENTROPY", "LIBONIG", "ACOS", "ACOSH", "ASIN", "ASINH", "ATAN2", "ATAN", "ATANH", "CBRT",
    "CEIL", "COPYSIGN", "COS", "COSH", "ERF", "ERFC", "EXP10", "EXP2", "EXP", "EXPM1", "FABS", "FDIM", "FLOOR",
    "FMA", "FMAX", "FMIN", "FMOD", "FREXP", "HYPOT", "J0", "J1", "JN", "LDEXP", "LGAMMA", "LOG10", "LOG1P", "LOG2",
    "LOG", "LOGB", "MODF", "LGAMMA_R", "NEARBYINT", "NEXTAFTER", "NEXTTOWARD", "POW", "REMAINDER", "RINT", "ROUND",
    "SCALBLN", "SCALBN", "ILOGB", "SIN", "SINH", "SQRT", "TAN", "TANH", "TGAMMA", "TRUNC", "Y0", "Y1", "YN",
];

const JQ_SOURCES: &[&str] = &[
    "builtin", "bytecode", "compile", "execute", "jq_test", "jv", "jv_alloc", "jv_aux", "jv_dtoa", "jv_dtoa_tsd", "jv_file",
    "jv_parse", "jv_print", "jv_unicode", "lexer", "linker", "locfile", "main", "parser", "util",
];

/// UTF-8 and ASCII are the encodings jq uses.
const ONIGURUMA_SOURCES: &[&str] = &[
    "regparse", "regcomp", "regexec", "regenc", "regerror", "regext", "regsyntax", "regtrav", "regversion", "st",
    "unicode", "unicode_unfold_key", "unicode_fold1_key", "unicode_fold2_key", "unicode_fold3_key", "ascii", "utf8",
];

const ONIGURUMA_CONFIG: &str = "
#define STDC_HEADERS 1
#define HAVE_STRING_H 1
#define HAVE_STDLIB_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_STDINT_H 1
#define HAVE_ALLOCA_H 1
#define HAVE_ALLOCA 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_UNISTD_H 1
#define SIZEOF_INT 4
#define SIZEOF_LONG 4
#define SIZEOF_LONG_LONG 8
#define SIZEOF_VOIDP 4
#define ONIG_DISABLE_DIRECT_THREADING 1
";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=c");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let source = unpacked(&out);
    write_generated(&source);
    let (oniguruma, decimal) = (source.join("vendor/oniguruma/src"), source.join("vendor/decNumber"));
    fs::write(oniguruma.join("config.h"), ONIGURUMA_CONFIG).expect("OUT_DIR is writable");

    let mut regex = cc::Build::new();
    regex.include(&oniguruma).define("HAVE_CONFIG_H", "1").define("ONIG_STATIC", "1").warnings(false).opt_level(2);
    regex.files(ONIGURUMA_SOURCES.iter().map(|name| oniguruma.join(format!("{name}.c")))).compile("onig_of_jq");

    let mut jq = cc::Build::new();
    jq.include(source.join("src")).include(source.join("vendor")).include(&source).include(&oniguruma).include("c");
    jq.warnings(false).opt_level(2).flag("-std=gnu11");
    for name in HAVE {
        jq.define(&format!("HAVE_{name}"), "1");
    }
    for name in ["_GNU_SOURCE", "USE_DECNUM", "IEEE_8087", "ONIG_STATIC", "_WASI_EMULATED_SIGNAL", "_WASI_EMULATED_GETPID"] {
        jq.define(name, "1");
    }
    jq.define("main", "jq_main");
    jq.files(JQ_SOURCES.iter().map(|name| source.join(format!("src/{name}.c"))));
    jq.files(["decNumber", "decContext"].iter().map(|name| decimal.join(format!("{name}.c"))));
    jq.file("c/wasi.c").file("c/filter.c").compile("jq_itself");
    println!("cargo:rustc-link-search=native=/usr/lib/wasm32-wasi");
    println!("cargo:rustc-link-lib=static=wasi-emulated-signal");
}

/// Downloads and unpacks the sources, once for each build directory.
fn unpacked(out: &Path) -> PathBuf {
    let (tarball, directory) = (out.join("jq.tar.gz"), out.join("jq-1.8.2"));
    if !tarball.exists() {
        let hash = format!("SHA256:{SHA256}");
        run(Command::new("/usr/lib/apt/apt-helper").args(["download-file", URL]).arg(&tarball).arg(hash));
    }
    let _ = fs::remove_dir_all(&directory);
    run(Command::new("tar").arg("-xzf").arg(&tarball).arg("-C").arg(out).arg("--no-same-owner"));
    directory
}

/// Writes what jq's Makefile generates: the built-in definitions as bytes, and the text of `jq --build-configuration`.
fn write_generated(source: &Path) {
    let definitions = fs::read(source.join("src/builtin.jq")).expect("jq's definitions");
    let bytes: Vec<String> = definitions.iter().map(u8::to_string).collect();
    fs::write(source.join("src/builtin.inc"), bytes.join(",") + ",").expect("OUT_DIR is writable");
    fs::write(source.join("src/config_opts.inc"), "#define JQ_CONFIG \"secure-exec\"\n").expect("OUT_DIR is writable");
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}
