//! Waiting for a descriptor with a time limit, by WASI's `poll_oneoff`.

use crate::{check, imports};
use std::io::Result;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Read,
    Write,
}

/// Waits until `fd` can be read or written, or has an error to tell. False: the time was over.
pub fn wait(fd: i32, direction: Direction, limit: Option<Duration>) -> Result<bool> {
    const SUBSCRIPTION: usize = 48;
    const EVENT: usize = 32;
    let mut subscriptions = [0u8; SUBSCRIPTION * 2];
    // Event types: 0 clock, 1 read, 2 write.
    subscriptions[8] = if direction == Direction::Read { 1 } else { 2 };
    subscriptions[16..20].copy_from_slice(&(fd as u32).to_le_bytes());
    let mut count = 1;
    if let Some(limit) = limit {
        let clock = &mut subscriptions[SUBSCRIPTION..];
        clock[0] = 1;
        // The monotonic clock, relative.
        clock[16..20].copy_from_slice(&1u32.to_le_bytes());
        clock[24..32].copy_from_slice(&(limit.as_nanos().min(u128::from(u64::MAX)) as u64).to_le_bytes());
        count = 2;
    }
    let mut events = [0u8; EVENT * 2];
    let mut happened = 0usize;
    // SAFETY: the buffers hold `count` subscriptions and events of WASI's layout.
    check(unsafe { imports::poll_oneoff(subscriptions.as_ptr(), events.as_mut_ptr(), count, &mut happened) })?;
    Ok((0..happened.min(2)).any(|index| events[index * EVENT] == 0))
}
