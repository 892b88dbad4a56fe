//! Binary formats, by their first bytes and what stands in their heads.

use super::{Kind, elf, kind};
use crate::calendar;

/// Formats of which the first bytes say all: offset, bytes, words, type.
const SIGNATURES: &[(usize, &[u8], &str, &str)] = &[
    (0, b"!<arch>\ndebian-binary", "Debian binary package (format 2.0)", "application/vnd.debian.binary-package"),
    (0, b"!<arch>\n", "current ar archive", "application/x-archive"),
    (0, b"!<thin>\n", "thin archive with", "application/x-archive"),
    (0, b"\x1f\x9d", "compress'd data 16 bits", "application/x-compress"),
    (0, b"\x04\x22\x4d\x18", "LZ4 compressed data (v1.4+)", "application/x-lz4"),
    (0, b"070701", "ASCII cpio archive (SVR4 with no CRC)", "application/x-cpio"),
    (0, b"070702", "ASCII cpio archive (SVR4 with CRC)", "application/x-cpio"),
    (0, b"070707", "ASCII cpio archive (pre-SVR4 or odc)", "application/x-cpio"),
    (0, b"\xed\xab\xee\xdb\x03", "RPM v3.0", "application/x-rpm"),
    (0, b"Rar!\x1a\x07\x01\x00", "RAR archive data, v5", "application/x-rar"),
    (0, b"Rar!\x1a\x07\x00", "RAR archive data", "application/x-rar"),
    (0, b"OggS", "Ogg data", "application/ogg"),
    (0, b"FLV\x01", "Macromedia Flash Video", "video/x-flv"),
    (0, b"wOF2", "Web Open Font Format (Version 2)", "font/woff2"),
    (0, b"wOFF\x00\x01\x00\x00", "Web Open Font Format, TrueType", "font/woff"),
    (0, b"wOFFOTTO", "Web Open Font Format, CFF", "font/woff"),
    (0, b"OTTO\x00", "OpenType font data", "application/vnd.ms-opentype"),
    (0, b"PK\x05\x06", "Zip archive data (empty)", "application/zip"),
    (0, b"PK\x07\x08PK\x03\x04", "Zip multi-volume archive data, at least PKZIP v2.50 to extract", "application/zip"),
    (0, b"II*\x00", "TIFF image data, little-endian", "image/tiff"),
    (0, b"MM\x00*", "TIFF image data, big-endian", "image/tiff"),
    (0, b"8BPS", "Adobe Photoshop Image", "image/vnd.adobe.photoshop"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Composite Document File V2 Document", "application/x-ole-storage"),
    (0, b"BC\xc0\xde", "LLVM IR bitcode", "application/octet-stream"),
    (0, b"KDMV", "VMware4 disk image", "application/octet-stream"),
    (0, b"hsqs", "Squashfs filesystem, little endian", "application/octet-stream"),
    (0, b"\x00\x00\x01\x00\x01\x00\x20\x20", "MS Windows icon resource - 1 icon, 32x32", "image/vnd.microsoft.icon"),
];

pub fn find(bytes: &[u8]) -> Option<Kind> {
    if let Some(found) = by_head(bytes) {
        return Some(found);
    }
    let matches = |(offset, signature, ..): &&(usize, &[u8], &str, &str)| bytes.get(*offset..).is_some_and(|rest| rest.starts_with(signature));
    if let Some((_, _, words, mime)) = SIGNATURES.iter().find(matches) {
        let directories = match *mime {
            "image/tiff" => tiff_entries(bytes),
            _ => String::new(),
        };
        return Some(kind(format!("{words}{directories}"), mime));
    }
    tar(bytes).or_else(|| iso(bytes))
}

fn big(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    Some(bytes.get(at..at + size)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn little(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    Some(bytes.get(at..at + size)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn by_head(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf::describe(bytes),
        [0x1f, 0x8b, ..] => gzip(bytes),
        [b'B', b'Z', b'h', level @ b'1'..=b'9', ..] => {
            Some(kind(format!("bzip2 compressed data, block size = {}00k", level - b'0'), "application/x-bzip2"))
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            let check = match bytes.get(7)? {
                0 => "NONE",
                1 => "CRC32",
                4 => "CRC64",
                10 => "SHA-256",
                _ => "unknown",
            };
            Some(kind(format!("XZ compressed data, checksum {check}"), "application/x-xz"))
        }
        [0x5d, 0, 0, ..] if bytes.len() > 12 && (bytes[12] == 0 || bytes[12] == 0xff) => {
            let size = little(bytes, 5, 8)?;
            let words = if size == u64::MAX { "LZMA compressed data, streamed".into() } else { format!("LZMA compressed data, non-streamed, size {size}") };
            Some(kind(words, "application/x-lzma"))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let dictionary = if bytes.get(4)? & 3 == 0 { "None" } else { "set" };
            Some(kind(format!("Zstandard compressed data (v0.8+), Dictionary ID: {dictionary}"), "application/zstd"))
        }
        [b'L', b'Z', b'I', b'P', version, ..] => Some(kind(format!("lzip compressed data, version: {version}"), "application/x-lzip")),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, major, minor, ..] => {
            Some(kind(format!("7-zip archive data, version {major}.{minor}"), "application/x-7z-compressed"))
        }
        [b'P', b'K', 3, 4, ..] => zip(bytes),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => png(bytes),
        [b'G', b'I', b'F', b'8', version @ (b'7' | b'9'), b'a', ..] => {
            let size = little(bytes, 6, 2).zip(little(bytes, 8, 2)).map_or(String::new(), |(width, height)| format!(", {width} x {height}"));
            Some(kind(format!("GIF image data, version 8{}a{size}", *version as char), "image/gif"))
        }
        [0xff, 0xd8, 0xff, ..] => Some(kind(jpeg(bytes), "image/jpeg")),
        [b'B', b'M', ..] => bitmap(bytes),
        [b'R', b'I', b'F', b'F', ..] => riff(bytes),
        [b'%', b'P', b'D', b'F', b'-', ..] => {
            let version: String = bytes[5..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').map(|byte| *byte as char).collect();
            Some(kind(format!("PDF document, version {version}"), "application/pdf"))
        }
        [0, b'a', b's', b'm', ..] => {
            let version = little(bytes, 4, 4)?;
            let name = if version == 1 { " (MVP)" } else { "" };
            Some(kind(format!("WebAssembly (wasm) binary module version {version:#x}{name}"), "application/wasm"))
        }
        [b'M', b'Z', ..] => portable_executable(bytes),
        [0xca, 0xfe, 0xba, 0xbe, ..] => java_or_fat(bytes),
        [0xcf, 0xfa, 0xed, 0xfe, ..] => mach(bytes),
        [b'f', b'L', b'a', b'C', ..] => flac(bytes),
        [b'I', b'D', b'3', major, minor, ..] => Some(kind(format!("Audio file with ID3 version 2.{major}.{minor}"), "audio/mpeg")),
        [0xff, 0xfb, ..] => Some(kind("MPEG ADTS, layer III, v1", "audio/mpeg")),
        [b'M', b'T', b'h', b'd', ..] => {
            let (format, tracks, division) = (big(bytes, 8, 2)?, big(bytes, 10, 2)?, big(bytes, 12, 2)?);
            let word = if tracks == 1 { "track" } else { "tracks" };
            Some(kind(format!("Standard MIDI data (format {format}) using {tracks} {word} at 1/{division}"), "audio/midi"))
        }
        [0x1a, 0x45, 0xdf, 0xa3, ..] => {
            let is_webm = bytes.iter().take(64).collect::<Vec<_>>().windows(4).any(|part| part.iter().map(|byte| **byte).eq(*b"webm"));
            Some(if is_webm { kind("WebM", "video/webm") } else { kind("Matroska data", "video/x-matroska") })
        }
        [b'P', b'A', b'C', b'K', ..] => Some(kind(format!("Git pack, version {}, {} objects", big(bytes, 4, 4)?, big(bytes, 8, 4)?), "application/x-git")),
        [b'D', b'I', b'R', b'C', ..] => Some(kind(format!("Git index, version {}, {} entries", big(bytes, 4, 4)?, big(bytes, 8, 4)?), "application/x-git")),
        _ if bytes.starts_with(b"SQLite format 3\0") => sqlite(bytes),
        _ if bytes.get(4..8) == Some(b"ftyp") => media(bytes),
        _ if little(bytes, 0, 4) == Some(0xa1b2_c3d4) || little(bytes, 0, 4) == Some(0xa1b2_3c4d) => pcap(bytes),
        [0, 1, 0, 0, 0, tables, ..] if (4..40).contains(tables) && bytes.get(12..16).is_some_and(|tag| tag.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')) && bytes.len() > 300 => {
            Some(kind(format!("TrueType Font data, {tables} tables"), "font/sfnt"))
        }
        [0, 0, 1, 0, count, 0, width, height, ..] if *count > 0 && *count < 32 && bytes.len() >= 22 + usize::from(*count - 1) * 16 && bytes.get(9) == Some(&0) && bytes.len() > 60 => {
            let word = if *count == 1 { "icon" } else { "icons" };
            Some(kind(format!("MS Windows icon resource - {count} {word}, {width}x{height}"), "image/vnd.microsoft.icon"))
        }
        _ => None,
    }
}

fn gzip(bytes: &[u8]) -> Option<Kind> {
    let flags = *bytes.get(3)?;
    let mut words = "gzip compressed data".to_owned();
    let mut at = 10;
    if flags & 4 != 0 {
        words.push_str(", has extra field");
        at += 2 + little(bytes, at, 2)? as usize;
    }
    if flags & 8 != 0 {
        let name: Vec<u8> = bytes.get(at..)?.iter().copied().take_while(|byte| *byte != 0).collect();
        words.push_str(&format!(", was \"{}\"", String::from_utf8_lossy(&name)));
    }
    let modified = little(bytes, 4, 4)? as i64;
    if modified > 0 {
        words.push_str(&format!(", last modified: {}", calendar::long(modified)));
    }
    match bytes.get(8) {
        Some(2) => words.push_str(", max compression"),
        Some(4) => words.push_str(", max speed"),
        _ => {}
    }
    match bytes.get(9) {
        Some(0) => words.push_str(", from FAT filesystem (MS-DOS, OS/2, NT)"),
        Some(3) => words.push_str(", from Unix"),
        Some(7) => words.push_str(", from MacOS"),
        Some(11) => words.push_str(", from NTFS filesystem (NT)"),
        _ => {}
    }
    let size = little(bytes, bytes.len().checked_sub(4)?, 4)?;
    words.push_str(&format!(", original size modulo 2^32 {size}"));
    Some(kind(words, "application/gzip"))
}

fn zip(bytes: &[u8]) -> Option<Kind> {
    let (needed, method) = (little(bytes, 4, 2)?, little(bytes, 8, 2)?);
    let name_length = little(bytes, 26, 2)? as usize;
    let extra_length = little(bytes, 28, 2)? as usize;
    let name = bytes.get(30..30 + name_length).unwrap_or_default();
    if name == b"mimetype" {
        let content = bytes.get(30 + name_length + extra_length..).unwrap_or_default();
        let formats: [(&[u8], &str, &str); 6] = [
            (b"application/vnd.oasis.opendocument.text", "OpenDocument Text", "application/vnd.oasis.opendocument.text"),
            (b"application/vnd.oasis.opendocument.spreadsheet", "OpenDocument Spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
            (b"application/vnd.oasis.opendocument.presentation", "OpenDocument Presentation", "application/vnd.oasis.opendocument.presentation"),
            (b"application/vnd.oasis.opendocument.graphics", "OpenDocument Drawing", "application/vnd.oasis.opendocument.graphics"),
            (b"application/epub+zip", "EPUB document", "application/epub+zip"),
            (b"application/vnd.oasis.opendocument.formula", "OpenDocument Formula", "application/vnd.oasis.opendocument.formula"),
        ];
        if let Some((_, words, mime)) = formats.iter().find(|(format, ..)| content.starts_with(format)) {
            return Some(kind(*words, mime));
        }
    }
    if name == b"AndroidManifest.xml" {
        return Some(kind("Android package (APK), with AndroidManifest.xml", "application/vnd.android.package-archive"));
    }
    if name == b"META-INF/MANIFEST.MF" && extra_length >= 4 && bytes.get(30 + name_length..32 + name_length) == Some(&[0xfe, 0xca]) {
        return Some(kind("Java archive data (JAR)", "application/java-archive"));
    }
    if (name == b"[Content_Types].xml" || name == b"_rels/.rels") && little(bytes, 4, 2)? == 20 && method == 8 {
        let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        let office = match () {
            () if has(b"word/") => Some(("Microsoft Word 2007+", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
            () if has(b"xl/") => Some(("Microsoft Excel 2007+", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
            () if has(b"ppt/") => Some(("Microsoft PowerPoint 2007+", "application/vnd.openxmlformats-officedocument.presentationml.presentation")),
            () => None,
        };
        if let Some((words, mime)) = office {
            return Some(kind(words, mime));
        }
    }
    let method = match method {
        0 => "store",
        8 => "deflate",
        9 => "deflate64",
        12 => "bzip2",
        14 => "lzma",
        93 => "zstd",
        95 => "xz",
        _ => "unknown",
    };
    let words = format!("Zip archive data, at least v{}.{} to extract, compression method={method}", needed / 10, needed % 10);
    Some(kind(words, "application/zip"))
}

fn png(bytes: &[u8]) -> Option<Kind> {
    let (width, height) = (big(bytes, 16, 4)?, big(bytes, 20, 4)?);
    let (depth, color, interlace) = (bytes.get(24)?, bytes.get(25)?, bytes.get(28).copied().unwrap_or(0));
    let color = match color {
        0 => " grayscale",
        2 => "/color RGB",
        3 => " colormap",
        4 => " gray+alpha",
        6 => "/color RGBA",
        _ => "",
    };
    let text = format!("PNG image data, {width} x {height}, {depth}-bit{color}, {}", if interlace == 0 { "non-interlaced" } else { "interlaced" });
    Some(kind(text, "image/png"))
}

fn jpeg(bytes: &[u8]) -> String {
    let mut words = "JPEG image data".to_owned();
    if bytes.get(6..11) == Some(b"JFIF\0") {
        let (major, minor) = (bytes.get(11).copied().unwrap_or(0), bytes.get(12).copied().unwrap_or(0));
        words.push_str(&format!(", JFIF standard {major}.{minor:02}"));
        let unit = match bytes.get(13) {
            Some(1) => ", resolution (DPI)",
            Some(2) => ", resolution (DPCM)",
            _ => ", aspect ratio",
        };
        if let Some((x, y)) = big(bytes, 14, 2).zip(big(bytes, 16, 2)) {
            words.push_str(&format!("{unit}, density {x}x{y}, segment length {}", big(bytes, 4, 2).unwrap_or(0)));
        }
    } else if bytes.get(6..10) == Some(b"Exif") {
        let order = if bytes.get(12) == Some(&b'M') { "big-endian" } else { "little-endian" };
        words.push_str(&format!(", Exif standard: [TIFF image data, {order}{}]", tiff_entries(bytes.get(12..).unwrap_or_default())));
    }
    let mut at = 2;
    while let (Some(0xff), Some(marker), Some(length)) = (bytes.get(at), bytes.get(at + 1), big(bytes, at + 2, 2)) {
        let name = match marker {
            0xc0 => Some("baseline"),
            0xc1 => Some("extended sequential"),
            0xc2 => Some("progressive"),
            _ => None,
        };
        if let (Some(name), Some(precision), Some(height), Some(width), Some(count)) =
            (name, bytes.get(at + 4), big(bytes, at + 5, 2), big(bytes, at + 7, 2), bytes.get(at + 9))
        {
            words.push_str(&format!(", {name}, precision {precision}, {width}x{height}, components {count}"));
            break;
        }
        at += 2 + length as usize;
    }
    words
}

fn tiff_entries(bytes: &[u8]) -> String {
    let number = |at, size| if bytes.first() == Some(&b'M') { big(bytes, at, size) } else { little(bytes, at, size) };
    let entries = number(4, 4).and_then(|offset| number(usize::try_from(offset).ok()?, 2)).unwrap_or(0);
    format!(", direntries={entries}")
}

fn bitmap(bytes: &[u8]) -> Option<Kind> {
    let head = little(bytes, 14, 4)?;
    if ![12, 40, 52, 56, 64, 108, 124].contains(&head) {
        return None;
    }
    let (width, height) = (little(bytes, 18, 4)? as i32, little(bytes, 22, 4)? as i32);
    let (bits, size, offset) = (little(bytes, 28, 2)?, little(bytes, 2, 4)?, little(bytes, 10, 4)?);
    let version = match head {
        108 => "Windows 95/NT4 and newer",
        124 => "Windows 98/2000 and newer",
        _ => "Windows 3.x",
    };
    Some(kind(format!("PC bitmap, {version} format, {width} x {height} x {bits}, cbSize {size}, bits offset {offset}"), "image/bmp"))
}

fn riff(bytes: &[u8]) -> Option<Kind> {
    let base = "RIFF (little-endian) data";
    Some(match bytes.get(8..12)? {
        b"WAVE" => {
            let channels = match little(bytes, 22, 2) {
                Some(1) => "mono".to_owned(),
                Some(2) => "stereo".to_owned(),
                Some(count) => format!("{count} channels"),
                None => return Some(kind(format!("{base}, WAVE audio"), "audio/x-wav")),
            };
            let format = if little(bytes, 20, 2) == Some(1) { ", Microsoft PCM" } else { "" };
            let bits = little(bytes, 34, 2).map_or(String::new(), |bits| format!(", {bits} bit"));
            let rate = little(bytes, 24, 4).unwrap_or(0);
            kind(format!("{base}, WAVE audio{format}{bits}, {channels} {rate} Hz"), "audio/x-wav")
        }
        b"AVI " => kind(format!("{base}, AVI"), "video/x-msvideo"),
        b"WEBP" => kind(format!("{base}, Web/P image"), "image/webp"),
        _ => kind(base, "application/octet-stream"),
    })
}

fn portable_executable(bytes: &[u8]) -> Option<Kind> {
    let start = little(bytes, 60, 4)? as usize;
    const MIME: &str = "application/vnd.microsoft.portable-executable";
    if bytes.get(start..start + 4) != Some(b"PE\0\0") {
        return Some(kind("MS-DOS executable", "application/x-dosexec"));
    }
    let machine = match little(bytes, start + 4, 2)? {
        0x14c => "Intel 80386",
        0x8664 => "x86-64",
        0xaa64 => "Aarch64",
        0x1c0 | 0x1c4 => "ARM",
        _ => "unknown",
    };
    let sections = little(bytes, start + 6, 2)?;
    let flags = little(bytes, start + 22, 2)?;
    let plus = if little(bytes, start + 24, 2)? == 0x20b { "PE32+" } else { "PE32" };
    let subsystem = match little(bytes, start + 92, 2)? {
        2 => "GUI",
        3 => "console",
        1 => "native",
        _ => "EFI application",
    };
    let library = if flags & 0x2000 != 0 { "(DLL) " } else { "" };
    Some(kind(format!("{plus} executable {library}({subsystem}) {machine}, for MS Windows, {sections} sections"), MIME))
}

fn java_or_fat(bytes: &[u8]) -> Option<Kind> {
    let (minor, major) = (big(bytes, 4, 2)?, big(bytes, 6, 2)?);
    if minor == 0 && major < 30 {
        return Some(kind(format!("Mach-O universal binary with {major} architectures"), "application/x-mach-binary"));
    }
    let name = match major {
        45..=52 => format!(" (Java 1.{})", major - 44),
        53.. => format!(" (Java SE {})", major - 44),
        _ => String::new(),
    };
    Some(kind(format!("compiled Java class data, version {major}.{minor}{name}"), "application/x-java-applet"))
}

fn mach(bytes: &[u8]) -> Option<Kind> {
    let machine = match little(bytes, 4, 4)? {
        0x0100_0007 => "x86_64",
        0x0100_000c => "arm64",
        _ => "unknown",
    };
    let word = match little(bytes, 12, 4)? {
        1 => "object",
        2 => "executable",
        6 => "dynamically linked shared library",
        8 => "bundle",
        _ => "file",
    };
    Some(kind(format!("Mach-O 64-bit {machine} {word}"), "application/x-mach-binary"))
}

fn flac(bytes: &[u8]) -> Option<Kind> {
    let packed = big(bytes, 18, 8)?;
    let (rate, channels, bits) = (packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1);
    let samples = packed & 0xf_ffff_ffff;
    let channels = match channels {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        count => format!("{count} channels"),
    };
    let length = if samples == 0 { "length unknown".to_owned() } else { format!("{samples} samples") };
    let rate = format!("{}", rate as f64 / 1000.0);
    Some(kind(format!("FLAC audio bitstream data, {bits} bit, {channels}, {rate} kHz, {length}"), "audio/flac"))
}

fn sqlite(bytes: &[u8]) -> Option<Kind> {
    const MIME: &str = "application/vnd.sqlite3";
    if bytes.len() < 100 {
        return None;
    }
    let number = |at| big(bytes, at, 4).unwrap_or(0);
    let encoding = match number(56) {
        1 => ", UTF-8",
        2 => ", UTF-16 little endian",
        3 => ", UTF-16 big endian",
        _ => "",
    };
    let mut words = format!(
        "SQLite 3.x database, last written using SQLite version {}, file counter {}, database pages {}",
        number(96),
        number(24),
        number(28)
    );
    if number(32) != 0 {
        words.push_str(&format!(", 1st free page {}, free pages {}", number(32), number(36)));
    }
    words.push_str(&format!(", cookie {:#x}, schema {}{encoding}, version-valid-for {}", number(40), number(44), number(92)));
    Some(kind(words, MIME))
}

fn media(bytes: &[u8]) -> Option<Kind> {
    let (words, mime) = match bytes.get(8..12)? {
        b"isom" | b"iso2" => ("MP4 Base Media v1 [ISO 14496-12:2003]", "video/mp4"),
        b"mp41" => ("MP4 v1 [ISO 14496-1:ch13]", "video/mp4"),
        b"mp42" => ("MP4 v2 [ISO 14496-14]", "video/mp4"),
        b"qt  " => ("Apple QuickTime movie, Apple QuickTime (.MOV/QT)", "video/quicktime"),
        b"M4A " => ("Apple iTunes ALAC/AAC-LC (.M4A) Audio", "audio/x-m4a"),
        b"M4V " => ("Apple iTunes Video (.M4V) Video", "video/x-m4v"),
        b"heic" | b"heix" => ("HEIF Image HEVC Main or Main Still Picture Profile", "image/heic"),
        b"avif" => ("AVIF Image", "image/avif"),
        b"3gp4" | b"3gp5" | b"3gp6" => ("MPEG v4 system, 3GPP", "video/3gpp"),
        _ => return Some(kind("ISO Media", "application/octet-stream")),
    };
    Some(kind(format!("ISO Media, {words}"), mime))
}

fn pcap(bytes: &[u8]) -> Option<Kind> {
    let unit = if bytes[0] == 0xd4 { "microsecond" } else { "nanosecond" };
    let (major, minor, longest, link) = (little(bytes, 4, 2)?, little(bytes, 6, 2)?, little(bytes, 16, 4)?, little(bytes, 20, 4)?);
    let link = match link {
        1 => "Ethernet".to_owned(),
        101 => "Raw IPv4".to_owned(),
        other => format!("linktype {other}"),
    };
    let words = format!("pcap capture file, {unit} ts (little-endian) - version {major}.{minor} ({link}, capture length {longest})");
    Some(kind(words, "application/vnd.tcpdump.pcap"))
}

fn tar(bytes: &[u8]) -> Option<Kind> {
    let block: &[u8; 512] = bytes.get(..512)?.try_into().ok()?;
    if block.iter().all(|byte| *byte == 0) || !crate::tar::is_header(block) {
        return None;
    }
    let words = match &block[257..265] {
        b"ustar  \0" => "POSIX tar archive (GNU)",
        magic if magic.starts_with(b"ustar") => "POSIX tar archive",
        _ => "tar archive",
    };
    Some(kind(words, "application/x-tar"))
}

fn iso(bytes: &[u8]) -> Option<Kind> {
    if bytes.get(32769..32774)? != b"CD001" {
        return None;
    }
    let label = String::from_utf8_lossy(bytes.get(32808..32840)?).trim_end().to_owned();
    Some(kind(format!("ISO 9660 CD-ROM filesystem data '{label}'"), "application/x-iso9660-image"))
}
