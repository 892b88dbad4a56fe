//! The text languages and what compares and changes text: awk, sed, bc, expr, ed, diff, diff3, patch.

mod awk;
mod bc;
mod cmp;
mod diff;
mod diff3;
mod ed;
mod expr;
mod locale;
mod patch;
mod path;
mod ptx;
mod reader;
mod sdiff;
mod sed;
mod shell;
mod writer;

multicall::commands! {
    ours {
        "awk" => awk::main,
        "bc" => bc::main,
        "cmp" => cmp::main,
        "diff" => diff::main,
        "diff3" => diff3::main,
        "ed" => ed::main,
        "expr" => expr::main,
        "gawk" => awk::main,
        "patch" => patch::main,
        "ptx" => ptx::main,
        "sdiff" => sdiff::main,
        "sed" => sed::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
