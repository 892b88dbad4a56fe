//! gzip, bzip2, xz, zstd and their other names: what they share. Each compresses standard input, or a file onto a file
//! beside it; each has its own words for it.

mod bunzip2;
pub mod bzip2;
mod gunzip;
pub mod gzip;
mod gzip_list;
mod outputs;
mod replacement;
pub mod xz;
mod xz_list;
pub mod zstd;
mod zstd_list;

pub use bunzip2::Bzip2Reader;
pub use gunzip::{GzipReader, fault_of as gzip_fault};
