//! The machine as /proc shows it: how long it runs, its load, its memory.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

pub struct Memory {
    /// KiB, as all of these.
    pub total: u64,
    pub free: u64,
    pub available: u64,
    pub buffers: u64,
    pub cached: u64,
    pub shared: u64,
    pub swap_total: u64,
    pub swap_free: u64,
}

pub fn memory() -> Memory {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0)
    };
    Memory {
        total: of("MemTotal"),
        free: of("MemFree"),
        available: of("MemAvailable"),
        buffers: of("Buffers"),
        cached: of("Cached"),
        shared: of("Shmem"),
        swap_total: of("SwapTotal"),
        swap_free: of("SwapFree"),
    }
}

/// Seconds since the boot.
pub fn uptime() -> f64 {
    let text = fs::read_to_string("/proc/uptime").unwrap_or_default();
    text.split_ascii_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// The three averages, as /proc words them.
pub fn load() -> [String; 3] {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut fields = text.split_ascii_whitespace().map(str::to_owned);
    std::array::from_fn(|_| fields.next().unwrap_or_else(|| "0.00".to_owned()))
}

/// When the machine was booted, in seconds since 1970.
pub fn boot_time() -> i64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("btime "));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs() as i64)
}

