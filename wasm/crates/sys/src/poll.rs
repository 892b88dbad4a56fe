//! Waiting until a descriptor has something to read, by WASI's `poll_oneoff`.

use std::io;

/// Waits until `fd` is readable (or at its end) or the time, in seconds, is over; without a time for ever.
/// False: the time was over.
#[cfg(target_os = "wasi")]
pub fn wait_readable(fd: i32, seconds: Option<f64>) -> io::Result<bool> {
    const SUBSCRIPTION: usize = 48;
    const EVENT: usize = 32;
    const CLOCK: u8 = 0;
    const FD_READ: u8 = 1;
    let mut subscriptions = [0u8; SUBSCRIPTION * 2];
    subscriptions[8] = FD_READ;
    subscriptions[16..20].copy_from_slice(&(fd as u32).to_le_bytes());
    let mut count = 1;
    if let Some(seconds) = seconds {
        let clock = &mut subscriptions[SUBSCRIPTION..];
        clock[0] = 1;
        clock[8] = CLOCK;
        // The monotonic clock, relative.
        clock[16..20].copy_from_slice(&1u32.to_le_bytes());
        clock[24..32].copy_from_slice(&((seconds.max(0.0) * 1e9) as u64).to_le_bytes());
        count = 2;
    }
    let mut events = [0u8; EVENT * 2];
    let mut happened = 0usize;
    // SAFETY: the buffers hold `count` subscriptions and events of WASI's layout.
    let failed =
        unsafe { crate::imports::poll_oneoff(subscriptions.as_ptr(), events.as_mut_ptr(), count, &mut happened) };
    crate::check(failed)?;
    Ok((0..happened).any(|index| events[index * EVENT] == 0))
}

#[cfg(not(target_os = "wasi"))]
pub fn wait_readable(_: i32, _: Option<f64>) -> io::Result<bool> {
    Ok(true)
}
