//! id, groups, whoami, logname: who the process, or another user, is.

use crate::getopt::{self, Opt, Program, flag};
use crate::output::{self, Output};
use crate::users::Names;
use crate::words::quoted;
use std::ffi::OsString;
use std::io::Write;
use sys::credentials::Ids;

const ID: Program = Program { name: "id", usage: "[OPTION]... [USER]...", usage_error: 1, stops_at_operand: false };
const GROUPS: Program = Program { name: "groups", usage: "[OPTION]... [USERNAME]...", usage_error: 1, stops_at_operand: false };
const WHOAMI: Program = Program { name: "whoami", usage: "[OPTION]...", usage_error: 1, stops_at_operand: false };
const LOGNAME: Program = Program { name: "logname", usage: "[OPTION]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["a"]),
    flag(&["Z", "context"]),
    flag(&["g", "group"]),
    flag(&["G", "groups"]),
    flag(&["n", "name"]),
    flag(&["r", "real"]),
    flag(&["u", "user"]),
    flag(&["z", "zero"]),
];

/// A user's numbers. The main group comes first among the groups.
struct Identity {
    ids: Ids,
    groups: Vec<u32>,
}

impl Identity {
    fn of_process() -> Identity {
        let ids = sys::credentials::ids().unwrap_or_default();
        let mut groups = vec![ids.group];
        groups.extend((ids.effective_group != ids.group).then_some(ids.effective_group));
        let others = sys::credentials::groups().unwrap_or_default();
        groups.extend(others.into_iter().filter(|group| *group != ids.group && *group != ids.effective_group));
        Identity { ids, groups }
    }

    /// A user of /etc/passwd, by name or number.
    fn of_user(name: &str, names: &Names) -> Option<Identity> {
        let account = names.account(name)?;
        let ids = Ids { user: account.uid, effective_user: account.uid, group: account.gid, effective_group: account.gid };
        let mut groups = vec![account.gid];
        groups.extend(names.groups_of(&account.name).filter(|group| *group != account.gid));
        Some(Identity { ids, groups })
    }
}

pub fn id_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(ID, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let choices = ["u", "g", "G", "Z"].into_iter().filter(|name| given(name)).count();
    if given("Z") {
        ID.complain("--context (-Z) works only on an SELinux-enabled kernel");
        return 1;
    }
    if choices > 1 {
        ID.complain("cannot print \"only\" of more than one choice");
        return 1;
    }
    if choices == 0 && (given("n") || given("r")) {
        ID.complain("cannot print only names or real IDs in default format");
        return 1;
    }
    if choices == 0 && given("z") {
        ID.complain("option --zero not permitted in default format");
        return 1;
    }
    let (names, mut output, mut code) = (Names::load(), output::standard(), 0);
    let identities = if parsed.operands.is_empty() { vec![Some(Identity::of_process())] } else { Vec::new() };
    let several = parsed.operands.len() > 1;
    let users = parsed.operands.iter().map(|operand| {
        let found = Identity::of_user(&operand.to_string_lossy(), &names);
        if found.is_none() {
            ID.complain(&format!("{}: no such user", quoted(operand)));
            code = 1;
        }
        found
    });
    let all: Vec<Identity> = identities.into_iter().chain(users).flatten().collect();
    for identity in all {
        let show_user = |uid: u32| if given("n") { names.user(uid) } else { uid.to_string() };
        let show_group = |gid: u32| if given("n") { names.group(gid) } else { gid.to_string() };
        let ids = identity.ids;
        let text = if given("u") {
            show_user(if given("r") { ids.user } else { ids.effective_user })
        } else if given("g") {
            show_group(if given("r") { ids.group } else { ids.effective_group })
        } else if given("G") {
            let separator = if given("z") { "\0" } else { " " };
            identity.groups.iter().map(|group| show_group(*group)).collect::<Vec<_>>().join(separator)
        } else {
            described(&identity, &names)
        };
        let end = match (given("z"), given("G") && several) {
            (false, _) => "\n",
            (true, false) => "\0",
            (true, true) => "\0\0",
        };
        let _ = write!(output, "{text}{end}");
    }
    output::finish(output, ID.name, code)
}

/// `uid=0(root) gid=0(root) groups=0(root)`
fn described(identity: &Identity, names: &Names) -> String {
    let user = |uid: u32| if names.knows_user(uid) { format!("{uid}({})", names.user(uid)) } else { uid.to_string() };
    let group = |gid: u32| if names.knows_group(gid) { format!("{gid}({})", names.group(gid)) } else { gid.to_string() };
    let ids = identity.ids;
    let mut text = format!("uid={} gid={}", user(ids.user), group(ids.group));
    if ids.effective_user != ids.user {
        text.push_str(&format!(" euid={}", user(ids.effective_user)));
    }
    if ids.effective_group != ids.group {
        text.push_str(&format!(" egid={}", group(ids.effective_group)));
    }
    let groups: Vec<String> = identity.groups.iter().map(|gid| group(*gid)).collect();
    text + &format!(" groups={}", groups.join(","))
}

pub fn groups_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(GROUPS, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (names, mut output, mut code) = (Names::load(), output::standard(), 0);
    let list = |identity: Identity| identity.groups.iter().map(|group| names.group(*group)).collect::<Vec<_>>().join(" ");
    if parsed.operands.is_empty() {
        let _ = writeln!(output, "{}", list(Identity::of_process()));
    }
    for operand in &parsed.operands {
        match Identity::of_user(&operand.to_string_lossy(), &names) {
            Some(identity) => {
                let _ = writeln!(output, "{} : {}", operand.to_string_lossy(), list(identity));
            }
            None => {
                let _ = output.flush();
                GROUPS.complain(&format!("{}: no such user", quoted(operand)));
                code = 1;
            }
        }
    }
    output::finish(output, GROUPS.name, code)
}

pub fn whoami_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(WHOAMI, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.first() {
        return WHOAMI.extra_operand(extra);
    }
    let (names, uid) = (Names::load(), sys::credentials::ids().unwrap_or_default().effective_user);
    if !names.knows_user(uid) {
        WHOAMI.complain(&format!("cannot find name for user ID {uid}"));
        return 1;
    }
    print_line(WHOAMI, &names.user(uid))
}

/// Nobody logs in here: the name is that of the real user.
pub fn logname_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(LOGNAME, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.first() {
        return LOGNAME.extra_operand(extra);
    }
    let (names, uid) = (Names::load(), sys::credentials::ids().unwrap_or_default().user);
    if !names.knows_user(uid) {
        LOGNAME.complain("no login name");
        return 1;
    }
    print_line(LOGNAME, &names.user(uid))
}

fn print_line(program: Program, text: &str) -> i32 {
    let mut output: Output = output::standard();
    let _ = writeln!(output, "{text}");
    output::finish(output, program.name, 0)
}
