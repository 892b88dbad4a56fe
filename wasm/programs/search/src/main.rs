//! Commands that search with engines and tables too large for the first program.

mod fd;

use std::ffi::OsString;

multicall::commands! {
    ours {
        "rg" => rg,
        "fd" => fd::main,
        "fdfind" => fd::main,
        "grep-backtracking" => commands::grep::backtracking_main,
        "rg" => rg,
        "tree" => commands::tree::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}

/// ripgrep reads its arguments from the process itself.
fn rg(_: Vec<OsString>) -> i32 {
    rg::main().0
}
