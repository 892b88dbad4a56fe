//! The text languages and what compares and changes text: awk, sed, bc, ed, diff, patch.

mod awk;
mod getopt;
mod locale;
mod path;
mod reader;
mod sed;
mod shell;
mod writer;

multicall::commands! {
    ours {
        "awk" => awk::main,
        "gawk" => awk::main,
        "sed" => sed::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
