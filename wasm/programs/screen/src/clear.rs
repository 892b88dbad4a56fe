//! `clear` and `reset`: a terminal as new.

use std::ffi::OsString;
use std::io::Write;
use terminal::modes;

fn send(command: &str, text: &str) -> i32 {
    let mut output = std::io::stdout();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{command}: write error: {}", sys::errno::message(&error));
            1
        }
    }
}

pub fn clear(arguments: Vec<OsString>) -> i32 {
    let keeps_scrollback = arguments.iter().skip(1).any(|argument| argument == "-x");
    if std::env::var_os("TERM").is_none_or(|term| term.is_empty()) {
        eprintln!("TERM environment variable not set.");
        return 1;
    }
    send("clear", if keeps_scrollback { "\x1b[H\x1b[2J" } else { "\x1b[H\x1b[2J\x1b[3J" })
}

pub fn reset(_: Vec<OsString>) -> i32 {
    // Not every descriptor is the terminal.
    for fd in 0..=2 {
        let _ = modes::set_sane(fd);
    }
    send("reset", "\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>\x1b[?25h\x1b[0m")
}
