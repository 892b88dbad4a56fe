//! Commands that look at processes, sessions, sockets and the machine. All they know is what /proc of the kernel says.

mod free;
mod logins;
mod lsof;
mod machine;
mod pgrep;
mod pidof;
mod pinky;
mod processes;
mod ps;
mod ps_columns;
mod ps_options;
mod selection;
mod sockets;
mod top;
mod uptime;
mod w;
mod who;

multicall::commands! {
    ours {
        "free" => free::main,
        "lsof" => lsof::main,
        "pgrep" => pgrep::pgrep_main,
        "pidof" => pidof::main,
        "pinky" => pinky::main,
        "pkill" => pgrep::pkill_main,
        "ps" => ps::main,
        "top" => top::main,
        "uptime" => uptime::main,
        "users" => who::users_main,
        "w" => w::main,
        "who" => who::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
