//! Processes: spawn, wait, kill, process groups.

use crate::{check, imports, wait_status::WaitStatus};
use std::io;

/// One step on the child's copy of the descriptors. The layout is the ABI's.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FdAction {
    child_fd: i32,
    source_fd: i32,
}

impl FdAction {
    /// `dup2(source_fd, child_fd)` in the child.
    pub fn dup2(source_fd: i32, child_fd: i32) -> Self {
        FdAction { child_fd, source_fd }
    }

    /// `close(child_fd)` in the child.
    pub fn close(child_fd: i32) -> Self {
        FdAction { child_fd, source_fd: -1 }
    }
}

/// What a new process gets beside its program.
#[derive(Clone, Copy, Default)]
pub struct SpawnOptions<'a> {
    /// String block of arguments, `argv[0]` included.
    pub argv: &'a [u8],
    /// String block of `NAME=value`.
    pub env: &'a [u8],
    /// Applied in order.
    pub actions: &'a [FdAction],
    /// Where the child stands as a job; by default in the caller's group.
    pub job: Option<JobPlace>,
}

/// A child's place among the jobs of an interactive shell. The signals that such a shell ignores have
/// their default action in it.
#[derive(Clone, Copy)]
pub struct JobPlace {
    /// The group to be in; 0 is one of its own.
    pub group: i32,
    /// The terminal in whose foreground the group comes, at once.
    pub foreground_of: Option<i32>,
}

impl JobPlace {
    /// The attributes of `posix_spawn`, as the ABI lays them out.
    fn attributes(self) -> [u8; 32] {
        const SETPGROUP: u32 = 2;
        const SETSIGDEF: u32 = 4;
        const TCSETPGROUP: u32 = 0x100;
        let terminal = self.foreground_of.map_or(0, |_| TCSETPGROUP);
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&(SETPGROUP | SETSIGDEF | terminal).to_le_bytes());
        bytes[4..8].copy_from_slice(&self.group.to_le_bytes());
        bytes[8..16].copy_from_slice(&crate::signal::set_of(&crate::signal::IGNORED_BY_INTERACTIVE_SHELLS).to_le_bytes());
        bytes[24..28].copy_from_slice(&self.foreground_of.unwrap_or(0).to_le_bytes());
        bytes
    }
}

/// Starts `path` (a command's name, or a path) and returns its pid.
pub fn spawn(path: &[u8], options: SpawnOptions) -> io::Result<i32> {
    let mut pid = 0;
    if let Some(job) = options.job {
        let attributes = job.attributes();
        // SAFETY: as below.
        check(unsafe {
            imports::posix_spawn(
                path.as_ptr(),
                path.len(),
                options.argv.as_ptr(),
                options.argv.len(),
                options.env.as_ptr(),
                options.env.len(),
                options.actions.as_ptr().cast(),
                std::mem::size_of_val(options.actions),
                attributes.as_ptr(),
                attributes.len(),
                &mut pid,
            )
        })?;
        return Ok(pid);
    }
    // SAFETY: every pointer comes with the length of the slice it belongs to, and `FdAction` has the ABI's layout.
    check(unsafe {
        imports::spawn(
            path.as_ptr(),
            path.len(),
            options.argv.as_ptr(),
            options.argv.len(),
            options.env.as_ptr(),
            options.env.len(),
            options.actions.as_ptr().cast(),
            std::mem::size_of_val(options.actions),
            0,
            &mut pid,
        )
    })?;
    Ok(pid)
}

/// How `waitpid` waits.
#[derive(Clone, Copy, Default)]
pub struct WaitOptions {
    /// Return at once when nothing changed (WNOHANG).
    pub no_hang: bool,
    /// Report stopped children too (WUNTRACED).
    pub stopped: bool,
    /// Report continued children too (WCONTINUED).
    pub continued: bool,
}

/// Waits for a child; `None` only with `no_hang` and no change.
pub fn waitpid(pid: i32, options: WaitOptions) -> io::Result<Option<(i32, WaitStatus)>> {
    let bits = i32::from(options.no_hang) | i32::from(options.stopped) << 1 | i32::from(options.continued) << 3;
    let (mut changed, mut status) = (0, 0);
    // SAFETY: both out-pointers are valid i32s.
    check(unsafe { imports::waitpid(pid, bits, &mut changed, &mut status) })?;
    Ok((changed != 0).then_some((changed, WaitStatus(status))))
}

/// Sends a signal; signal 0 only checks.
pub fn kill(pid: i32, signal: i32) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::kill(pid, signal) })
}

pub fn getpid() -> i32 {
    // SAFETY: no arguments.
    unsafe { imports::getpid() }
}

pub fn getppid() -> i32 {
    // SAFETY: no arguments.
    unsafe { imports::getppid() }
}

/// The process group of `pid`; 0 is the caller.
pub fn getpgid(pid: i32) -> io::Result<i32> {
    let mut pgid = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::getpgid(pid, &mut pgid) })?;
    Ok(pgid)
}

pub fn setpgid(pid: i32, pgid: i32) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::setpgid(pid, pgid) })
}

/// The nice value of this process.
pub fn nice_value() -> io::Result<i32> {
    let mut nice = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::get_priority(0, 0, &mut nice) })?;
    Ok(nice)
}

pub fn set_nice_value(nice: i32) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::set_priority(0, 0, nice) })
}

/// Begins a session; fails with PERM for the leader of a group.
pub fn setsid() -> io::Result<i32> {
    let mut session = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::setsid(&mut session) })?;
    Ok(session)
}
