//! Modes for programs that take key by key; the terminal gets back those it had when the value is dropped.

use std::io;
use sys::terminal::{self, Modes};

/// A terminal without echo and lines; as it was before when dropped.
pub struct RawModes {
    fd: i32,
    before: Modes,
}

const INPUT: usize = 0;
const LOCAL: usize = 12;
const CONTROL_CHARACTERS: usize = 17;
const TIME: usize = CONTROL_CHARACTERS + 5;
const MINIMUM: usize = CONTROL_CHARACTERS + 6;

const INLCR: u32 = 0o100;
const IGNCR: u32 = 0o200;
const ICRNL: u32 = 0o400;
const IXON: u32 = 0o2000;
const ISIG: u32 = 0o1;
const ICANON: u32 = 0o2;
const ECHO: u32 = 0o10;
const IEXTEN: u32 = 0o100000;

impl RawModes {
    /// Output goes on as before. With `signals`, ^C and ^Z still send theirs.
    pub fn enter(fd: i32, signals: bool) -> io::Result<RawModes> {
        let before = terminal::modes(fd)?;
        let mut modes = before;
        clear(&mut modes, INPUT, INLCR | IGNCR | ICRNL | IXON);
        clear(&mut modes, LOCAL, ICANON | ECHO | IEXTEN | if signals { 0 } else { ISIG });
        modes[TIME] = 0;
        modes[MINIMUM] = 1;
        terminal::set_modes(fd, &modes)?;
        Ok(RawModes { fd, before })
    }

    /// The control character of these modes that `index` (VEOF is 4) stands for.
    pub fn control_character(&self, index: usize) -> u8 {
        self.before[CONTROL_CHARACTERS + index]
    }
}

impl Drop for RawModes {
    fn drop(&mut self) {
        // A terminal that has hung up needs nothing.
        let _ = terminal::set_modes(self.fd, &self.before);
    }
}

fn clear(modes: &mut Modes, place: usize, flags: u32) {
    let mut word = [0; 4];
    word.copy_from_slice(&modes[place..place + 4]);
    let word = u32::from_le_bytes(word) & !flags;
    modes[place..place + 4].copy_from_slice(&word.to_le_bytes());
}

/// The modes a new terminal has: `stty sane`.
pub fn set_sane(fd: i32) -> io::Result<()> {
    const OUTPUT: usize = 4;
    const BRKINT_ICRNL_IMAXBEL: u32 = 0o2 | ICRNL | 0o20000;
    const OPOST_ONLCR: u32 = 0o1 | 0o4;
    const ECHOE_ECHOK_ECHOCTL_ECHOKE: u32 = 0o20 | 0o40 | 0o1000 | 0o4000;
    let mut modes = terminal::modes(fd)?;
    clear(&mut modes, INPUT, INLCR | IGNCR);
    set(&mut modes, INPUT, BRKINT_ICRNL_IMAXBEL | IXON);
    set(&mut modes, OUTPUT, OPOST_ONLCR);
    set(&mut modes, LOCAL, ISIG | ICANON | IEXTEN | ECHO | ECHOE_ECHOK_ECHOCTL_ECHOKE);
    for (index, character) in [3, 28, 127, 21, 4, 0, 1].into_iter().enumerate() {
        modes[CONTROL_CHARACTERS + index] = character;
    }
    terminal::set_modes(fd, &modes)
}

fn set(modes: &mut Modes, place: usize, flags: u32) {
    let mut word = [0; 4];
    word.copy_from_slice(&modes[place..place + 4]);
    let word = u32::from_le_bytes(word) | flags;
    modes[place..place + 4].copy_from_slice(&word.to_le_bytes());
}
