//! hostname, hostid: the name and number of this machine, which nobody can change.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use crate::uname::kernel_setting;
use std::ffi::OsString;
use std::io::Write;

const HOSTNAME: Program = Program { name: "hostname", usage: "[OPTION]...", usage_error: 1, stops_at_operand: false };
const HOSTID: Program = Program { name: "hostid", usage: "[OPTION]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["s", "short"]),
    flag(&["f", "fqdn", "long"]),
    flag(&["d", "domain"]),
    flag(&["i", "ip-address"]),
    flag(&["I", "all-ip-addresses"]),
    value(&["F", "file"]),
];

/// What glibc makes of 127.0.1.1, the machine's address in /etc/hosts.
const HOST_ID: &str = "007f0101";

pub fn hostname_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(HOSTNAME, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    if given("F") || !parsed.operands.is_empty() {
        HOSTNAME.complain("you must be root to change the host name");
        return 1;
    }
    let name = kernel_setting("hostname");
    let (short, domain) = name.split_once('.').unwrap_or((&name, ""));
    let shown = match () {
        () if given("s") => short,
        () if given("d") => domain,
        () if given("i") || given("I") => "127.0.1.1",
        () => &name,
    };
    let mut output = output::standard();
    let _ = writeln!(output, "{shown}");
    output::finish(output, HOSTNAME.name, 0)
}

pub fn hostid_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(HOSTID, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.first() {
        return HOSTID.extra_operand(extra);
    }
    let mut output = output::standard();
    let _ = writeln!(output, "{HOST_ID}");
    output::finish(output, HOSTID.name, 0)
}
