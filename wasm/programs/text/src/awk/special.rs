//! Variables that mean something to awk itself. Their slots come first, in this order.

pub const NAMES: [&str; 25] = [
    "NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "SUBSEP", "CONVFMT", "OFMT", "RSTART", "RLENGTH", "FILENAME", "ENVIRON", "ARGC",
    "ARGV", "IGNORECASE", "FIELDWIDTHS", "FPAT", "RT", "ERRNO", "PROCINFO", "ARGIND", "BINMODE", "LINT",
];

pub const NF: u32 = 0;
pub const NR: u32 = 1;
pub const FNR: u32 = 2;
pub const FS: u32 = 3;
pub const OFS: u32 = 4;
pub const ORS: u32 = 5;
pub const RS: u32 = 6;
pub const SUBSEP: u32 = 7;
pub const CONVFMT: u32 = 8;
pub const OFMT: u32 = 9;
pub const RSTART: u32 = 10;
pub const RLENGTH: u32 = 11;
pub const FILENAME: u32 = 12;
pub const ENVIRON: u32 = 13;
pub const ARGC: u32 = 14;
pub const ARGV: u32 = 15;
pub const IGNORECASE: u32 = 16;
pub const FIELDWIDTHS: u32 = 17;
pub const FPAT: u32 = 18;
pub const RT: u32 = 19;
pub const ERRNO: u32 = 20;
pub const PROCINFO: u32 = 21;
pub const ARGIND: u32 = 22;

/// Whether reading or setting the slot is more than that.
pub fn is_live(slot: u32) -> bool {
    matches!(slot, NF | NR | FNR | FS | OFS | ORS | RS | SUBSEP | CONVFMT | OFMT | IGNORECASE | FIELDWIDTHS | FPAT)
}
