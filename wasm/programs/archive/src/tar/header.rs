//! One member of an archive, and the block of 512 bytes that says what it is: v7, ustar and GNU forms.

use super::pax::Pax;
use super::sparse;

pub const BLOCK: usize = 512;

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
    /// A type we do not know, by its flag.
    Other(u8),
}

#[derive(Clone, Debug)]
pub struct Member {
    pub name: Vec<u8>,
    pub kind: Kind,
    pub permissions: u32,
    pub uid: u32,
    pub gid: u32,
    pub user: String,
    pub group: String,
    /// Of the content, holes included.
    pub size: u64,
    pub modified_ns: i64,
    /// Of a link.
    pub target: Vec<u8>,
    pub device: (u32, u32),
    /// Where the data of a sparse file stands: offset and length, in order.
    pub sparse: Option<Vec<(u64, u64)>>,
    /// Bytes in the archive.
    pub stored: u64,
}

impl Member {
    pub fn new(name: Vec<u8>, kind: Kind) -> Member {
        Member {
            name,
            kind,
            permissions: 0o644,
            uid: 0,
            gid: 0,
            user: String::new(),
            group: String::new(),
            size: 0,
            modified_ns: 0,
            target: Vec::new(),
            device: (0, 0),
            sparse: None,
            stored: 0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Gnu,
    OldGnu,
    Pax,
    Ustar,
    V7,
}

pub type Block = [u8; BLOCK];

/// A block's fields, before extended heads have their say.
pub struct RawHeader<'a>(pub &'a Block);

impl RawHeader<'_> {
    fn text(&self, at: usize, length: usize) -> &[u8] {
        let field = &self.0[at..at + length];
        &field[..field.iter().position(|byte| *byte == 0).unwrap_or(length)]
    }

    /// Octal digits, or GNU's binary numbers for large ones.
    fn number(&self, at: usize, length: usize) -> i64 {
        let field = &self.0[at..at + length];
        if field[0] & 0x80 != 0 {
            let start = if field[0] & 0x40 != 0 { -1i64 } else { 0 };
            let first = i64::from(field[0] & 0x3f);
            let first = if start < 0 { first - 0x40 } else { first };
            return field[1..].iter().fold(first, |sum, byte| sum.wrapping_shl(8) | i64::from(*byte));
        }
        let digits = field.iter().skip_while(|byte| **byte == b' ').take_while(|byte| (b'0'..=b'7').contains(byte));
        digits.fold(0i64, |sum, digit| sum.wrapping_mul(8).wrapping_add(i64::from(digit - b'0')))
    }

    /// Whether the checksum is right; old archives summed signed bytes.
    pub fn is_valid(&self) -> bool {
        let stored = self.number(148, 8);
        let with_blanks = |index: usize, byte: u8| if (148..156).contains(&index) { b' ' } else { byte };
        let unsigned: i64 = self.0.iter().enumerate().map(|(i, b)| i64::from(with_blanks(i, *b))).sum();
        let signed: i64 = self.0.iter().enumerate().map(|(i, b)| i64::from(with_blanks(i, *b) as i8)).sum();
        stored == unsigned || stored == signed
    }

    pub fn type_flag(&self) -> u8 {
        self.0[156]
    }

    pub fn size(&self) -> u64 {
        u64::try_from(self.number(124, 12)).unwrap_or(0)
    }

    fn is_gnu(&self) -> bool {
        self.0[257..265] == *b"ustar  \0"
    }

    fn is_ustar(&self) -> bool {
        self.0[257..262] == *b"ustar" && !self.is_gnu()
    }

    pub fn member(&self) -> Member {
        let mut name = self.text(0, 100).to_vec();
        if self.is_ustar() && self.0[345] != 0 {
            name = [self.text(345, 155), b"/", &name].concat();
        }
        let kind = match self.type_flag() {
            // A v7 archive marks directories by their slash only.
            0 | b'0' | b'7' | b'S' if name.ends_with(b"/") && self.type_flag() != b'S' => Kind::Directory,
            0 | b'0' | b'7' | b'S' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::SymbolicLink,
            b'3' => Kind::CharacterDevice,
            b'4' => Kind::BlockDevice,
            b'5' | b'D' => Kind::Directory,
            b'6' => Kind::Fifo,
            other => Kind::Other(other),
        };
        let has_names = self.is_gnu() || self.is_ustar();
        let text = |at| if has_names { String::from_utf8_lossy(self.text(at, 32)).into_owned() } else { String::new() };
        let has_content = matches!(kind, Kind::File | Kind::Other(_)) || self.type_flag() == b'D';
        let size = if has_content { self.size() } else { 0 };
        Member {
            kind,
            permissions: self.number(100, 8) as u32 & 0o7777,
            uid: self.number(108, 8) as u32,
            gid: self.number(116, 8) as u32,
            user: text(265),
            group: text(297),
            size,
            modified_ns: self.number(136, 12).saturating_mul(1_000_000_000),
            target: self.text(157, 100).to_vec(),
            device: (self.number(329, 8) as u32, self.number(337, 8) as u32),
            sparse: None,
            stored: size,
            name,
        }
    }

    /// The start of GNU's sparse map: its entries, whether more follow, and the real size.
    pub fn sparse_start(&self) -> (Vec<(u64, u64)>, bool, u64) {
        let entries = self.sparse_entries(386, 4);
        (entries, self.0[482] != 0, u64::try_from(self.number(483, 12)).unwrap_or(0))
    }

    /// An extension block of GNU's sparse map.
    pub fn sparse_extension(&self) -> (Vec<(u64, u64)>, bool) {
        (self.sparse_entries(0, 21), self.0[504] != 0)
    }

    fn sparse_entries(&self, start: usize, count: usize) -> Vec<(u64, u64)> {
        let mut entries = Vec::new();
        for index in 0..count {
            let at = start + index * 24;
            if self.0[at] == 0 {
                break;
            }
            let number = |at| u64::try_from(self.number(at, 12)).unwrap_or(0);
            entries.push((number(at), number(at + 12)));
        }
        entries
    }
}

/// The blocks that begin a member: extended heads where its names or numbers need them, then its own. `None` when the
/// format cannot hold it.
pub fn encode(member: &Member, format: Format) -> Option<Vec<u8>> {
    let mut blocks = Vec::with_capacity(BLOCK);
    let mut pax = Pax::default();
    let mut prefix: &[u8] = b"";
    let mut own_name: Vec<u8> = member.name.clone();
    if let (Format::Pax, Some(_)) = (format, &member.sparse) {
        // Who does not know of holes finds the map and the data under a name of their own.
        pax.set("GNU.sparse.major", b"1");
        pax.set("GNU.sparse.minor", b"0");
        pax.set("GNU.sparse.name", &member.name);
        pax.set("GNU.sparse.realsize", member.size.to_string().as_bytes());
        let folder = console::path::parent(&member.name).unwrap_or(b".");
        own_name = [folder, b"/GNUSparseFile.0/", console::path::last_component(&member.name)].concat();
    }
    let mut name: &[u8] = &own_name;
    let longest = 100;
    if name.len() > longest {
        match (format, split_name(name)) {
            (Format::Ustar | Format::Pax, Some((start, rest))) => (prefix, name) = (start, rest),
            (Format::Pax, None) => pax.set("path", name),
            (Format::Gnu | Format::OldGnu, _) => push_long(&mut blocks, b'L', name),
            _ => return None,
        }
    }
    if member.target.len() > 100 {
        match format {
            Format::Pax => pax.set("linkpath", &member.target),
            Format::Gnu | Format::OldGnu => push_long(&mut blocks, b'K', &member.target),
            _ => return None,
        }
    }
    let seconds = member.modified_ns.div_euclid(1_000_000_000);
    if format == Format::Pax {
        let nanoseconds = member.modified_ns.rem_euclid(1_000_000_000);
        if nanoseconds != 0 || !(0..1 << 33).contains(&seconds) {
            let fraction = format!("{nanoseconds:09}");
            pax.set("mtime", format!("{seconds}.{}", fraction.trim_end_matches('0')).trim_end_matches('.').as_bytes());
        }
        for (key, value, limit) in [("size", member.stored, 1u64 << 33), ("uid", u64::from(member.uid), 1 << 21), ("gid", u64::from(member.gid), 1 << 21)] {
            if value >= limit {
                pax.set(key, value.to_string().as_bytes());
            }
        }
    }
    if !pax.is_empty() {
        let content = pax.encode();
        let base = console::path::last_component(console::path::without_trailing_slashes(&member.name));
        let folder = console::path::parent(console::path::without_trailing_slashes(&member.name)).unwrap_or(b".");
        let mut extended = Member::new([folder, b"/PaxHeaders/", base].concat(), Kind::Other(b'x'));
        extended.name.truncate(100);
        (extended.stored, extended.modified_ns) = (content.len() as u64, member.modified_ns);
        blocks.extend_from_slice(&own_block(&extended, &extended.name, b"", Format::Ustar));
        blocks.extend_from_slice(&content);
        pad(&mut blocks);
    }
    blocks.extend_from_slice(&own_block(member, name, prefix, format));
    if let (Format::Gnu | Format::OldGnu, Some(map)) = (format, &member.sparse) {
        blocks.extend_from_slice(&sparse::extensions(map));
    }
    Some(blocks)
}

/// Splits a name for ustar: a prefix of at most 155 bytes, a rest of at most 100.
fn split_name(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let earliest = name.len().checked_sub(101)?;
    let end = name.len().saturating_sub(1).min(156);
    let slash = (earliest..end).find(|at| name[*at] == b'/' && *at > 0)?;
    (slash <= 155).then(|| (&name[..slash], &name[slash + 1..]))
}

/// GNU's member for a name that is too long.
fn push_long(blocks: &mut Vec<u8>, flag: u8, text: &[u8]) {
    let mut long = Member::new(b"././@LongLink".to_vec(), Kind::Other(flag));
    long.stored = text.len() as u64 + 1;
    (long.user, long.group) = ("root".into(), "root".into());
    blocks.extend_from_slice(&own_block(&long, &long.name, b"", Format::Gnu));
    blocks.extend_from_slice(text);
    blocks.push(0);
    pad(blocks);
}

fn pad(blocks: &mut Vec<u8>) {
    blocks.resize(blocks.len().next_multiple_of(BLOCK), 0);
}

fn own_block(member: &Member, name: &[u8], prefix: &[u8], format: Format) -> Block {
    let mut block = [0; BLOCK];
    put_text(&mut block[..100], name);
    put_number(&mut block[100..108], i64::from(member.permissions), format);
    put_number(&mut block[108..116], i64::from(member.uid), format);
    put_number(&mut block[116..124], i64::from(member.gid), format);
    put_number(&mut block[124..136], member.stored as i64, format);
    put_number(&mut block[136..148], member.modified_ns.div_euclid(1_000_000_000), format);
    block[156] = match member.kind {
        Kind::File => b'0',
        Kind::HardLink => b'1',
        Kind::SymbolicLink => b'2',
        Kind::CharacterDevice => b'3',
        Kind::BlockDevice => b'4',
        Kind::Directory => b'5',
        Kind::Fifo => b'6',
        Kind::Other(flag) => flag,
    };
    if format == Format::V7 && member.kind == Kind::File {
        block[156] = 0;
    }
    put_text(&mut block[157..257], &member.target);
    if format != Format::V7 {
        let is_gnu = format == Format::Gnu || format == Format::OldGnu;
        block[257..265].copy_from_slice(if is_gnu { b"ustar  \0" } else { b"ustar\x0000" });
        put_text(&mut block[265..296], member.user.as_bytes());
        put_text(&mut block[297..328], member.group.as_bytes());
        let is_device = matches!(member.kind, Kind::CharacterDevice | Kind::BlockDevice);
        if !is_gnu || is_device {
            put_number(&mut block[329..337], i64::from(member.device.0), format);
            put_number(&mut block[337..345], i64::from(member.device.1), format);
        }
        if !is_gnu {
            put_text(&mut block[345..500], prefix);
        }
    }
    if let (Format::Gnu | Format::OldGnu, Some(map)) = (format, &member.sparse) {
        block[156] = b'S';
        sparse::put_in_head(&mut block, map, member.size);
    }
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

fn put_text(field: &mut [u8], text: &[u8]) {
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
}

/// Octal digits; in GNU's format binary where they do not suffice, in the others the most that fits.
fn put_number(field: &mut [u8], value: i64, format: Format) {
    let digits = field.len() - 1;
    let fits = value >= 0 && (digits >= 21 || value < 1i64 << (3 * digits));
    if fits {
        field.copy_from_slice(format!("{value:0digits$o}\0").as_bytes());
        return;
    }
    if format == Format::Gnu || format == Format::OldGnu {
        let bytes = value.to_be_bytes();
        let fill = if value < 0 { 0xff } else { 0 };
        let length = field.len();
        field.fill(fill);
        let count = length.min(bytes.len());
        field[length - count..].copy_from_slice(&bytes[bytes.len() - count..]);
        field[0] = if value < 0 { 0xff } else { 0x80 };
        return;
    }
    let most = if value < 0 { 0 } else { (1i64 << (3 * digits)) - 1 };
    field.copy_from_slice(format!("{most:0digits$o}\0").as_bytes());
}
