//! `more`: pages on a terminal by way of `less`, which knows its keys; files as they are anywhere else.

use crate::less;
use crate::options;
use std::ffi::OsString;
use std::io::IsTerminal;

pub fn main(arguments: Vec<OsString>) -> i32 {
    let texts = options::texts(arguments);
    let mut setup = less::Setup::of_more();
    let mut files = Vec::new();
    for text in texts {
        match text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            Some("-help") => {
                println!("\nUsage:\n more [options] <file>...\n\nDisplay the contents of a file in a terminal.");
                return 0;
            }
            Some(letters) if letters.bytes().all(|letter| letter.is_ascii_digit()) => {}
            Some(letters) if letters.chars().all(|letter| "dflceupns".contains(letter)) => {
                setup.squeezes |= letters.contains('s');
            }
            Some(letters) => {
                eprintln!("more: invalid option -- '{}'\nTry 'more --help' for more information.", letters.chars().next().unwrap_or('-'));
                return 1;
            }
            None if text.starts_with("+/") => setup.commands.push(text[1..].to_string()),
            None if text.len() > 1 && text.starts_with('+') => setup.commands.push(format!("{}g", &text[1..])),
            None => files.push(text),
        }
    }
    if files.is_empty() && std::io::stdin().is_terminal() {
        eprintln!("more: bad usage\nTry 'more --help' for more information.");
        return 1;
    }
    less::show("more", setup, files)
}
