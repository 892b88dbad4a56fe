//! Archives, compression, and looking into binary files.

mod calendar;
mod compress;
mod file;
mod owners;
mod strings;
mod tar;
mod xxd;
mod zip;

use compress::{bzip2, gzip, xz, zstd};

multicall::commands! {
    ours {
        "bunzip2" => bzip2::bunzip2_main,
        "bzcat" => bzip2::bzcat_main,
        "bzip2" => bzip2::bzip2_main,
        "file" => file::main,
        "gunzip" => gzip::gunzip_main,
        "gzip" => gzip::gzip_main,
        "lzcat" => xz::lzcat_main,
        "lzma" => xz::lzma_main,
        "strings" => strings::main,
        "tar" => tar::main,
        "unlzma" => xz::unlzma_main,
        "unxz" => xz::unxz_main,
        "unzstd" => zstd::unzstd_main,
        "unzip" => zip::unzip_main,
        "xxd" => xxd::main,
        "xz" => xz::xz_main,
        "xzcat" => xz::xzcat_main,
        "zcat" => gzip::zcat_main,
        "zip" => zip::zip_main,
        "zstd" => zstd::zstd_main,
        "zstdcat" => zstd::zstdcat_main,
    }
    uutils {
    }
}

fn main() {
    multicall::run(find)
}
