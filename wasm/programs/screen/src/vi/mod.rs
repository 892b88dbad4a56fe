//! `vi`: the visual editor, as far as POSIX's vi and ex are used every day, with vim's visual mode and several undos.

mod editor;
mod ex;
mod insert;
mod motion;
mod operator;
mod screen;
mod text;

use crate::options;
use crate::tty::Tty;
use editor::Editor;
use std::ffi::OsString;
use std::io::IsTerminal;

pub fn main(arguments: Vec<OsString>) -> i32 {
    let name = arguments.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut commands = Vec::new();
    let mut words = Vec::new();
    for word in options::texts(arguments) {
        match word.strip_prefix('+') {
            Some("") => commands.push("$".to_string()),
            Some(command) => commands.push(command.to_string()),
            None => words.push(word),
        }
    }
    let (given, files) = match options::parse(&words, "RnevsZN", "cwtTu", &[("version", 'V'), ("help", 'h')], false) {
        Ok(parsed) => parsed,
        Err(message) => {
            eprintln!("vi: {message}\nusage: vi [-R] [-c command] [+command] [file ...]");
            return 1;
        }
    };
    commands.extend(given.iter().filter(|(letter, _)| *letter == 'c').map(|(_, value)| value.clone()));
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        eprintln!("vi: standard input and output must be a terminal");
        return 1;
    }
    let mut tty = match Tty::open(true) {
        Ok(tty) => tty,
        Err(error) => {
            eprintln!("vi: cannot use the terminal: {}", sys::errno::message(&error));
            return 1;
        }
    };
    tty.put("\x1b[?2004h");
    let mut editor = Editor::new(files, name.ends_with("view") || given.iter().any(|(letter, _)| *letter == 'R'));
    let result = editor.run(&mut tty, commands);
    tty.put("\x1b[?2004l");
    drop(tty);
    match result {
        Ok(status) => status,
        Err(error) => {
            eprintln!("vi: {}", sys::errno::message(&error));
            1
        }
    }
}
