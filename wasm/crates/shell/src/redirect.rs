//! Redirections: what `<`, `>` and the others do to the shell's table of descriptors.

use crate::descriptors::{OpenDescriptor, Target, borrowed_file};
use crate::expand::pathname::os_str;
use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::{RedirectedFd, Redirection, RedirectionKind, Word};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::fd::IntoRawFd;

/// Bytes a pipe takes without a reader; longer here-documents go through a file.
const PIPE_CAPACITY: usize = 64 * 1024;

/// Entries as they were, to put back.
#[must_use]
pub struct Redirected {
    before: Vec<(i32, Option<Target>)>,
    is_done: bool,
    /// The redirection that is made now outlives its command.
    is_kept: bool,
}

impl Redirected {
    /// All redirections were made; otherwise the reason has been told.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Keeps the redirections for good.
    pub fn keep(self) {}
}

impl Shell {
    /// Writes to a descriptor of the shell.
    pub fn write(&self, fd: i32, bytes: &[u8]) -> io::Result<()> {
        self.descriptors.write(fd, bytes)
    }

    /// Makes redirections in order, up to the first that fails.
    pub fn redirect(&mut self, redirections: &[Redirection]) -> Outcome<Redirected> {
        let mut redirected = Redirected { before: Vec::new(), is_done: true, is_kept: false };
        for redirection in redirections {
            redirected.is_kept = matches!(redirection.fd, RedirectedFd::Variable(_));
            match self.redirect_one(redirection, &mut redirected) {
                Ok(Ok(())) => {}
                Ok(Err(message)) => {
                    self.complain(message);
                    redirected.is_done = false;
                    break;
                }
                // An expression that makes no sense is a redirection that fails.
                Err(Interrupt::Discard(_)) => {
                    redirected.is_done = false;
                    break;
                }
                Err(interrupt) => {
                    self.undo_redirections(redirected);
                    return Err(interrupt);
                }
            }
        }
        Ok(redirected)
    }

    pub fn undo_redirections(&mut self, redirected: Redirected) {
        for (fd, target) in redirected.before.into_iter().rev() {
            self.descriptors.replace(fd, target);
        }
    }

    fn set_descriptor(&mut self, fd: i32, target: Target, redirected: &mut Redirected) {
        let before = self.descriptors.replace(fd, Some(target));
        // What `{name}>` opens stays open after the command.
        if !redirected.is_kept {
            redirected.before.push((fd, before));
        }
    }

    /// The inner error is the message for the user.
    fn redirect_one(&mut self, redirection: &Redirection, redirected: &mut Redirected) -> Outcome<Result<(), Vec<u8>>> {
        let fd = match self.redirected_fd(redirection)? {
            Ok(fd) => fd,
            Err(message) => return Ok(Err(message)),
        };
        let mut open = |shell: &mut Shell, word: &Word, default_fd: i32, mode: Mode| -> Outcome<Result<(), Vec<u8>>> {
            let path = match shell.redirection_target(word)? {
                Ok(path) => path,
                Err(message) => return Ok(Err(message)),
            };
            Ok(shell
                .open_target(&path, mode)
                .map(|target| shell.set_descriptor(fd.unwrap_or(default_fd), target, redirected)))
        };
        match &redirection.kind {
            RedirectionKind::Read(word) => open(self, word, 0, Mode::Read),
            RedirectionKind::Write(word) => open(self, word, 1, Mode::Write),
            RedirectionKind::Clobber(word) => open(self, word, 1, Mode::Clobber),
            RedirectionKind::Append(word) => open(self, word, 1, Mode::Append),
            RedirectionKind::ReadWrite(word) => open(self, word, 0, Mode::ReadWrite),
            RedirectionKind::DuplicateInput(word) => self.duplicate(fd.unwrap_or(0), word, redirected),
            RedirectionKind::DuplicateOutput(word) => {
                let text = match self.redirection_target(word)? {
                    Ok(text) => text,
                    Err(message) => return Ok(Err(message)),
                };
                let is_descriptor = !text.is_empty() && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
                if fd.is_none_or(|fd| fd == 1) && !is_descriptor {
                    return self.redirect_both(&text, Mode::Write, redirected);
                }
                self.duplicate(fd.unwrap_or(1), word, redirected)
            }
            RedirectionKind::OutputAndError { target, append } => {
                let path = match self.redirection_target(target)? {
                    Ok(path) => path,
                    Err(message) => return Ok(Err(message)),
                };
                self.redirect_both(&path, if *append { Mode::Append } else { Mode::Write }, redirected)
            }
            RedirectionKind::HereDocument { body, .. } => {
                let text = match body.get() {
                    Some(body) => self.expand_to_string(body)?,
                    None => Vec::new(),
                };
                Ok(self.here_text(fd.unwrap_or(0), &text, redirected))
            }
            RedirectionKind::HereString(word) => {
                let mut text = self.expand_to_string(word)?;
                text.push(b'\n');
                Ok(self.here_text(fd.unwrap_or(0), &text, redirected))
            }
        }
    }

    /// The one word a redirection's target expands to.
    fn redirection_target(&mut self, word: &Word) -> Outcome<Result<Vec<u8>, Vec<u8>>> {
        let mut fields = Vec::new();
        self.expand_word_into(word, &mut fields)?;
        Ok(match (fields.pop(), fields.is_empty()) {
            (Some(path), true) => Ok(path),
            _ => Err([&word.source, b": ambiguous redirect".as_slice()].concat()),
        })
    }

    fn redirect_both(&mut self, path: &[u8], mode: Mode, redirected: &mut Redirected) -> Outcome<Result<(), Vec<u8>>> {
        Ok(self.open_target(path, mode).map(|target| {
            self.set_descriptor(1, target.clone(), redirected);
            self.set_descriptor(2, target, redirected);
        }))
    }

    /// Opens a file; names of this shell's own descriptors mean what its table says.
    fn open_target(&self, path: &[u8], mode: Mode) -> Result<Target, Vec<u8>> {
        let changes = matches!(mode, Mode::Write | Mode::Clobber | Mode::ReadWrite);
        if changes || path.starts_with(b"/dev/") || path.starts_with(b"/proc/") {
            // It may be another name of what was read ahead, or change what was shown.
            self.settle_input();
        }
        let number = match path {
            b"/dev/stdin" => Some(0),
            b"/dev/stdout" => Some(1),
            b"/dev/stderr" => Some(2),
            _ => path
                .strip_prefix(b"/dev/fd/")
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| digits.parse::<i32>().ok()),
        };
        if let Some(number) = number
            && self.descriptors.entry(number).is_some()
            && let Ok(target) = self.descriptors.target(number)
        {
            return Ok(target);
        }
        open_file(path, mode, self.options.noclobber()).map(Target::Open)
    }

    /// Reads a whole file; names of this shell's own descriptors mean what its table says.
    pub fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        let is_descriptor = path.starts_with(b"/dev/fd/") || path == b"/dev/stdin";
        if is_descriptor && let Ok(target) = self.open_target(path, Mode::Read) {
            let real = match &target {
                Target::Open(open) => open.fd,
                Target::Inherited(fd) => *fd,
                Target::Closed | Target::Capture(_) => return Err(crate::descriptors::bad_descriptor()),
            };
            let mut text = Vec::new();
            crate::descriptors::read_to_end(real, &mut text)?;
            return Ok(text);
        }
        self.settle_input();
        std::fs::read(os_str(path))
    }

    /// The descriptor a redirection is for, if it names one. `{name}>` takes a new one from 10 up.
    fn redirected_fd(&mut self, redirection: &Redirection) -> Outcome<Result<Option<i32>, Vec<u8>>> {
        let name = match &redirection.fd {
            RedirectedFd::Default => return Ok(Ok(None)),
            RedirectedFd::Number(fd) => return Ok(Ok(Some(*fd))),
            RedirectedFd::Variable(name) => name,
        };
        let closes = match &redirection.kind {
            RedirectionKind::DuplicateInput(word) | RedirectionKind::DuplicateOutput(word) => &*word.source == b"-",
            _ => false,
        };
        if closes {
            let value = self.value_by_name(name)?.unwrap_or_default();
            let number = std::str::from_utf8(&value).ok().and_then(|text| text.parse::<i32>().ok());
            return Ok(match number {
                Some(fd) => Ok(Some(fd)),
                None => Err(format!("{name}: ambiguous redirect").into_bytes()),
            });
        }
        let fd = (10..).find(|fd| self.descriptors.target(*fd).is_err()).unwrap_or(10);
        self.assign_by_name(name, fd.to_string().into_bytes())?;
        Ok(Ok(Some(fd)))
    }

    /// `n>&m`, `n>&-`, `n>&m-`
    fn duplicate(&mut self, fd: i32, word: &Word, redirected: &mut Redirected) -> Outcome<Result<(), Vec<u8>>> {
        let text = self.expand_to_string(word)?;
        if text == b"-" {
            self.set_descriptor(fd, Target::Closed, redirected);
            return Ok(Ok(()));
        }
        let (digits, moves) = match text.strip_suffix(b"-") {
            Some(digits) => (digits, true),
            None => (text.as_slice(), false),
        };
        let Some(source) = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i32>().ok()) else {
            return Ok(Err([text.as_slice(), b": ambiguous redirect"].concat()));
        };
        Ok(match self.descriptors.target(source) {
            Ok(target) => {
                self.set_descriptor(fd, target, redirected);
                if moves && source != fd {
                    self.set_descriptor(source, Target::Closed, redirected);
                }
                Ok(())
            }
            Err(_) => Err(format!("{source}: Bad file descriptor").into_bytes()),
        })
    }

    fn here_text(&mut self, fd: i32, text: &[u8], redirected: &mut Redirected) -> Result<(), Vec<u8>> {
        let open = match text.len() <= PIPE_CAPACITY {
            true => filled_pipe(text),
            false => filled_file(text),
        };
        match open {
            Ok(read_fd) => {
                self.set_descriptor(fd, Target::Open(OpenDescriptor::new(read_fd)), redirected);
                Ok(())
            }
            Err(error) => Err(format!("cannot create here-document: {}", sys::errno::message(&error)).into_bytes()),
        }
    }
}

/// A pipe that holds the text and has no writer.
pub fn filled_pipe(text: &[u8]) -> io::Result<i32> {
    let (read_fd, write_fd) = sys::pipe(true)?;
    let writer = OpenDescriptor::new(write_fd);
    borrowed_file(writer.fd).write_all(text)?;
    Ok(read_fd)
}

/// A file without a name that holds the text.
fn filled_file(text: &[u8]) -> io::Result<i32> {
    let path = format!("/tmp/sh-here-document-{}", sys::getpid());
    std::fs::write(&path, text)?;
    let file = OpenOptions::new().read(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file.into_raw_fd())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Read,
    Write,
    Clobber,
    Append,
    ReadWrite,
}

/// Opens a file; the error is the message for the user.
fn open_file(path: &[u8], mode: Mode, noclobber: bool) -> Result<std::rc::Rc<OpenDescriptor>, Vec<u8>> {
    if path.is_empty() {
        return Err(b": No such file or directory".to_vec());
    }
    let mut options = OpenOptions::new();
    match mode {
        Mode::Read => options.read(true),
        Mode::Write | Mode::Clobber => options.write(true).create(true).truncate(true),
        Mode::Append => options.append(true).create(true),
        Mode::ReadWrite => options.read(true).write(true).create(true).truncate(false),
    };
    if mode == Mode::Write && noclobber && sys::stat(path).is_ok_and(|stat| stat.is_regular()) {
        return Err([path, b": cannot overwrite existing file"].concat());
    }
    match options.open(os_str(path)) {
        Ok(file) => {
            let fd = file.into_raw_fd();
            Ok(OpenDescriptor::new(fd))
        }
        Err(error) => Err([path, b": ", sys::errno::message(&error).as_bytes()].concat()),
    }
}
