//! `tput [-T type] capability [parameters]`: what the terminal can do, by terminfo's names. Every type but `dumb` is taken
//! to be xterm's kind.

use std::ffi::OsString;
use std::io::Write;

/// Numbers, and strings without parameters.
const STRINGS: [(&str, &str); 44] = [
    ("bel", "\x07"),
    ("blink", "\x1b[5m"),
    ("bold", "\x1b[1m"),
    ("cbt", "\x1b[Z"),
    ("civis", "\x1b[?25l"),
    ("clear", "\x1b[H\x1b[2J\x1b[3J"),
    ("cnorm", "\x1b[?12l\x1b[?25h"),
    ("cr", "\r"),
    ("cub1", "\x08"),
    ("cud1", "\n"),
    ("cuf1", "\x1b[C"),
    ("cuu1", "\x1b[A"),
    ("cvvis", "\x1b[?12;25h"),
    ("dch1", "\x1b[P"),
    ("dim", "\x1b[2m"),
    ("dl1", "\x1b[M"),
    ("ed", "\x1b[J"),
    ("el", "\x1b[K"),
    ("el1", "\x1b[1K"),
    ("enter_bold_mode", "\x1b[1m"),
    ("home", "\x1b[H"),
    ("ht", "\t"),
    ("il1", "\x1b[L"),
    ("ind", "\n"),
    ("invis", "\x1b[8m"),
    ("kbs", "\x7f"),
    ("kcub1", "\x1bOD"),
    ("kcud1", "\x1bOB"),
    ("kcuf1", "\x1bOC"),
    ("kcuu1", "\x1bOA"),
    ("op", "\x1b[39;49m"),
    ("rc", "\x1b8"),
    ("rev", "\x1b[7m"),
    ("ri", "\x1bM"),
    ("ritm", "\x1b[23m"),
    ("rmcup", "\x1b[?1049l\x1b[23;0;0t"),
    ("rmkx", "\x1b[?1l\x1b>"),
    ("rmso", "\x1b[27m"),
    ("rmul", "\x1b[24m"),
    ("sc", "\x1b7"),
    ("sgr0", "\x1b(B\x1b[m"),
    ("sitm", "\x1b[3m"),
    ("smcup", "\x1b[?1049h\x1b[22;0;0t"),
    ("smul", "\x1b[4m"),
];

const FLAGS: [&str; 8] = ["am", "bce", "km", "mc5i", "mir", "msgr", "npc", "xenl"];

pub fn main(arguments: Vec<OsString>) -> i32 {
    let mut arguments: Vec<String> = crate::options::texts(arguments);
    let mut term = std::env::var("TERM").unwrap_or_default();
    loop {
        match arguments.first().map(String::as_str) {
            Some("-T") if arguments.len() > 1 => {
                term = arguments[1].clone();
                arguments.drain(..2);
            }
            Some(option) if option.starts_with("-T") && option.len() > 2 => {
                term = option[2..].to_string();
                arguments.remove(0);
            }
            Some("-V") => {
                println!("ncurses 6.4.20221231");
                return 0;
            }
            Some("-S") => {
                let text = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
                return text.lines().map(|line| {
                    let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
                    if words.is_empty() { 0 } else { send(&term, &words) }
                }).max().unwrap_or(0);
            }
            _ => break,
        }
    }
    if term.is_empty() {
        eprintln!("tput: No value for $TERM and no -T specified");
        return 2;
    }
    if arguments.is_empty() {
        eprintln!("Usage: tput [options] [command]\n\nOptions:\n  -S <<       read commands from standard input\n  -T TERM     use this instead of $TERM\n  -V          print curses-version\n  -x          do not try to clear scrollback\n\nCommands:\n  clear       clear the screen\n  init        initialize the terminal\n  reset       reinitialize the terminal\n  capname     unlike clear/init/reset, print value for capability \"capname\"");
        return 2;
    }
    send(&term, &arguments)
}

/// Prints one capability.
fn send(term: &str, words: &[String]) -> i32 {
    let name = words[0].as_str();
    let parameter = |index: usize| words.get(index + 1).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let is_dumb = term == "dumb";
    let text = match name {
        "cols" | "columns" => format!("{}\n", dimension("COLUMNS", 80)),
        "lines" => format!("{}\n", dimension("LINES", 24)),
        "colors" if is_dumb => "-1\n".to_string(),
        "colors" if term.contains("256") => "256\n".to_string(),
        "colors" => "8\n".to_string(),
        "it" => "8\n".to_string(),
        "longname" => "xterm with 256 colors".to_string(),
        "init" => String::new(),
        "am" if is_dumb => return 0,
        _ if FLAGS.contains(&name) => return i32::from(is_dumb),
        "bel" | "cr" | "cud1" | "ind" if is_dumb => STRINGS.iter().find(|(known, _)| *known == name).map_or("", |row| row.1).to_string(),
        _ if is_dumb && is_known(name) => return 1,
        "reset" => "\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>".to_string(),
        "cup" => format!("\x1b[{};{}H", parameter(0) + 1, parameter(1) + 1),
        "hpa" => format!("\x1b[{}G", parameter(0) + 1),
        "vpa" => format!("\x1b[{}d", parameter(0) + 1),
        "csr" => format!("\x1b[{};{}r", parameter(0) + 1, parameter(1) + 1),
        "cuu" => format!("\x1b[{}A", parameter(0)),
        "cud" => format!("\x1b[{}B", parameter(0)),
        "cuf" => format!("\x1b[{}C", parameter(0)),
        "cub" => format!("\x1b[{}D", parameter(0)),
        "dch" => format!("\x1b[{}P", parameter(0)),
        "dl" => format!("\x1b[{}M", parameter(0)),
        "ech" => format!("\x1b[{}X", parameter(0)),
        "ich" => format!("\x1b[{}@", parameter(0)),
        "il" => format!("\x1b[{}L", parameter(0)),
        "setaf" | "setf" => colour(parameter(0), term, 30, 90, 38),
        "setab" | "setb" => colour(parameter(0), term, 40, 100, 48),
        "smso" => "\x1b[7m".to_string(),
        _ => match STRINGS.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => text.to_string(),
            None => {
                eprintln!("tput: unknown terminfo capability '{name}'");
                return 4;
            }
        },
    };
    let mut output = std::io::stdout();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("tput: write error: {}", sys::errno::message(&error));
            1
        }
    }
}

fn is_known(name: &str) -> bool {
    const WITH_PARAMETERS: [&str; 19] = [
        "cup", "hpa", "vpa", "csr", "cuu", "cud", "cuf", "cub", "dch", "dl", "ech", "ich", "il", "setaf", "setf", "setab",
        "setb", "smso", "reset",
    ];
    WITH_PARAMETERS.contains(&name) || STRINGS.iter().any(|(known, _)| *known == name)
}

fn colour(number: i64, term: &str, dark: i64, bright: i64, indexed: i64) -> String {
    match number {
        ..8 => format!("\x1b[{}m", dark + number),
        _ if !term.contains("256") => format!("\x1b[{}m", dark + number),
        8..16 => format!("\x1b[{}m", bright + number - 8),
        _ => format!("\x1b[{indexed};5;{number}m"),
    }
}

/// The size of whatever standard descriptor is the terminal, or what the environment says.
fn dimension(variable: &str, default: usize) -> usize {
    if let Some(value) = std::env::var(variable).ok().and_then(|text| text.parse().ok()) {
        return value;
    }
    let size = [1, 2, 0].into_iter().find_map(|fd| terminal::calls::window_size(fd).ok()).filter(|size| *size != (0, 0));
    match (size, variable) {
        (Some((rows, _)), "LINES") => usize::from(rows),
        (Some((_, columns)), _) => usize::from(columns),
        (None, _) => default,
    }
}
