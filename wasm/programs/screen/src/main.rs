//! Commands that use the whole terminal: pagers, the editor, and what asks or clears it.

mod clear;
mod commands;
mod less;
mod more;
mod options;
mod pattern;
mod tput;
mod tty;
mod vi;
mod watch;

multicall::commands! {
    ours {
        "clear" => clear::clear,
        "less" => less::main,
        "more" => more::main,
        "reset" => clear::reset,
        "tput" => tput::main,
        "vi" => vi::main,
        "view" => vi::main,
        "watch" => watch::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
