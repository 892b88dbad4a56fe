//! HTTP clients over the kernel's sockets. TLS is the kernel's: no cryptography is in here.

mod base64;
mod curl;
mod http;
mod wget;

multicall::commands! {
    ours {
        "curl" => curl::main,
        "wget" => wget::main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
