//! `watch [-n seconds] [-t] [-e] [-g] [-x] [-b] command`: runs a command again and again, and shows what it prints.

use crate::options;
use crate::tty::Tty;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::FromRawFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use terminal::text;

const USAGE: &str = "\nUsage:\n watch [options] command\n\nOptions:\n  -b, --beep             beep if command has a non-zero exit\n  -e, --errexit          exit if command has a non-zero exit\n  -g, --chgexit          exit when output from command changes\n  -n, --interval <secs>  seconds to wait between updates\n  -t, --no-title         turn off header\n  -x, --exec             pass command to exec instead of \"sh -c\"\n\n -h, --help     display this help and exit\n -v, --version  output version information and exit";

const LONG: [(&str, char); 9] = [
    ("beep", 'b'),
    ("errexit", 'e'),
    ("chgexit", 'g'),
    ("interval", 'n'),
    ("no-title", 't'),
    ("exec", 'x'),
    ("help", 'h'),
    ("version", 'v'),
    ("color", 'c'),
];

pub fn main(arguments: Vec<OsString>) -> i32 {
    let arguments = options::texts(arguments);
    let (given, words) = match options::parse(&arguments, "begtxhvcdpw", "nq", &LONG, true) {
        Ok(parsed) => parsed,
        Err(message) => {
            eprintln!("watch: {message}\n{USAGE}");
            return 1;
        }
    };
    let is_on = |letter: char| given.iter().any(|(known, _)| *known == letter);
    if is_on('h') {
        println!("{USAGE}");
        return 0;
    }
    if is_on('v') {
        println!("watch from procps-ng 4.0.2");
        return 0;
    }
    let mut seconds: f64 = 2.0;
    for (_, value) in given.iter().filter(|(letter, _)| *letter == 'n') {
        match value.replace(',', ".").parse::<f64>() {
            Ok(value) => seconds = value.max(0.1),
            Err(_) => {
                eprintln!("watch: failed to parse argument: '{value}'");
                return 1;
            }
        }
    }
    if words.is_empty() {
        eprintln!("{USAGE}");
        return 1;
    }
    let command: Vec<&str> = words.iter().map(String::as_str).collect();
    let shown = command.join(" ");
    let argv = if is_on('x') { command } else { vec!["sh", "-c", &shown] };
    let mut tty = match Tty::open(true) {
        Ok(tty) => tty,
        Err(error) => {
            eprintln!("watch: cannot use the terminal: {}", sys::errno::message(&error));
            return 1;
        }
    };
    let result = watch(&mut tty, &argv, &shown, seconds, &is_on);
    drop(tty);
    result.unwrap_or(1)
}

fn watch(tty: &mut Tty, argv: &[&str], shown: &str, seconds: f64, is_on: &dyn Fn(char) -> bool) -> io::Result<i32> {
    let mut before: Option<Vec<u8>> = None;
    loop {
        let (output, status) = run(argv)?;
        if sys::signal::has_come() && tty.take_signals() {
            return Ok(130);
        }
        draw(tty, &output, shown, seconds, !is_on('t'))?;
        if status != 0 && is_on('b') {
            tty.put("\x07");
            tty.flush()?;
        }
        if status != 0 && is_on('e') {
            let last = tty.size.rows - 1;
            tty.go(last, 0);
            tty.put("\x1b[7mcommand exit with a non-zero status, press a key to exit\x1b[0m");
            tty.flush()?;
            // Any key will do, and a signal too.
            let _ = tty.keys.next();
            return Ok(8);
        }
        if is_on('g') && before.as_ref().is_some_and(|before| *before != output) {
            return Ok(0);
        }
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        loop {
            let left = end.saturating_duration_since(Instant::now()).as_secs_f64();
            match tty.keys.has_key(left) {
                Ok(false) => break,
                Ok(true) => match tty.keys.next()? {
                    Some(terminal::Key::Char('q')) | None => return Ok(0),
                    Some(terminal::Key::Char(' ')) => break,
                    Some(_) => {}
                },
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    if tty.take_signals() {
                        return Ok(130);
                    }
                    draw(tty, &output, shown, seconds, !is_on('t'))?;
                }
                Err(error) => return Err(error),
            }
        }
        before = Some(output);
    }
}

/// Runs the command; what it prints, and its status.
fn run(argv: &[&str]) -> io::Result<(Vec<u8>, i32)> {
    let (read_fd, write_fd) = sys::pipe(true)?;
    // SAFETY: the descriptor was just made and has no other owner.
    let mut reader = unsafe { File::from_raw_fd(read_fd) };
    let argument_block = sys::string_block::from_strings(argv.iter().map(|text| text.as_bytes()));
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        sys::string_block::push(&mut env, &[name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat());
    }
    let actions = [1, 2].map(|fd| sys::FdAction::dup2(write_fd, fd));
    let options = sys::SpawnOptions { argv: &argument_block, env: &env, actions: &actions, job: None };
    let pid = sys::spawn(argv[0].as_bytes(), options);
    sys::close(write_fd)?;
    let pid = pid?;
    let mut output = Vec::new();
    let mut chunk = vec![0; 65536];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => output.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    loop {
        match sys::waitpid(pid, sys::WaitOptions::default()) {
            Ok(Some((_, status))) => return Ok((output, status.shell_status())),
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return Err(error),
            _ => {}
        }
    }
}

fn draw(tty: &mut Tty, output: &[u8], shown: &str, seconds: f64, with_title: bool) -> io::Result<()> {
    let size = tty.size;
    tty.put("\x1b[H\x1b[2J");
    let mut first = 0;
    if with_title {
        let left = format!("Every {seconds:.1}s: {shown}");
        let right = clock();
        let room = size.columns.saturating_sub(right.len() + 1);
        let left: String = left.chars().take(room).collect();
        tty.put(&left);
        tty.go(0, size.columns.saturating_sub(right.len()));
        tty.put(&right);
        first = 2;
    }
    let mut row = first;
    for line in output.split(|byte| *byte == b'\n') {
        if row >= size.rows {
            break;
        }
        tty.go(row, 0);
        let mut column = 0;
        for character in text::decode(line) {
            if character == '\t' {
                let next = (column / 8 + 1) * 8;
                tty.put(&" ".repeat(next.min(size.columns).saturating_sub(column)));
                column = next;
                continue;
            }
            let width = text::width(character);
            if column + width > size.columns {
                row += 1;
                column = 0;
                if row >= size.rows {
                    break;
                }
                tty.go(row, 0);
            }
            tty.put(&text::shown(character));
            column += width;
        }
        row += 1;
    }
    tty.flush()
}

/// The time as the title has it, without the date.
fn clock() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    format!("{}: {:02}:{:02}:{:02}", host.trim(), seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}
