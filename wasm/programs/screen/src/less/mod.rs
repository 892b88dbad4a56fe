//! `less`: shows files a screen at a time. Without a terminal to show them on it copies them, as `cat` does.

mod document;
mod layout;
mod search;
mod view;

use crate::options;
use crate::tty::Tty;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use view::View;

/// What the command line says.
#[derive(Clone, Default)]
pub struct Setup {
    pub numbers: bool,
    pub chops: bool,
    pub raw: bool,
    pub quits_if_one_screen: bool,
    pub keeps_screen: bool,
    pub ignores_case: bool,
    pub always_ignores_case: bool,
    pub quits_at_end: bool,
    pub squeezes: bool,
    pub tab: usize,
    pub names_position: bool,
    /// Keys to do at first: `+G`, `+/text`.
    pub commands: Vec<String>,
    pub is_more: bool,
}

impl Setup {
    pub fn of_more() -> Setup {
        Setup { tab: 8, raw: true, keeps_screen: true, quits_at_end: true, is_more: true, quits_if_one_screen: true, ..Setup::default() }
    }

    fn set(&mut self, letter: char, value: &str) {
        match letter {
            'N' => self.numbers = true,
            'n' => self.numbers = false,
            'S' => self.chops = true,
            'R' | 'r' => self.raw = true,
            'F' => self.quits_if_one_screen = true,
            'X' => self.keeps_screen = true,
            'i' => self.ignores_case = true,
            'I' => (self.ignores_case, self.always_ignores_case) = (true, true),
            'e' | 'E' => self.quits_at_end = true,
            's' => self.squeezes = true,
            'm' | 'M' => self.names_position = true,
            'x' => self.tab = value.split(',').next().and_then(|text| text.parse().ok()).unwrap_or(8).max(1),
            'p' => self.commands.push(format!("/{value}")),
            // How the screen is painted, and what has no meaning here.
            _ => {}
        }
    }
}

const FLAGS: &str = "aABcCdeEfFgGiIJKLmMnNqQrRsSuUVwWX?~";
const WITH_VALUE: &str = "bDhjkoOpPtTxyz#";
const LONG: [(&str, char); 21] = [
    ("LINE-NUMBERS", 'N'),
    ("QUIT-AT-EOF", 'E'),
    ("QUIET", 'Q'),
    ("IGNORE-CASE", 'I'),
    ("RAW-CONTROL-CHARS", 'R'),
    ("chop-long-lines", 'S'),
    ("help", '?'),
    ("ignore-case", 'i'),
    ("line-numbers", 'n'),
    ("long-prompt", 'm'),
    ("LONG-PROMPT", 'M'),
    ("no-init", 'X'),
    ("pattern", 'p'),
    ("quiet", 'q'),
    ("quit-at-eof", 'e'),
    ("quit-if-one-screen", 'F'),
    ("raw-control-chars", 'r'),
    ("squeeze-blank-lines", 's'),
    ("tabs", 'x'),
    ("version", 'V'),
    ("no-keypad", '~'),
];

pub fn main(arguments: Vec<OsString>) -> i32 {
    let mut words: Vec<String> = std::env::var("LESS").unwrap_or_default().split_whitespace().map(str::to_string).collect();
    for word in &mut words {
        if !word.starts_with(['-', '+']) {
            word.insert(0, '-');
        }
    }
    words.extend(options::texts(arguments));
    let mut setup = Setup { tab: 8, ..Setup::default() };
    let mut rest = Vec::new();
    let mut only_files = false;
    for word in words {
        match word.strip_prefix('+').filter(|command| !command.is_empty() && !only_files) {
            Some(command) => setup.commands.push(command.to_string()),
            None => {
                only_files |= word == "--";
                rest.push(word);
            }
        }
    }
    let (given, files) = match options::parse(&rest, FLAGS, WITH_VALUE, &LONG, false) {
        Ok(parsed) => parsed,
        Err(message) => {
            let letter = message.rsplit('\'').nth(1).unwrap_or("");
            eprintln!("There is no {letter} option (\"less --help\" for help)");
            return 1;
        }
    };
    for (letter, value) in &given {
        match letter {
            'V' => {
                println!("less 590 (secure-exec)");
                return 0;
            }
            '?' => {
                println!("{}", view::HELP);
                return 0;
            }
            _ => setup.set(*letter, value),
        }
    }
    if files.is_empty() && io::stdin().is_terminal() {
        println!("Missing filename (\"less --help\" for help)");
        return 0;
    }
    show("less", setup, files)
}

/// Shows files, or standard input without any.
pub fn show(command: &str, setup: Setup, files: Vec<String>) -> i32 {
    if !io::stdout().is_terminal() {
        return copy(command, &setup, &files);
    }
    let mut tty = match Tty::open(!setup.keeps_screen) {
        Ok(tty) => tty,
        Err(_) => return copy(command, &setup, &files),
    };
    let mut view = View::new(setup, files);
    let result = view.run(&mut tty);
    drop(tty);
    for message in &view.messages {
        eprintln!("{message}");
    }
    match result {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{command}: {}", sys::errno::message(&error));
            1
        }
    }
}

/// Writes the files one after the other.
fn copy(command: &str, setup: &Setup, files: &[String]) -> i32 {
    let mut status = 0;
    let mut output = io::stdout().lock();
    let names: Vec<&str> = if files.is_empty() { vec!["-"] } else { files.iter().map(String::as_str).collect() };
    for name in &names {
        if setup.is_more && *name != "-" {
            // As `more` has it: a frame of colons.
            let head = format!("::::::::::::::\n{name}\n::::::::::::::\n");
            if output.write_all(head.as_bytes()).is_err() {
                return 1;
            }
        }
        match open(name).and_then(|reader| copy_one(reader, setup.squeezes, &mut output)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return 1,
            Err(error) => {
                // `less` says it where the text goes, and is content.
                let reason = sys::errno::message(&error);
                let told = match setup.is_more {
                    true => {
                        eprintln!("{command}: cannot open {name}: {reason}");
                        status = 1;
                        Ok(())
                    }
                    false if is_directory(name) => writeln!(output, "{name} is a directory"),
                    false => writeln!(output, "{name}: {reason}"),
                };
                if told.is_err() {
                    return 1;
                }
            }
        }
    }
    match output.flush() {
        Ok(()) => status,
        Err(_) => 1,
    }
}

fn is_directory(name: &str) -> bool {
    std::fs::metadata(name).is_ok_and(|data| data.is_dir())
}

fn open(name: &str) -> io::Result<Box<dyn Read>> {
    match name {
        "-" => Ok(Box::new(io::stdin().lock())),
        _ if is_directory(name) => Err(io::Error::from_raw_os_error(sys::errno::ISDIR)),
        _ => Ok(Box::new(File::open(name)?)),
    }
}

fn copy_one(mut reader: Box<dyn Read>, squeezes: bool, output: &mut impl Write) -> io::Result<()> {
    let mut chunk = vec![0; 65536];
    let mut ends = 1;
    loop {
        let count = match reader.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        if !squeezes {
            output.write_all(&chunk[..count])?;
            continue;
        }
        let mut kept = Vec::with_capacity(count);
        for byte in &chunk[..count] {
            ends = if *byte == b'\n' { ends + 1 } else { 0 };
            if ends <= 2 {
                kept.push(*byte);
            }
        }
        output.write_all(&kept)?;
    }
}
