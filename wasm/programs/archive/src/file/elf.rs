//! ELF files: class, type, machine, what links them, how they were built.

use super::{Kind, kind};

const MACHINES: [(u16, &str); 16] = [
    (2, "SPARC"),
    (3, "Intel 80386"),
    (8, "MIPS, MIPS-I"),
    (20, "PowerPC or cisco 4500"),
    (21, "64-bit PowerPC or cisco 7500"),
    (22, "IBM S/390"),
    (40, "ARM"),
    (42, "Renesas SH"),
    (43, "SPARC V9"),
    (50, "IA-64"),
    (62, "x86-64"),
    (83, "Atmel AVR 8-bit"),
    (183, "ARM aarch64"),
    (243, "UCB RISC-V"),
    (247, "eBPF"),
    (258, "LoongArch"),
];

/// Reads numbers as the file's class and byte order say.
struct Reader<'a> {
    bytes: &'a [u8],
    is_wide: bool,
    is_little: bool,
}

impl Reader<'_> {
    fn number(&self, at: u64, size: usize) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let field = self.bytes.get(at..at.checked_add(size)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.is_little { field.iter().rev().fold(0, add) } else { field.iter().fold(0, add) })
    }

    /// A field that stands elsewhere and is of another size in the two classes.
    fn field(&self, narrow: u64, wide: u64) -> Option<u64> {
        if self.is_wide { self.number(wide, 8) } else { self.number(narrow, 4) }
    }

    fn text(&self, at: u64, size: u64) -> Option<String> {
        let start = usize::try_from(at).ok()?;
        let end = start.checked_add(usize::try_from(size).ok()?)?.min(self.bytes.len());
        let bytes = self.bytes.get(start..end)?;
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }
}

#[derive(Default)]
struct Segments {
    interpreter: Option<String>,
    is_dynamic: bool,
    notes: Vec<(u64, u64)>,
}

pub fn describe(bytes: &[u8]) -> Option<Kind> {
    let [class, data, _, system] = *bytes.get(4..8)? else { return None };
    let reader = Reader { bytes, is_wide: class == 2, is_little: data != 2 };
    let width = if class == 2 { "64-bit" } else { "32-bit" };
    let order = if data == 2 { "MSB" } else { "LSB" };
    let system = match system {
        0 => "SYSV",
        3 => "GNU/Linux",
        9 => "FreeBSD",
        97 => "ARM",
        _ => "unknown",
    };
    let Some(kind_number) = reader.number(16, 2) else {
        return Some(kind(format!("ELF {width} {order} ({system})"), "application/octet-stream"));
    };
    let machine = reader.number(18, 2).unwrap_or(0) as u16;
    let machine = MACHINES.iter().find(|(number, _)| *number == machine).map_or_else(|| format!("*unknown arch {machine:#x}*"), |(_, name)| (*name).to_owned());
    let segments = segments_of(&reader).unwrap_or_default();
    let (word, mime) = match kind_number {
        1 => ("relocatable", "application/x-object"),
        2 => ("executable", "application/x-executable"),
        3 if segments.interpreter.is_some() => ("pie executable", "application/x-pie-executable"),
        3 => ("shared object", "application/x-sharedlib"),
        4 => ("core file", "application/x-coredump"),
        _ => ("unknown type", "application/octet-stream"),
    };
    let version = reader.number(20, 4).unwrap_or(1);
    let mut words = format!("ELF {width} {order} {word}, {machine}, version {version} ({system})");
    if segments.is_dynamic {
        words.push_str(", dynamically linked");
    } else if kind_number == 2 && reader.field(28, 32).is_some_and(|offset| offset > 0) {
        words.push_str(", statically linked");
    }
    if let Some(interpreter) = &segments.interpreter {
        words.push_str(&format!(", interpreter {interpreter}"));
    }
    words.push_str(&notes(&reader, &segments.notes));
    if let Some((has_symbols, has_debug)) = sections(&reader) {
        if has_debug {
            words.push_str(", with debug_info");
        }
        words.push_str(if has_symbols { ", not stripped" } else { ", stripped" });
    }
    Some(kind(words, mime))
}

fn segments_of(reader: &Reader) -> Option<Segments> {
    const DYNAMIC: u64 = 2;
    const INTERPRETER: u64 = 3;
    const NOTE: u64 = 4;
    let start = reader.field(28, 32)?;
    let (size_at, count_at) = if reader.is_wide { (54, 56) } else { (42, 44) };
    let (size, count) = (reader.number(size_at, 2)?, reader.number(count_at, 2)?);
    let mut segments = Segments::default();
    for index in 0..count.min(512) {
        let at = start.checked_add(index * size)?;
        let kind = reader.number(at, 4)?;
        let (offset, length) = (reader.field(at + 4, at + 8)?, reader.field(at + 16, at + 32)?);
        match kind {
            DYNAMIC => segments.is_dynamic = true,
            INTERPRETER => segments.interpreter = reader.text(offset, length),
            NOTE => segments.notes.push((offset, length)),
            _ => {}
        }
    }
    Some(segments)
}

/// The build's number and the oldest kernel, in the order that `file` tells them.
fn notes(reader: &Reader, places: &[(u64, u64)]) -> String {
    let (mut build, mut system) = (String::new(), String::new());
    for (start, length) in places {
        let mut at = *start;
        let end = start.saturating_add(*length);
        while at + 12 <= end {
            let (Some(name_size), Some(size), Some(kind)) = (reader.number(at, 4), reader.number(at + 4, 4), reader.number(at + 8, 4)) else { break };
            let content = at + 12 + name_size.next_multiple_of(4);
            let name = reader.text(at + 12, name_size).unwrap_or_default();
            if name == "GNU" && kind == 3 && size <= 64 {
                let digits: String = (0..size).filter_map(|index| reader.number(content + index, 1)).map(|byte| format!("{byte:02x}")).collect();
                let method = match size {
                    20 => "sha1",
                    16 => "md5/uuid",
                    8 => "xxHash",
                    _ => "",
                };
                build = format!(", BuildID[{method}]={digits}");
            }
            if name == "GNU" && kind == 1 && size >= 16 {
                let word = |index: u64| reader.number(content + index * 4, 4).unwrap_or(0);
                let systems = ["Linux", "Hurd", "Solaris", "kFreeBSD", "kNetBSD"];
                let on = systems.get(word(0) as usize).copied().unwrap_or("<unknown>");
                system = format!(", for GNU/{on} {}.{}.{}", word(1), word(2), word(3));
            }
            let Some(next) = content.checked_add(size.next_multiple_of(4)) else { break };
            at = next;
        }
    }
    build + &system
}

/// Whether there are symbols and debugging information; `None` without sections.
fn sections(reader: &Reader) -> Option<(bool, bool)> {
    const SYMBOLS: u64 = 2;
    let start = reader.field(32, 40)?;
    let (size_at, count_at, names_at) = if reader.is_wide { (58, 60, 62) } else { (46, 48, 50) };
    let (size, count, names) = (reader.number(size_at, 2)?, reader.number(count_at, 2)?, reader.number(names_at, 2)?);
    if start == 0 || count == 0 {
        return None;
    }
    let offset_of = |at: u64| reader.field(at + 16, at + 24);
    let names_offset = offset_of(start.checked_add(names * size)?);
    let (mut has_symbols, mut has_debug) = (false, false);
    for index in 0..count.min(4096) {
        let at = start.checked_add(index * size)?;
        let Some(kind) = reader.number(at + 4, 4) else { return None };
        has_symbols |= kind == SYMBOLS;
        let name = names_offset.zip(reader.number(at, 4)).and_then(|(names, offset)| reader.text(names + offset, 16));
        has_debug |= name.is_some_and(|name| name == ".debug_info");
    }
    Some((has_symbols, has_debug))
}
