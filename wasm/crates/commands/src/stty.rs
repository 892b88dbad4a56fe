//! stty: shows and sets a terminal's modes. The tables of names are in `modes`.

mod modes;

use crate::getopt::{self, Opt, Program, flag, value};
use crate::path;
use crate::words::quoted;
use modes::{CHARACTERS, COMBINATIONS, FLAGS, Field};
use std::ffi::OsString;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::wasi::ffi::OsStrExt;
use sys::terminal::{self, Modes, When};

const PROGRAM: Program = Program { name: "stty", usage: "[-F DEVICE | --file=DEVICE] [SETTING]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["a", "all"]), flag(&["g", "save"]), value(&["F", "file"])];

/// Offsets in the structure.
const LINE: usize = 16;
const CONTROL_CHARACTERS: usize = 17;
const INPUT_SPEED: usize = 52;
const OUTPUT_SPEED: usize = 56;
const COLUMNS: usize = 80;

pub fn main(args: Vec<OsString>) -> i32 {
    let (options, settings) = set_aside_settings(args);
    let parsed = match getopt::parse(PROGRAM, OPTIONS, options) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let device = parsed.options.iter().rfind(|given| given.name == "F").map(|given| given.value.clone());
    if (has("a") || has("g")) && !settings.is_empty() {
        PROGRAM.complain("when specifying an output style, modes may not be set");
        return 1;
    }
    if has("a") && has("g") {
        PROGRAM.complain("the options for verbose and stty-readable output styles are\nmutually exclusive");
        return 1;
    }
    let opened = match &device {
        Some(device) => match std::fs::OpenOptions::new().read(true).write(true).open(path::of(device.as_bytes())) {
            Ok(file) => Some(file),
            Err(error) => {
                PROGRAM.complain_of(&device.to_string_lossy(), &error);
                return 1;
            }
        },
        None => None,
    };
    let fd = opened.as_ref().map_or(0, AsRawFd::as_raw_fd);
    let shown = device.as_ref().map_or("'standard input'".to_owned(), |device| device.to_string_lossy().into_owned());
    let modes = match terminal::modes(fd) {
        Ok(modes) => modes,
        Err(error) => {
            PROGRAM.complain_of(&shown, &error);
            return 1;
        }
    };
    let mut output = crate::output::standard();
    let result = if settings.is_empty() {
        let text = match (has("a"), has("g")) {
            (true, _) => all_text(fd, &modes),
            (_, true) => saved_text(&modes),
            _ => changed_text(&modes),
        };
        let _ = output.write_all(text.as_bytes());
        Ok(())
    } else {
        apply(fd, &shown, modes, &settings, &mut output)
    };
    match result {
        Ok(()) => crate::output::finish(output, PROGRAM.name, 0),
        Err(text) => {
            let _ = output.flush();
            PROGRAM.complain(&text);
            1
        }
    }
}

/// Settings look like options (`-echo`): all but the few real options are taken out.
fn set_aside_settings(args: Vec<OsString>) -> (Vec<OsString>, Vec<String>) {
    let (mut options, mut settings) = (Vec::new(), Vec::new());
    let mut rest = args.into_iter();
    options.extend(rest.next());
    while let Some(arg) = rest.next() {
        let text = arg.to_string_lossy().into_owned();
        match text.as_str() {
            "-F" | "--file" => {
                options.push(arg);
                options.extend(rest.next());
            }
            "-a" | "-g" | "-ag" | "-ga" => options.push(arg),
            "--" => {}
            _ if text.starts_with("--") || (text.starts_with("-F") && text.len() > 2) => options.push(arg),
            _ => settings.push(text),
        }
    }
    (options, settings)
}

fn word(modes: &Modes, offset: usize) -> u32 {
    u32::from_le_bytes([modes[offset], modes[offset + 1], modes[offset + 2], modes[offset + 3]])
}

fn set_word(modes: &mut Modes, offset: usize, value: u32) {
    modes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
}

fn offset_of(field: Field) -> usize {
    match field {
        Field::Input => 0,
        Field::Output => 4,
        Field::Control => 8,
        Field::Local => 12,
    }
}

fn apply(fd: i32, shown: &str, mut modes: Modes, settings: &[String], output: &mut impl Write) -> Result<(), String> {
    let mut rest = settings.iter();
    let (mut changed, mut when) = (false, When::Drained);
    while let Some(setting) = rest.next() {
        let mut argument = || rest.next().map(String::as_str).ok_or_else(|| missing_argument(setting));
        match setting.as_str() {
            "size" => {
                let (rows, columns) = terminal::window_size(fd).unwrap_or_default();
                let _ = writeln!(output, "{rows} {columns}");
            }
            "speed" => {
                let _ = writeln!(output, "{}", speed(word(&modes, OUTPUT_SPEED)));
            }
            "rows" | "cols" | "columns" => {
                let text = argument()?;
                let number: u16 = text.parse().map_err(|_| usage(&format!("invalid integer argument: {}", quoted(text))))?;
                let (rows, columns) = terminal::window_size(fd).unwrap_or_default();
                let size = if setting == "rows" { (number, columns) } else { (rows, number) };
                terminal::set_window_size(fd, size.0, size.1).map_err(|error| format!("{shown}: {}", sys::errno::message(&error)))?;
            }
            "drain" => when = When::Drained,
            "-drain" => when = When::Now,
            "min" | "time" => {
                let text = argument()?;
                let number: u8 = text.parse().map_err(|_| usage(&format!("invalid integer argument: {}", quoted(text))))?;
                modes[CONTROL_CHARACTERS + if setting == "min" { 6 } else { 5 }] = number;
                changed = true;
            }
            "line" => {
                let text = argument()?;
                modes[LINE] = text.parse().map_err(|_| usage(&format!("invalid integer argument: {}", quoted(text))))?;
                changed = true;
            }
            "ispeed" | "ospeed" => {
                let text = argument()?;
                let code = speed_code(text).ok_or_else(|| usage(&format!("invalid {setting} {}", quoted(text))))?;
                set_word(&mut modes, if setting == "ispeed" { INPUT_SPEED } else { OUTPUT_SPEED }, code);
                changed = true;
            }
            _ => {
                if let Some((_, index)) = CHARACTERS.iter().find(|(name, _)| name == setting) {
                    let text = argument()?;
                    modes[CONTROL_CHARACTERS + index] = character(text).ok_or_else(|| usage(&format!("invalid integer argument: {}", quoted(text))))?;
                } else if let Some(code) = speed_code(setting) {
                    set_word(&mut modes, INPUT_SPEED, code);
                    set_word(&mut modes, OUTPUT_SPEED, code);
                } else if !restore(&mut modes, setting) {
                    set(&mut modes, setting)?;
                }
                changed = true;
            }
        }
    }
    if changed {
        terminal::change_modes(fd, &modes, when).map_err(|error| format!("{shown}: {}", sys::errno::message(&error)))?;
    }
    Ok(())
}

fn usage(text: &str) -> String {
    format!("{text}\nTry 'stty --help' for more information.")
}

fn missing_argument(setting: &str) -> String {
    usage(&format!("missing argument to {}", quoted(setting)))
}

/// One flag, or a combination of settings.
fn set(modes: &mut Modes, setting: &str) -> Result<(), String> {
    let (on, name) = setting.strip_prefix('-').map_or((true, setting), |name| (false, name));
    if let Some(flag) = FLAGS.iter().find(|flag| flag.name == name && (on || flag.negatable)) {
        let offset = offset_of(flag.field);
        let bits = if on { flag.bits } else { 0 };
        set_word(modes, offset, word(modes, offset) & !flag.mask | bits);
        return Ok(());
    }
    if setting == "sane" {
        for (_, index) in CHARACTERS {
            modes[CONTROL_CHARACTERS + index] = modes::sane_character(*index);
        }
        modes[CONTROL_CHARACTERS + 6] = 1;
        modes[CONTROL_CHARACTERS + 5] = 0;
    }
    if matches!(setting, "raw" | "-cooked") {
        modes[CONTROL_CHARACTERS + 6] = 1;
        modes[CONTROL_CHARACTERS + 5] = 0;
    }
    if setting == "ek" {
        modes[CONTROL_CHARACTERS + 2] = modes::sane_character(2);
        modes[CONTROL_CHARACTERS + 3] = modes::sane_character(3);
    }
    let Some((_, parts)) = COMBINATIONS.iter().find(|(name, _)| *name == setting) else {
        return Err(usage(&format!("invalid argument {}", quoted(setting))));
    };
    parts.split_whitespace().try_for_each(|part| set(modes, part))
}

/// `^C`, `^-` and `undef` (none), a number, or the character itself.
fn character(text: &str) -> Option<u8> {
    match text.as_bytes() {
        b"^-" | b"undef" | b"" => Some(0),
        [byte] => Some(*byte),
        [b'^', b'?'] => Some(127),
        [b'^', letter] => Some(letter & 0x1f),
        _ => match text.strip_prefix("0x") {
            Some(digits) => u8::from_str_radix(digits, 16).ok(),
            None if text.starts_with('0') => u8::from_str_radix(text, 8).ok(),
            None => text.parse().ok(),
        },
    }
}

/// Reads back what `-g` wrote.
fn restore(modes: &mut Modes, text: &str) -> bool {
    let numbers: Option<Vec<u32>> = text.split(':').map(|part| u32::from_str_radix(part, 16).ok()).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() == 36) else { return false };
    for (index, number) in numbers[..4].iter().enumerate() {
        set_word(modes, index * 4, *number);
    }
    for (index, number) in numbers[4..].iter().enumerate() {
        modes[CONTROL_CHARACTERS + index] = *number as u8;
    }
    true
}

fn saved_text(modes: &Modes) -> String {
    let words = (0..4).map(|index| format!("{:x}", word(modes, index * 4)));
    let characters = (0..32).map(|index| format!("{:x}", modes[CONTROL_CHARACTERS + index]));
    words.chain(characters).collect::<Vec<_>>().join(":") + "\n"
}

fn shown_character(byte: u8) -> String {
    match byte {
        0 => "<undef>".to_owned(),
        1..32 => format!("^{}", char::from(byte + 64)),
        127 => "^?".to_owned(),
        128.. => format!("M-{}", if byte & 0x7f < 32 { format!("^{}", char::from((byte & 0x7f) + 64)) } else { char::from(byte & 0x7f).to_string() }),
        byte => char::from(byte).to_string(),
    }
}

fn is_set(modes: &Modes, flag: &modes::Flag) -> bool {
    word(modes, offset_of(flag.field)) & flag.mask == flag.bits
}

fn all_text(fd: i32, modes: &Modes) -> String {
    let (rows, columns) = terminal::window_size(fd).unwrap_or_default();
    let mut text = wrapped(&[
        format!("speed {} baud;", speed(word(modes, OUTPUT_SPEED))),
        format!("rows {rows};"),
        format!("columns {columns};"),
        format!("line = {};", modes[LINE]),
    ]);
    let characters = CHARACTERS.iter().map(|(name, index)| format!("{name} = {};", shown_character(modes[CONTROL_CHARACTERS + index])));
    let numbers = [format!("min = {};", modes[CONTROL_CHARACTERS + 6]), format!("time = {};", modes[CONTROL_CHARACTERS + 5])];
    text += &wrapped(&characters.chain(numbers).collect::<Vec<_>>());
    for field in [Field::Control, Field::Input, Field::Output, Field::Local] {
        let shown = FLAGS.iter().filter(|flag| flag.field == field && !flag.is_alias);
        let words = shown.filter_map(|flag| match (is_set(modes, flag), flag.negatable) {
            (true, _) => Some(flag.name.to_owned()),
            (false, true) => Some(format!("-{}", flag.name)),
            (false, false) => None,
        });
        text += &wrapped(&words.collect::<Vec<_>>());
    }
    text
}

/// What differs from the sane modes.
fn changed_text(modes: &Modes) -> String {
    let mut sane = *modes;
    let _ = set(&mut sane, "sane");
    let mut text = wrapped(&[format!("speed {} baud;", speed(word(modes, OUTPUT_SPEED))), format!("line = {};", modes[LINE])]);
    let changed = CHARACTERS.iter().filter(|(_, index)| modes[CONTROL_CHARACTERS + index] != sane[CONTROL_CHARACTERS + index]);
    let mut characters: Vec<String> = changed.map(|(name, index)| format!("{name} = {};", shown_character(modes[CONTROL_CHARACTERS + index]))).collect();
    if word(modes, offset_of(Field::Local)) & modes::ICANON == 0 {
        characters.push(format!("min = {};", modes[CONTROL_CHARACTERS + 6]));
        characters.push(format!("time = {};", modes[CONTROL_CHARACTERS + 5]));
    }
    if !characters.is_empty() {
        text += &wrapped(&characters);
    }
    for field in [Field::Control, Field::Input, Field::Output, Field::Local] {
        let differs = FLAGS.iter().filter(|flag| flag.field == field && !flag.is_alias && is_set(modes, flag) != is_set(&sane, flag));
        let words: Vec<String> = differs
            .filter(|flag| flag.negatable || is_set(modes, flag))
            .map(|flag| if is_set(modes, flag) { flag.name.to_owned() } else { format!("-{}", flag.name) })
            .collect();
        if !words.is_empty() {
            text += &wrapped(&words);
        }
    }
    text
}

fn wrapped(words: &[String]) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for word in words {
        if column > 0 && column + 1 + word.len() >= COLUMNS {
            text.push('\n');
            column = 0;
        }
        if column > 0 {
            text.push(' ');
            column += 1;
        }
        text += word;
        column += word.len();
    }
    text + "\n"
}

/// Speeds are kept as their codes or as plain numbers.
fn speed(code: u32) -> u32 {
    modes::SPEEDS.iter().find(|(other, _)| *other == code).map_or(code, |(_, baud)| *baud)
}

fn speed_code(text: &str) -> Option<u32> {
    let baud: u32 = text.parse().ok()?;
    modes::SPEEDS.iter().find(|(_, other)| *other == baud).map(|(code, _)| *code)
}
