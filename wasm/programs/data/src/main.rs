//! Commands for structured data: `jq` with its regular expressions, `yq` on top of it.

multicall::commands! {
    ours {
        "jq" => jq::main,
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
