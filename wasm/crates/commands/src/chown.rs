//! chown, chgrp: change owners and groups.

use crate::copy;
use crate::getopt::{self, Opt, Program, flag, value};
use crate::path;
use crate::users::Names;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const CHOWN: Program =
    Program { name: "chown", usage: "[OPTION]... [OWNER][:[GROUP]] FILE...", usage_error: 1, stops_at_operand: false };
const CHGRP: Program = Program { name: "chgrp", usage: "[OPTION]... GROUP FILE...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["c", "changes"]),
    flag(&["f", "silent", "quiet"]),
    flag(&["h", "no-dereference"]),
    flag(&["dereference"]),
    flag(&["R", "recursive"]),
    flag(&["H"]),
    flag(&["L"]),
    flag(&["P"]),
    flag(&["v", "verbose"]),
    flag(&["preserve-root"]),
    flag(&["no-preserve-root"]),
    value(&["from"]),
    value(&["reference"]),
];

/// A user and a group; `None` is any, or no change.
type Owner = (Option<u32>, Option<u32>);

struct Change {
    program: Program,
    names: Names,
    to: Owner,
    /// Only files of this owner are changed.
    from: Owner,
    recursive: bool,
    follow: bool,
    /// `-H`, `-L`: which links to directories are walked through.
    follows_operands: bool,
    follows_all: bool,
    verbose: bool,
    reports_changes: bool,
    silent: bool,
    failed: bool,
}

pub fn chown_main(args: Vec<OsString>) -> i32 {
    run(CHOWN, args)
}

pub fn chgrp_main(args: Vec<OsString>) -> i32 {
    run(CHGRP, args)
}

fn run(program: Program, args: Vec<OsString>) -> i32 {
    let mut parsed = match getopt::parse(program, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let last_of = |names: [&str; 3]| parsed.options.iter().rfind(|given| names.contains(&given.name)).map(|given| given.name);
    let walking = last_of(["H", "L", "P"]);
    let names = Names::load();
    let mut change = Change {
        program,
        to: (None, None),
        from: (None, None),
        recursive: has("R"),
        follow: last_of(["h", "dereference", "dereference"]) != Some("h"),
        follows_operands: matches!(walking, Some("H" | "L")),
        follows_all: walking == Some("L"),
        verbose: has("v"),
        reports_changes: has("c"),
        silent: has("f"),
        failed: false,
        names,
    };
    if has("R") && walking.is_none_or(|name| name == "P") {
        // What is walked is not followed, unless it was asked for.
        change.follow = last_of(["h", "dereference", "dereference"]) == Some("dereference");
    }
    let reference = parsed.options.iter().rfind(|given| given.name == "reference").map(|given| given.value.clone());
    for given in parsed.options.iter().filter(|given| given.name == "from") {
        match change.owner(&given.value.to_string_lossy()) {
            Ok(from) => change.from = from,
            Err(text) => {
                program.complain(&text);
                return 1;
            }
        }
    }
    if let Some(reference) = reference {
        match sys::stat(reference.as_bytes()) {
            Ok(stat) => change.to = (Some(stat.uid), Some(stat.gid)),
            Err(error) => {
                program.complain_of(&format!("failed to get attributes of {}", quoted(&reference)), &error);
                return 1;
            }
        }
        if program.name == "chgrp" {
            change.to.0 = None;
        }
        if parsed.operands.is_empty() {
            return program.missing_operand(None);
        }
    } else {
        if parsed.operands.len() < 2 {
            return program.missing_operand(parsed.operands.first().map(OsString::as_os_str));
        }
        let wanted = parsed.operands.remove(0).to_string_lossy().into_owned();
        let to = if program.name == "chgrp" { change.group(&wanted, &wanted).map(|gid| (None, gid)) } else { change.owner(&wanted) };
        match to {
            Ok(to) => change.to = to,
            Err(text) => {
                program.complain(&text);
                return 1;
            }
        }
    }
    for operand in &parsed.operands {
        change.apply(operand.as_bytes(), true);
    }
    i32::from(change.failed)
}

impl Change {
    /// `USER`, `USER:GROUP`, `:GROUP`, and `USER:` for the user's own group.
    fn owner(&self, text: &str) -> Result<Owner, String> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let invalid_user = || format!("invalid user: {}", quoted(text));
        let known = self.names.account(user);
        let uid = match (user, known) {
            ("", _) => None,
            (_, Some(account)) => Some(account.uid),
            _ => Some(user.trim_start_matches('+').parse().map_err(|_| invalid_user())?),
        };
        let gid = match (group, known) {
            (Some(""), Some(account)) => Some(account.gid),
            (Some(""), None) if uid.is_some() => return Err(format!("invalid spec: {}", quoted(text))),
            (Some(group), _) => self.group(group, text)?,
            (None, _) => None,
        };
        Ok((uid, gid))
    }

    fn group(&self, group: &str, shown: &str) -> Result<Option<u32>, String> {
        if group.is_empty() {
            return Ok(None);
        }
        let gid = self.names.gid(group.trim_start_matches('+'));
        gid.map(Some).ok_or_else(|| format!("invalid group: {}", quoted(shown)))
    }

    fn fail(&mut self, text: &str) {
        if !self.silent {
            self.program.complain(text);
        }
        self.failed = true;
    }

    fn apply(&mut self, file: &[u8], is_operand: bool) {
        let shown = quoted(OsStr::from_bytes(file));
        let walks_through = self.follows_all || (is_operand && self.follows_operands);
        let follow = self.follow || (self.recursive && walks_through);
        let stat = match if follow { sys::stat(file) } else { sys::lstat(file) } {
            Ok(stat) => stat,
            Err(error) if sys::lstat(file).is_ok() => {
                return self.fail(&format!("cannot dereference {shown}: {}", sys::errno::message(&error)));
            }
            Err(error) => return self.fail(&format!("cannot access {shown}: {}", sys::errno::message(&error))),
        };
        if self.recursive && stat.is_directory() && (walks_through || !sys::lstat(file).is_ok_and(|stat| stat.is_symbolic_link())) {
            match copy::names_in(file) {
                Ok(names) => names.iter().for_each(|name| self.apply(&path::join(file, name), false)),
                Err(error) => self.fail(&format!("cannot read directory {shown}: {}", sys::errno::message(&error))),
            }
        }
        let fits = |wanted: Option<u32>, actual: u32| wanted.is_none_or(|wanted| wanted == actual);
        if !fits(self.from.0, stat.uid) || !fits(self.from.1, stat.gid) {
            return;
        }
        let changes = !fits(self.to.0, stat.uid) || !fits(self.to.1, stat.gid);
        let what = if self.program.name == "chgrp" { "group" } else { "ownership" };
        if let Err(error) = sys::file::path_chown(file, self.to.0, self.to.1, follow) {
            return self.fail(&format!("changing {what} of {shown}: {}", sys::errno::message(&error)));
        }
        if !self.verbose && !(self.reports_changes && changes) {
            return;
        }
        let old = self.described(self.to.0.map(|_| stat.uid), self.to.1.map(|_| stat.gid));
        let new = self.described(self.to.0, self.to.1);
        if changes {
            getopt::say!("changed {what} of {shown} from {old} to {new}");
        } else {
            getopt::say!("{what} of {shown} retained as {old}");
        }
    }

    fn described(&self, uid: Option<u32>, gid: Option<u32>) -> String {
        match (uid, gid) {
            (Some(uid), Some(gid)) => format!("{}:{}", self.names.user(uid), self.names.group(gid)),
            (Some(uid), None) => self.names.user(uid),
            (None, Some(gid)) if self.program.name == "chgrp" => self.names.group(gid),
            (None, Some(gid)) => format!(":{}", self.names.group(gid)),
            (None, None) => "no change".to_owned(),
        }
    }
}
