//! Commands for structured data: `jq` with its regular expressions, `yq` on top of it.

multicall::commands! {
    ours {
        "jq" => jq::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
