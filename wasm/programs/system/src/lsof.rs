//! lsof: the open files of the processes that this one may look into (those of its session).

use crate::processes::{Process, all};
use crate::selection;
use crate::sockets::{self, Socket};
use commands::getopt::{self, Opt, Program, flag, optional_value, value};
use commands::output;
use commands::users::Names;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "lsof", usage: "[options] [names]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["a"]),
    value(&["c"]),
    value(&["d"]),
    optional_value(&["inet"]),
    flag(&["l"]),
    flag(&["n"]),
    value(&["p"]),
    flag(&["P"]),
    value(&["s"]),
    flag(&["t"]),
    value(&["u"]),
    flag(&["U"]),
    flag(&["w"]),
];

#[derive(Default)]
struct Request {
    /// `-a`: all that was said must fit, not any of it.
    needs_all: bool,
    commands: Vec<String>,
    descriptors: Vec<String>,
    internet: Option<String>,
    unix: bool,
    numeric_users: bool,
    pids: Option<Vec<i32>>,
    only_pids: bool,
    tcp_states: Option<String>,
    users: Option<Vec<u32>>,
    /// The named files, resolved.
    names: Vec<(u64, u64)>,
}

struct OpenFile<'a> {
    process: &'a Process,
    /// `cwd`, `txt`, or a number with how it is open: `3r`.
    fd: String,
    kind: &'static str,
    device: String,
    size: String,
    node: String,
    name: String,
    id: Option<(u64, u64)>,
    socket: Option<&'a Socket>,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let request = match read(args) {
        Ok(request) => request,
        Err(code) => return code,
    };
    let (processes, sockets, names) = (all(), sockets::all(), Names::load());
    let mut found = Vec::new();
    for process in &processes {
        found.extend(open_files(process, &sockets).into_iter().filter(|file| request.fits(file)));
    }
    if found.is_empty() {
        return 1;
    }
    let mut output = output::standard();
    if request.only_pids {
        let mut pids: Vec<i32> = found.iter().map(|file| file.process.pid).collect();
        pids.dedup();
        for pid in pids {
            let _ = writeln!(output, "{pid}");
        }
        return output::finish(output, PROGRAM.name, 0);
    }
    print_table(&mut output, &request, &found, &names);
    output::finish(output, PROGRAM.name, 0)
}

fn read(args: Vec<OsString>) -> Result<Request, i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, with_long_internet(args))?;
    let mut request = Request::default();
    let refuse = |text: &str, part: String| {
        PROGRAM.complain(&format!("{text}: {part}"));
        1
    };
    for given in parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        match given.name {
            "a" => request.needs_all = true,
            "c" => request.commands.push(text),
            "d" => request.descriptors.extend(selection::parts(&text).map(str::to_owned)),
            "inet" => request.internet = Some(text),
            "U" => request.unix = true,
            "l" => request.numeric_users = true,
            "p" => {
                let pids = selection::numbers(&text).map_err(|part| refuse("illegal process ID", part))?;
                request.pids.get_or_insert_default().extend(pids);
            }
            "t" => request.only_pids = true,
            "s" => request.tcp_states = text.strip_prefix("TCP:").map(str::to_owned),
            "u" => {
                let users = selection::users(&text).map_err(|part| refuse("can't get UID for", part))?;
                request.users.get_or_insert_default().extend(users);
            }
            _ => {}
        }
    }
    for name in parsed.operands {
        match sys::stat(name.as_bytes()) {
            Ok(stat) => request.names.push((stat.device, stat.inode)),
            Err(error) => {
                eprintln!("lsof: status error on {}: {}", name.to_string_lossy(), sys::errno::message(&error));
                return Err(1);
            }
        }
    }
    Ok(request)
}

/// `-i` takes what is attached to it, else the next argument if that is an address: a long option says it to getopt.
fn with_long_internet(args: Vec<OsString>) -> Vec<OsString> {
    let is_address = |arg: &OsString| {
        let text = arg.to_string_lossy().to_ascii_lowercase();
        ["4", "6", "tcp", "udp", "@", ":"].iter().any(|head| text.starts_with(head))
    };
    let mut rest = args.into_iter().peekable();
    let mut changed = Vec::new();
    while let Some(arg) = rest.next() {
        let text = arg.to_string_lossy().into_owned();
        let flags = text.strip_prefix('-').and_then(|cluster| cluster.split_once('i'));
        match flags {
            Some((before, attached)) if before.chars().all(|letter| "alnPtUw".contains(letter)) => {
                if !before.is_empty() {
                    changed.push(OsString::from(format!("-{before}")));
                }
                let next = if attached.is_empty() { rest.next_if(is_address) } else { None };
                let address = next.map_or_else(|| attached.to_owned(), |next| next.to_string_lossy().into_owned());
                changed.push(OsString::from(format!("--inet={address}")));
            }
            _ => changed.push(arg),
        }
    }
    changed
}

impl Request {
    fn fits(&self, file: &OpenFile) -> bool {
        let process = file.process;
        let mut answers = Vec::new();
        if !self.commands.is_empty() {
            answers.push(self.commands.iter().any(|name| process.comm.starts_with(name.as_str())));
        }
        if let Some(pids) = &self.pids {
            answers.push(pids.contains(&process.pid));
        }
        if let Some(users) = &self.users {
            answers.push(users.contains(&process.uids[1]));
        }
        if let Some(wanted) = &self.internet {
            answers.push(file.socket.is_some_and(|socket| self.fits_internet(socket, wanted)));
        }
        if self.unix {
            answers.push(file.kind == "unix");
        }
        if !self.names.is_empty() {
            answers.push(file.id.is_some_and(|id| self.names.contains(&id)));
        }
        if !self.descriptors.is_empty() {
            let bare = file.fd.trim_end_matches(['r', 'w', 'u']);
            answers.push(self.descriptors.iter().any(|fd| fd == bare));
        }
        if answers.is_empty() {
            return true;
        }
        if self.needs_all { answers.iter().all(|fits| *fits) } else { answers.iter().any(|fits| *fits) }
    }

    /// `4`, `6`, `tcp`, `udp`, `:80`, `TCP:80`, `@host:port`.
    fn fits_internet(&self, socket: &Socket, wanted: &str) -> bool {
        if socket.kind == "unix" {
            return false;
        }
        let (before, ports) = wanted.split_once(':').map_or((wanted, ""), |(before, ports)| (before, ports));
        let (head, host) = before.split_once('@').map_or((before, ""), |(head, host)| (head, host));
        let (family, protocol) = match head.chars().next() {
            Some(digit @ ('4' | '6')) => (Some(digit), &head[1..]),
            _ => (None, head),
        };
        let fits_port = |port: u16| {
            ports.split(',').any(|part| match part.split_once('-') {
                Some((low, high)) => low.parse().is_ok_and(|low| port >= low) && high.parse().is_ok_and(|high: u16| port <= high),
                None => part.parse() == Ok(port),
            })
        };
        let fits_state = self.tcp_states.as_ref().is_none_or(|states| {
            socket.protocol != "TCP" || socket.state.is_some_and(|state| states.split(',').any(|wanted| wanted.eq_ignore_ascii_case(state)))
        });
        family.is_none_or(|digit| socket.kind.ends_with(digit))
            && (protocol.is_empty() || socket.protocol.eq_ignore_ascii_case(protocol))
            && (host.is_empty() || socket.name().contains(host))
            && (ports.is_empty() || socket.ports.iter().any(|port| *port != 0 && fits_port(*port)))
            && fits_state
    }
}

fn open_files<'a>(process: &'a Process, sockets: &'a HashMap<u64, Socket>) -> Vec<OpenFile<'a>> {
    let mut files = Vec::new();
    let base = format!("/proc/{}", process.pid);
    for (link, fd) in [("cwd", "cwd"), ("root", "rtd")] {
        if let Ok(target) = fs::read_link(format!("{base}/{link}")) {
            files.extend(named(process, fd.to_owned(), &target.to_string_lossy(), sockets));
        }
    }
    let Ok(entries) = fs::read_dir(format!("{base}/fd")) else { return files };
    let mut numbers: Vec<u32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    for number in numbers {
        let Ok(target) = fs::read_link(format!("{base}/fd/{number}")) else { continue };
        let info = fs::read_to_string(format!("{base}/fdinfo/{number}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).map_or(0, |text| u32::from_str_radix(text.trim(), 8).unwrap_or(0));
        let mode = ['r', 'w', 'u', ' '][(flags & 3) as usize];
        files.extend(named(process, format!("{number}{mode}"), &target.to_string_lossy(), sockets));
    }
    files
}

fn named<'a>(process: &'a Process, fd: String, target: &str, sockets: &'a HashMap<u64, Socket>) -> Option<OpenFile<'a>> {
    let file = |kind: &'static str, device: String, size: String, node: String, name: String| OpenFile {
        process,
        fd: fd.clone(),
        kind,
        device,
        size,
        node,
        name,
        id: None,
        socket: None,
    };
    if let Some(inode) = bracketed(target, "socket:[") {
        let Some(socket) = sockets.get(&inode) else {
            return Some(file("sock", "0,8".to_owned(), "0t0".to_owned(), inode.to_string(), "protocol: unknown".to_owned()));
        };
        let node = if socket.protocol.is_empty() { inode.to_string() } else { socket.protocol.clone() };
        let mut found = file(socket.kind, inode.to_string(), "0t0".to_owned(), node, socket.name());
        found.socket = Some(socket);
        return Some(found);
    }
    if let Some(inode) = bracketed(target, "pipe:[") {
        return Some(file("FIFO", "0,14".to_owned(), "0t0".to_owned(), inode.to_string(), "pipe".to_owned()));
    }
    let path = target.strip_suffix(" (deleted)").unwrap_or(target);
    let Ok(stat) = sys::stat(path.as_bytes()) else {
        return Some(file("unknown", String::new(), String::new(), String::new(), target.to_owned()));
    };
    let (kind, size) = if stat.is_directory() {
        ("DIR", stat.size.to_string())
    } else if stat.is_regular() {
        ("REG", stat.size.to_string())
    } else if stat.is_character_device() {
        ("CHR", "0t0".to_owned())
    } else if stat.is_fifo() {
        ("FIFO", "0t0".to_owned())
    } else {
        ("unix", "0t0".to_owned())
    };
    let number = if stat.is_character_device() { stat.device_number } else { stat.device };
    let device = format!("{},{}", number >> 8 & 0xfff, number & 0xff | number >> 12 & 0xfff00);
    let mut found = file(kind, device, size, stat.inode.to_string(), target.to_owned());
    found.id = Some((stat.device, stat.inode));
    Some(found)
}

fn bracketed(target: &str, prefix: &str) -> Option<u64> {
    target.strip_prefix(prefix)?.strip_suffix(']')?.parse().ok()
}

/// Columns as wide as their widest cell, but the last.
fn print_table(output: &mut impl Write, request: &Request, found: &[OpenFile], names: &Names) {
    let headings = ["COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE"].map(str::to_owned);
    let row = |file: &OpenFile| {
        let uid = file.process.uids[1];
        let user = if request.numeric_users { uid.to_string() } else { names.user(uid) };
        let comm: String = file.process.comm.chars().take(9).collect();
        let fd = if file.fd.ends_with(['r', 'w', 'u']) { file.fd.clone() } else { format!("{} ", file.fd) };
        [comm, file.process.pid.to_string(), user, fd, file.kind.to_owned(), file.device.clone(), file.size.clone(), file.node.clone()]
    };
    let rows: Vec<[String; 8]> = found.iter().map(row).collect();
    let width = |column: usize| rows.iter().chain([&headings]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut print = |cells: &[String; 8], name: &str| {
        let shown: Vec<String> = cells
            .iter()
            .zip(&widths)
            .enumerate()
            // The command stands at the left, the rest at the right.
            .map(|(index, (cell, width))| if index == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") })
            .collect();
        let _ = writeln!(output, "{} {name}", shown.join(" "));
    };
    print(&headings, "NAME");
    for (cells, file) in rows.iter().zip(found) {
        print(cells, &file.name);
    }
}
