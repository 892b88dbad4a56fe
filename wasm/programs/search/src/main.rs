//! Commands that search with engines and tables too large for the first program.

use std::ffi::OsString;

multicall::commands! {
    ours {
        "rg" => rg,
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
