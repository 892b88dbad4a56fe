//! The shell's descriptors.
//!
//! A redirection does not touch the process's own descriptors: it makes an entry in a table, which
//! builtins look their descriptors up in and from which spawned children get theirs (`spawn_actions`).
//! So nothing has to be saved and restored, a subshell within the process is a copy of the table, and
//! files close when the last table that mentions them is gone. What the table holds open is
//! close-on-exec. `exec` without a command puts 0, 1 and 2 through to the process (`commit_standard`).

use crate::spawn_actions::{ChildDescriptor, plan};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{FromRawFd, RawFd};
use std::rc::Rc;
use sys::FdAction;

/// A descriptor of the process that closes with its last owner.
#[derive(Debug)]
pub struct OpenDescriptor {
    pub fd: RawFd,
}

impl OpenDescriptor {
    pub fn new(fd: RawFd) -> Rc<Self> {
        Rc::new(OpenDescriptor { fd })
    }
}

impl Drop for OpenDescriptor {
    fn drop(&mut self) {
        // A failure could only say that it is closed already.
        let _ = sys::close(self.fd);
    }
}

/// What a command substitution collects.
#[derive(Debug, Default)]
pub struct CaptureBuffer {
    pub bytes: RefCell<Vec<u8>>,
    /// Reading ends of pipes that background commands write to; they are read when everything else is done.
    pub background: RefCell<Vec<Rc<OpenDescriptor>>>,
}

impl CaptureBuffer {
    /// Collects what background commands write, until they have ended.
    pub fn finish(&self) -> io::Result<()> {
        for reader in self.background.take() {
            let mut output = Vec::new();
            let result = read_to_end(reader.fd, &mut output);
            self.bytes.borrow_mut().append(&mut output);
            result?;
        }
        Ok(())
    }
}

pub type Capture = Rc<CaptureBuffer>;

#[derive(Clone, Debug)]
pub enum Target {
    Closed,
    /// A descriptor the process itself was started with.
    Inherited(RawFd),
    Open(Rc<OpenDescriptor>),
    Capture(Capture),
}

impl Target {
    /// The process's descriptor; none for a capture.
    pub fn real(&self) -> io::Result<RawFd> {
        match self {
            Target::Inherited(real) => Ok(*real),
            Target::Open(open) => Ok(open.fd),
            Target::Closed | Target::Capture(_) => Err(bad_descriptor()),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Descriptors {
    /// Descriptors that are not simply the process's own of that number.
    entries: Vec<(i32, Target)>,
    /// Entries that children do not get: a coprocess's.
    private: Vec<i32>,
}

/// Borrows a descriptor as a file, without closing it.
pub fn borrowed_file(fd: RawFd) -> ManuallyDrop<File> {
    // SAFETY: ManuallyDrop keeps the file from closing the descriptor it does not own.
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

pub fn bad_descriptor() -> io::Error {
    io::Error::from_raw_os_error(sys::errno::BADF)
}

impl Descriptors {
    pub fn entry(&self, fd: i32) -> Option<&Target> {
        self.entries.iter().find(|(number, _)| *number == fd).map(|(_, target)| target)
    }

    /// Sets or, with `None`, removes an entry; returns what it was.
    pub fn replace(&mut self, fd: i32, target: Option<Target>) -> Option<Target> {
        let index = self.entries.iter().position(|(number, _)| *number == fd);
        match (index, target) {
            (Some(index), Some(target)) => Some(std::mem::replace(&mut self.entries[index].1, target)),
            (Some(index), None) => Some(self.entries.swap_remove(index).1),
            (None, Some(target)) => {
                self.entries.push((fd, target));
                None
            }
            (None, None) => None,
        }
    }

    /// Sets an entry that children do not get.
    pub fn replace_private(&mut self, fd: i32, open: Rc<OpenDescriptor>) {
        self.replace(fd, Some(Target::Open(open)));
        if !self.private.contains(&fd) {
            self.private.push(fd);
        }
    }

    /// What a descriptor number stands for. Numbers from 3 up count only when the process was started
    /// with them; its own are close-on-exec, which tells the two apart.
    pub fn target(&self, fd: i32) -> io::Result<Target> {
        match self.entry(fd) {
            Some(Target::Closed) => Err(bad_descriptor()),
            Some(target) => Ok(target.clone()),
            None if (0..=2).contains(&fd) => Ok(Target::Inherited(fd)),
            None if fd >= 0 && !sys::is_close_on_exec(fd)? => Ok(Target::Inherited(fd)),
            None => Err(bad_descriptor()),
        }
    }

    /// The process's descriptor behind a number; none for a capture.
    pub fn real(&self, fd: i32) -> io::Result<RawFd> {
        self.target(fd)?.real()
    }

    pub fn write(&self, fd: i32, bytes: &[u8]) -> io::Result<()> {
        let target = match self.entry(fd) {
            // The common case needs no clone.
            None if (0..=2).contains(&fd) => return borrowed_file(fd).write_all(bytes),
            _ => self.target(fd)?,
        };
        match target {
            Target::Capture(capture) => {
                capture.bytes.borrow_mut().extend_from_slice(bytes);
                Ok(())
            }
            Target::Inherited(real) => borrowed_file(real).write_all(bytes),
            Target::Open(open) => borrowed_file(open.fd).write_all(bytes),
            Target::Closed => Err(bad_descriptor()),
        }
    }

    /// The first capture among the entries: where a child's output has to be collected.
    pub fn capture(&self) -> Option<&Capture> {
        self.entries.iter().find_map(|(_, target)| match target {
            Target::Capture(capture) => Some(capture),
            _ => None,
        })
    }

    /// The steps that give a child these descriptors, and one more; captured ones become `capture_fd`.
    pub fn actions(&self, capture_fd: Option<RawFd>, extra: Option<ChildDescriptor>) -> Vec<FdAction> {
        let mut wanted = Vec::with_capacity(self.entries.len() + 1);
        wanted.extend(extra);
        for (fd, target) in self.entries.iter().filter(|(fd, _)| !self.private.contains(fd)) {
            let source = match target {
                Target::Closed => None,
                Target::Inherited(real) if real == fd => continue,
                Target::Inherited(real) => Some(*real),
                Target::Open(open) => Some(open.fd),
                Target::Capture(_) => capture_fd,
            };
            // Closing what is not open would be an error.
            if source.is_none() && *fd > 2 && sys::is_close_on_exec(*fd).is_err() {
                continue;
            }
            wanted.push(ChildDescriptor { child: *fd, source });
        }
        plan(&wanted)
    }

    /// Makes the table's 0, 1 and 2 the process's own, so that what they were is closed.
    pub fn commit_standard(&mut self) -> io::Result<()> {
        for fd in 0..=2 {
            if !matches!(self.entry(fd), Some(Target::Open(_) | Target::Inherited(_))) {
                continue;
            }
            self.detach_aliases(fd)?;
            let source = self.real(fd)?;
            if source != fd {
                sys::dup2(source, fd, false)?;
            }
            self.replace(fd, None);
        }
        Ok(())
    }

    /// Gives entries that mean the process's descriptor `fd` a copy of their own, before it changes.
    fn detach_aliases(&mut self, fd: RawFd) -> io::Result<()> {
        for (number, target) in &mut self.entries {
            if matches!(target, Target::Inherited(real) if *real == fd) && *number != fd {
                *target = Target::Open(OpenDescriptor::new(sys::dup_at_least(fd, 10, true)?));
            }
        }
        Ok(())
    }
}

/// Reads everything up to the end of the file.
pub fn read_to_end(fd: RawFd, buffer: &mut Vec<u8>) -> io::Result<()> {
    let mut file = borrowed_file(fd);
    let mut chunk = [0; 8192];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => buffer.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
