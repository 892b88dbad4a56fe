//! The names of a terminal's modes, with Linux's bits, in the order in which `stty -a` shows them.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Input,
    Output,
    Control,
    Local,
}

pub struct Flag {
    pub name: &'static str,
    pub field: Field,
    /// The bits of the setting that the name belongs to, and their value.
    pub mask: u32,
    pub bits: u32,
    /// `-name` turns it off; without it the name is one of several values.
    pub negatable: bool,
    /// Another name for what has one already.
    pub is_alias: bool,
}

const fn on_off(name: &'static str, field: Field, bits: u32) -> Flag {
    Flag { name, field, mask: bits, bits, negatable: true, is_alias: false }
}

const fn alias(name: &'static str, field: Field, bits: u32) -> Flag {
    Flag { name, field, mask: bits, bits, negatable: true, is_alias: true }
}

const fn one_of(name: &'static str, field: Field, mask: u32, bits: u32) -> Flag {
    Flag { name, field, mask, bits, negatable: false, is_alias: false }
}

pub const ICANON: u32 = 0o2;
const CSIZE: u32 = 0o60;
const NLDLY: u32 = 0o400;
const CRDLY: u32 = 0o3000;
const TABDLY: u32 = 0o14000;
const BSDLY: u32 = 0o20000;
const VTDLY: u32 = 0o40000;
const FFDLY: u32 = 0o100000;

use Field::{Control, Input, Local, Output};

pub const FLAGS: &[Flag] = &[
    on_off("parenb", Control, 0o400),
    on_off("parodd", Control, 0o1000),
    on_off("cmspar", Control, 0o10000000000),
    one_of("cs5", Control, CSIZE, 0),
    one_of("cs6", Control, CSIZE, 0o20),
    one_of("cs7", Control, CSIZE, 0o40),
    one_of("cs8", Control, CSIZE, 0o60),
    on_off("hupcl", Control, 0o2000),
    alias("hup", Control, 0o2000),
    on_off("cstopb", Control, 0o100),
    on_off("cread", Control, 0o200),
    on_off("clocal", Control, 0o4000),
    on_off("crtscts", Control, 0o20000000000),
    on_off("ignbrk", Input, 0o1),
    on_off("brkint", Input, 0o2),
    on_off("ignpar", Input, 0o4),
    on_off("parmrk", Input, 0o10),
    on_off("inpck", Input, 0o20),
    on_off("istrip", Input, 0o40),
    on_off("inlcr", Input, 0o100),
    on_off("igncr", Input, 0o200),
    on_off("icrnl", Input, 0o400),
    on_off("ixon", Input, 0o2000),
    on_off("ixoff", Input, 0o10000),
    alias("tandem", Input, 0o10000),
    on_off("iuclc", Input, 0o1000),
    on_off("ixany", Input, 0o4000),
    on_off("imaxbel", Input, 0o20000),
    on_off("iutf8", Input, 0o40000),
    on_off("opost", Output, 0o1),
    on_off("olcuc", Output, 0o2),
    on_off("ocrnl", Output, 0o10),
    on_off("onlcr", Output, 0o4),
    on_off("onocr", Output, 0o20),
    on_off("onlret", Output, 0o40),
    on_off("ofill", Output, 0o100),
    on_off("ofdel", Output, 0o200),
    one_of("nl0", Output, NLDLY, 0),
    one_of("nl1", Output, NLDLY, 0o400),
    one_of("cr0", Output, CRDLY, 0),
    one_of("cr1", Output, CRDLY, 0o1000),
    one_of("cr2", Output, CRDLY, 0o2000),
    one_of("cr3", Output, CRDLY, 0o3000),
    one_of("tab0", Output, TABDLY, 0),
    one_of("tab1", Output, TABDLY, 0o4000),
    one_of("tab2", Output, TABDLY, 0o10000),
    one_of("tab3", Output, TABDLY, 0o14000),
    one_of("bs0", Output, BSDLY, 0),
    one_of("bs1", Output, BSDLY, 0o20000),
    one_of("vt0", Output, VTDLY, 0),
    one_of("vt1", Output, VTDLY, 0o40000),
    one_of("ff0", Output, FFDLY, 0),
    one_of("ff1", Output, FFDLY, 0o100000),
    on_off("isig", Local, 0o1),
    on_off("icanon", Local, ICANON),
    on_off("iexten", Local, 0o100000),
    on_off("echo", Local, 0o10),
    on_off("echoe", Local, 0o20),
    alias("crterase", Local, 0o20),
    on_off("echok", Local, 0o40),
    on_off("echonl", Local, 0o100),
    on_off("noflsh", Local, 0o200),
    on_off("xcase", Local, 0o4),
    on_off("tostop", Local, 0o400),
    on_off("echoprt", Local, 0o2000),
    alias("prterase", Local, 0o2000),
    on_off("echoctl", Local, 0o1000),
    alias("ctlecho", Local, 0o1000),
    on_off("echoke", Local, 0o4000),
    alias("crtkill", Local, 0o4000),
    on_off("flusho", Local, 0o10000),
    on_off("extproc", Local, 0o200000),
];

/// Control characters and their places.
pub const CHARACTERS: &[(&str, usize)] = &[
    ("intr", 0),
    ("quit", 1),
    ("erase", 2),
    ("kill", 3),
    ("eof", 4),
    ("eol", 11),
    ("eol2", 16),
    ("swtch", 7),
    ("start", 8),
    ("stop", 9),
    ("susp", 10),
    ("rprnt", 12),
    ("werase", 14),
    ("lnext", 15),
    ("discard", 13),
];

/// What a control character is after `sane`.
pub fn sane_character(index: usize) -> u8 {
    match index {
        0 => 3,
        1 => 28,
        2 => 127,
        3 => 21,
        4 => 4,
        8 => 17,
        9 => 19,
        10 => 26,
        12 => 18,
        13 => 15,
        14 => 23,
        15 => 22,
        _ => 0,
    }
}

/// Settings that stand for several.
pub const COMBINATIONS: &[(&str, &str)] = &[
    ("evenp", "parenb -parodd cs7"),
    ("parity", "parenb -parodd cs7"),
    ("oddp", "parenb parodd cs7"),
    ("-evenp", "-parenb cs8"),
    ("-parity", "-parenb cs8"),
    ("-oddp", "-parenb cs8"),
    ("nl", "-icrnl -onlcr"),
    ("-nl", "icrnl -inlcr -igncr onlcr -ocrnl -onlret"),
    ("ek", ""),
    (
        "sane",
        "cread -ignbrk brkint -inlcr -igncr icrnl icanon iexten echo echoe echok -echonl -noflsh -ixoff -iutf8 -iuclc -ixany imaxbel -xcase -olcuc -ocrnl opost -ofill onlcr -onocr -onlret nl0 cr0 tab0 bs0 vt0 ff0 isig -tostop -ofdel -echoprt echoctl echoke -extproc -flusho",
    ),
    ("cooked", "brkint ignpar istrip icrnl ixon opost isig icanon"),
    ("-raw", "brkint ignpar istrip icrnl ixon opost isig icanon"),
    (
        "raw",
        "-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr -icrnl -ixon -ixoff -icanon -opost -isig -iuclc -ixany -imaxbel -xcase",
    ),
    (
        "-cooked",
        "-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr -icrnl -ixon -ixoff -icanon -opost -isig -iuclc -ixany -imaxbel -xcase",
    ),
    ("cbreak", "-icanon"),
    ("-cbreak", "icanon"),
    ("pass8", "-parenb -istrip cs8"),
    ("-pass8", "parenb istrip cs7"),
    ("litout", "-parenb -istrip -opost cs8"),
    ("-litout", "parenb istrip opost cs7"),
    ("decctlq", "-ixany"),
    ("-decctlq", "ixany"),
    ("tabs", "tab0"),
    ("-tabs", "tab3"),
    ("lcase", "xcase iuclc olcuc"),
    ("-lcase", "-xcase -iuclc -olcuc"),
    ("LCASE", "xcase iuclc olcuc"),
    ("-LCASE", "-xcase -iuclc -olcuc"),
    ("crt", "echoe echoctl echoke"),
    ("dec", "echoe echoctl echoke -ixany"),
];

/// Linux's codes of speeds.
pub const SPEEDS: &[(u32, u32)] = &[
    (0, 0),
    (1, 50),
    (2, 75),
    (3, 110),
    (4, 134),
    (5, 150),
    (6, 200),
    (7, 300),
    (8, 600),
    (9, 1200),
    (10, 1800),
    (11, 2400),
    (12, 4800),
    (13, 9600),
    (14, 19200),
    (15, 38400),
    (0o10001, 57600),
    (0o10002, 115200),
    (0o10003, 230400),
    (0o10004, 460800),
    (0o10007, 921600),
];
