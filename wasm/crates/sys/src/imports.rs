//! The raw imports. Pointers and lengths are passed as the ABI wants them.

#[cfg(target_os = "wasi")]
#[link(wasm_import_module = "secure_exec")]
unsafe extern "C" {
    #[allow(clippy::too_many_arguments)]
    pub fn spawn(
        path: *const u8,
        path_len: usize,
        argv: *const u8,
        argv_len: usize,
        env: *const u8,
        env_len: usize,
        actions: *const u8,
        actions_len: usize,
        flags: i32,
        out_pid: *mut i32,
    ) -> i32;
    #[allow(clippy::too_many_arguments)]
    pub fn posix_spawn(
        path: *const u8,
        path_len: usize,
        argv: *const u8,
        argv_len: usize,
        env: *const u8,
        env_len: usize,
        actions: *const u8,
        actions_len: usize,
        attributes: *const u8,
        attributes_len: usize,
        out_pid: *mut i32,
    ) -> i32;
    pub fn signal_action(signal: i32, disposition: i32, flags: i32, mask: i64, out_old: *mut i32) -> i32;
    pub fn signal_mask(how: i32, set: i64, out_old: *mut u64) -> i32;
    pub fn has_signals() -> i32;
    pub fn take_signal(out: *mut u8, out_found: *mut i32) -> i32;
    pub fn tcgetpgrp(fd: i32, out: *mut i32) -> i32;
    pub fn tcsetpgrp(fd: i32, pgid: i32) -> i32;
    pub fn tcgetattr(fd: i32, out: *mut u8) -> i32;
    pub fn tcsetattr(fd: i32, action: i32, termios: *const u8) -> i32;
    pub fn get_window_size(fd: i32, out: *mut u8) -> i32;
    pub fn waitpid(pid: i32, options: i32, out_pid: *mut i32, out_status: *mut i32) -> i32;
    pub fn kill(pid: i32, signal: i32) -> i32;
    pub fn getpid() -> i32;
    pub fn getppid() -> i32;
    pub fn getpgid(pid: i32, out_pgid: *mut i32) -> i32;
    pub fn setpgid(pid: i32, pgid: i32) -> i32;
    pub fn set_signal_ignored(signal: i32, ignored: i32) -> i32;
    pub fn pipe(flags: i32, out_read_fd: *mut i32, out_write_fd: *mut i32) -> i32;
    pub fn dup(fd: i32, minimum: i32, flags: i32, out_fd: *mut i32) -> i32;
    pub fn dup2(fd: i32, new_fd: i32, flags: i32) -> i32;
    pub fn get_fd_flags(fd: i32, out_flags: *mut i32) -> i32;
    pub fn set_fd_flags(fd: i32, flags: i32) -> i32;
    pub fn read_until(fd: i32, buffer: *mut u8, buffer_len: usize, delimiter: i32, out_len: *mut usize) -> i32;
    pub fn read_ahead(fd: i32, taken: usize, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    pub fn inspect(
        names: *const u8,
        names_len: usize,
        flags: i32,
        buffer: *mut u8,
        buffer_len: usize,
        out_len: *mut usize,
    ) -> i32;
    pub fn list_directories(
        names: *const u8,
        names_len: usize,
        buffer: *mut u8,
        buffer_len: usize,
        out_len: *mut usize,
    ) -> i32;
    pub fn fd_flock(fd: i32, operation: i32) -> i32;
    pub fn setsid(out_sid: *mut i32) -> i32;
    pub fn chdir(path: *const u8, path_len: usize) -> i32;
    pub fn getcwd(buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    pub fn umask(mask: i32, out_old: *mut i32) -> i32;
    pub fn path_stat(path: *const u8, path_len: usize, flags: i32, out: *mut u8) -> i32;
    pub fn fd_stat(fd: i32, out: *mut u8) -> i32;
    pub fn path_chmod(path: *const u8, path_len: usize, mode: i32) -> i32;
    pub fn fd_chmod(fd: i32, mode: i32) -> i32;
    pub fn get_ids(out: *mut u32) -> i32;
    pub fn get_groups(buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    pub fn get_priority(which: i32, who: i32, out_nice: *mut i32) -> i32;
    pub fn set_priority(which: i32, who: i32, nice: i32) -> i32;
    pub fn set_timer(timer: i32, first_us: i64, interval_us: i64, out_old: *mut i64) -> i32;
    pub fn set_window_size(fd: i32, size: *const u8) -> i32;
    pub fn ttyname(fd: i32, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    pub fn path_chown(path: *const u8, path_len: usize, uid: i32, gid: i32, flags: i32) -> i32;
    pub fn path_access(path: *const u8, path_len: usize, mode: i32, flags: i32) -> i32;
    pub fn path_mknod(path: *const u8, path_len: usize, mode: i32) -> i32;
    pub fn path_statfs(path: *const u8, path_len: usize, out: *mut u64) -> i32;
}

#[cfg(target_os = "wasi")]
#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    pub fn fd_close(fd: i32) -> i32;
    pub fn fd_readdir(fd: i32, buffer: *mut u8, buffer_len: usize, cookie: u64, out_used: *mut usize) -> i32;
    pub fn poll_oneoff(subscriptions: *const u8, events: *mut u8, count: usize, out_count: *mut usize) -> i32;
}

/// The stand-ins of a host build: nothing works, everything links.
#[cfg(not(target_os = "wasi"))]
#[allow(clippy::missing_safety_doc, clippy::too_many_arguments)]
mod stand_ins {
    const NOSYS: i32 = crate::errno::NOSYS;

    macro_rules! not_supported {
        ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
            $(pub unsafe fn $name($(_: $kind),*) -> i32 { NOSYS })*
        };
    }

    not_supported! {
        spawn(path: *const u8, path_len: usize, argv: *const u8, argv_len: usize,
            env: *const u8, env_len: usize, actions: *const u8, actions_len: usize,
            flags: i32, out_pid: *mut i32);
        posix_spawn(path: *const u8, path_len: usize, argv: *const u8, argv_len: usize,
            env: *const u8, env_len: usize, actions: *const u8, actions_len: usize,
            attributes: *const u8, attributes_len: usize, out_pid: *mut i32);
        get_ids(out: *mut u32);
        get_groups(buffer: *mut u8, buffer_len: usize, out_len: *mut usize);
        get_priority(which: i32, who: i32, out_nice: *mut i32);
        set_priority(which: i32, who: i32, nice: i32);
        set_timer(timer: i32, first_us: i64, interval_us: i64, out_old: *mut i64);
        get_window_size(fd: i32, out: *mut u8);
        set_window_size(fd: i32, size: *const u8);
        ttyname(fd: i32, buffer: *mut u8, buffer_len: usize, out_len: *mut usize);
        path_chown(path: *const u8, path_len: usize, uid: i32, gid: i32, flags: i32);
        path_access(path: *const u8, path_len: usize, mode: i32, flags: i32);
        path_mknod(path: *const u8, path_len: usize, mode: i32);
        path_statfs(path: *const u8, path_len: usize, out: *mut u64);
        signal_action(signal: i32, disposition: i32, flags: i32, mask: i64, out_old: *mut i32);
        signal_mask(how: i32, set: i64, out_old: *mut u64);
        take_signal(out: *mut u8, out_found: *mut i32);
        tcgetpgrp(fd: i32, out: *mut i32);
        tcsetpgrp(fd: i32, pgid: i32);
        tcgetattr(fd: i32, out: *mut u8);
        tcsetattr(fd: i32, action: i32, termios: *const u8);
        waitpid(pid: i32, options: i32, out_pid: *mut i32, out_status: *mut i32);
        kill(pid: i32, signal: i32);
        getpgid(pid: i32, out_pgid: *mut i32);
        setpgid(pid: i32, pgid: i32);
        set_signal_ignored(signal: i32, ignored: i32);
        pipe(flags: i32, out_read_fd: *mut i32, out_write_fd: *mut i32);
        dup(fd: i32, minimum: i32, flags: i32, out_fd: *mut i32);
        dup2(fd: i32, new_fd: i32, flags: i32);
        get_fd_flags(fd: i32, out_flags: *mut i32);
        set_fd_flags(fd: i32, flags: i32);
        fd_close(fd: i32);
        fd_readdir(fd: i32, buffer: *mut u8, buffer_len: usize, cookie: u64, out_used: *mut usize);
        read_until(fd: i32, buffer: *mut u8, buffer_len: usize, delimiter: i32, out_len: *mut usize);
        read_ahead(fd: i32, taken: usize, buffer: *mut u8, buffer_len: usize, out_len: *mut usize);
        inspect(names: *const u8, names_len: usize, flags: i32,
            buffer: *mut u8, buffer_len: usize, out_len: *mut usize);
        list_directories(names: *const u8, names_len: usize, buffer: *mut u8, buffer_len: usize, out_len: *mut usize);
        fd_flock(fd: i32, operation: i32);
        setsid(out_sid: *mut i32);
        chdir(path: *const u8, path_len: usize);
        getcwd(buffer: *mut u8, buffer_len: usize, out_len: *mut usize);
        umask(mask: i32, out_old: *mut i32);
        path_stat(path: *const u8, path_len: usize, flags: i32, out: *mut u8);
        fd_stat(fd: i32, out: *mut u8);
        path_chmod(path: *const u8, path_len: usize, mode: i32);
        fd_chmod(fd: i32, mode: i32);
    }

    pub unsafe fn getpid() -> i32 {
        std::process::id() as i32
    }

    pub unsafe fn has_signals() -> i32 {
        0
    }

    pub unsafe fn getppid() -> i32 {
        1
    }
}

#[cfg(not(target_os = "wasi"))]
pub use stand_ins::*;
