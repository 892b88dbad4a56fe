//! Commands for structured data: `jq` with its regular expressions, `yq` on top of it.

mod yq;

multicall::commands! {
    ours {
        "jq" => jq::main,
        "yq" => yq::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
