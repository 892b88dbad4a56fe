//! ed: POSIX's line editor, with GNU's messages and options -p, -s and -v.

mod address;
mod buffer;
mod command;

use getopt::{self, Opt, Program, flag, value};
use crate::reader::{Reader, Separator};
use buffer::Buffer;
use std::ffi::OsString;
use std::os::wasi::ffi::OsStringExt;

const PROGRAM: Program = Program { name: "ed", usage: "[options] [file]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["p", "prompt"]),
    flag(&["s", "quiet", "silent"]),
    flag(&["v", "verbose"]),
    flag(&["E", "extended-regexp"]),
    flag(&["l", "loose-exit-status"]),
    flag(&["r", "restricted"]),
];

/// Why a command was not carried out, in GNU's words.
pub type Failure = &'static str;

/// What is known beside the text.
pub struct Editor {
    pub buffer: Buffer,
    pub input: Reader,
    /// Lines of a global command's list, which come before the input.
    pub queued: std::collections::VecDeque<Vec<u8>>,
    pub file: Vec<u8>,
    pub is_silent: bool,
    pub is_verbose: bool,
    pub prompt: Option<Vec<u8>>,
    pub has_prompt: bool,
    pub is_extended: bool,
    pub last_error: Failure,
    /// Said once that changes would be lost.
    pub is_warned: bool,
    pub pattern: Option<std::rc::Rc<posix_regex::Regex>>,
    pub replacement: Option<(Vec<u8>, command::Flags)>,
    pub out: crate::writer::Writer,
    pub window: usize,
    pub is_in_global: bool,
}

impl Editor {
    /// The next line of input, without its newline.
    pub fn line(&mut self) -> Option<Vec<u8>> {
        if let Some(line) = self.queued.pop_front() {
            return Some(line);
        }
        let (mut line, mut terminator) = (Vec::new(), Vec::new());
        let found = self.input.next(&Separator::Byte(b'\n'), &mut line, &mut terminator).unwrap_or(false);
        found.then_some(line)
    }

    pub fn put(&mut self, text: &[u8]) {
        self.out.buffer().extend_from_slice(text);
        // What can't be written shows in the exit code, at the last flush.
        let _ = self.out.written();
    }
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut editor = Editor {
        buffer: Buffer::default(),
        input: Reader::standard_input(),
        queued: std::collections::VecDeque::new(),
        file: Vec::new(),
        is_silent: false,
        is_verbose: false,
        prompt: None,
        has_prompt: false,
        is_extended: false,
        last_error: "",
        is_warned: false,
        pattern: None,
        replacement: None,
        out: crate::writer::Writer::standard(1),
        window: 22,
        is_in_global: false,
    };
    for given in parsed.options {
        match given.name {
            "p" => (editor.prompt, editor.has_prompt) = (Some(given.value.into_vec()), true),
            "s" => editor.is_silent = true,
            "v" => editor.is_verbose = true,
            "E" => editor.is_extended = true,
            _ => {}
        }
    }
    let mut code = 0;
    if let Some(name) = parsed.operands.into_iter().next() {
        let name = name.into_vec();
        // Its message has been printed.
        let _ = editor.read_file(&name, 0);
        editor.file = name;
        editor.buffer.is_modified = false;
    }
    loop {
        if editor.has_prompt && editor.queued.is_empty() {
            let prompt = editor.prompt.clone().unwrap_or_else(|| b"*".to_vec());
            editor.put(&prompt);
            let _ = editor.out.flush();
        }
        let Some(line) = editor.line() else {
            if editor.buffer.is_modified && !editor.is_warned && !editor.is_silent {
                editor.is_warned = true;
                editor.fail("Warning: buffer modified");
                code = 1;
                continue;
            }
            break;
        };
        match editor.command(&line) {
            Ok(command::Outcome::Quit) => break,
            Ok(command::Outcome::Done) => {}
            Err(text) => {
                editor.fail(text);
                code = 1;
            }
        }
    }
    if editor.out.flush().is_err() { 1 } else { code }
}

impl Editor {
    fn fail(&mut self, text: Failure) {
        self.last_error = text;
        self.put(b"?\n");
        if self.is_verbose {
            self.put(format!("{text}\n").as_bytes());
        }
    }
}
