//! xxd: hexadecimal dumps, and files from them.

use console::options::{self, Item, Opt, Style, flag, value};
use console::stream::{self, Stream};
use console::{message, path, shown};
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, BufWriter, Read, Result, Seek, SeekFrom, Write};

const OPTIONS: &[Opt] = &[
    flag(&["a", "autoskip"]),
    flag(&["b", "bits"]),
    flag(&["C", "capitalize"]),
    value(&["c", "cols"]),
    flag(&["d"]),
    flag(&["E", "EBCDIC"]),
    flag(&["e"]),
    value(&["g", "groupsize"]),
    flag(&["h", "help"]),
    flag(&["i", "include"]),
    value(&["l", "len"]),
    value(&["n", "name"]),
    value(&["o", "offset"]),
    flag(&["p", "ps", "postscript", "plain"]),
    flag(&["r", "revert"]),
    value(&["s", "skip", "seek"]),
    flag(&["u", "uppercase"]),
    flag(&["v", "version"]),
];

const USAGE: &str = "Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
Options:
    -a          toggle autoskip: A single '*' replaces nul-lines. Default off.
    -b          binary digit dump (incompatible with -ps,-i,-r). Default hex.
    -C          capitalize variable names in C include file style (-i).
    -c cols     format <cols> octets per line. Default 16 (-i: 12, -ps: 30).
    -d          show offset in decimal instead of hex.
    -E          show characters in EBCDIC. Default ASCII.
    -e          little-endian dump (incompatible with -ps,-i,-r).
    -g bytes    number of octets per group in normal output. Default 2 (-e: 4).
    -h          print this summary.
    -i          output in C include file style.
    -l len      stop after <len> octets.
    -n name     set the variable name used in C include output (-i).
    -o off      add <off> to the displayed file position.
    -ps         output in postscript plain hexdump style.
    -r          reverse operation: convert (or patch) hexdump into binary.
    -r -s off   revert with <off> added to file positions found in hexdump.
    -s [+][-]seek  start at <seek> bytes abs. (or +: rel.) infile offset.
    -u          use upper case hex letters.
    -v          show version.";

const MOST_COLUMNS: usize = 256;
const USAGE_ERROR: i32 = 1;
const CANNOT_READ: i32 = 2;
const CANNOT_WRITE: i32 = 3;
const CANNOT_SEEK: i32 = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Hexadecimal,
    Bits,
    LittleEndian,
    Plain,
    Include,
}

struct Xxd {
    form: Form,
    reverts: bool,
    skips_zeros: bool,
    columns: Option<usize>,
    group: Option<usize>,
    length: Option<u64>,
    seek: i64,
    offset: i64,
    uppercase: bool,
    capitalizes: bool,
    decimal: bool,
    ebcdic: bool,
    name: Option<Vec<u8>>,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let style = Style { one_dash: true, ..Style::default() };
    let items = match options::parse(OPTIONS, style, args) {
        Ok(items) => items,
        Err(_) => {
            eprintln!("{USAGE}");
            return USAGE_ERROR;
        }
    };
    let mut xxd = Xxd {
        form: Form::Hexadecimal,
        reverts: false,
        skips_zeros: false,
        columns: None,
        group: None,
        length: None,
        seek: 0,
        offset: 0,
        uppercase: false,
        capitalizes: false,
        decimal: false,
        ebcdic: false,
        name: None,
    };
    let mut files = Vec::new();
    for item in items {
        match item {
            Item::Operand(name) => files.push(name),
            Item::Option(name, value) => {
                if let Err(code) = xxd.apply(name, value.unwrap_or_default()) {
                    return code;
                }
            }
        }
    }
    if files.len() > 2 {
        eprintln!("{USAGE}");
        return USAGE_ERROR;
    }
    xxd.run(&files)
}

/// A number as strtol reads it: `0x` and `0` say the base.
fn number(text: &[u8]) -> i64 {
    let text = shown(text);
    let text = text.trim().trim_start_matches('+');
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let value = if let Some(digits) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        i64::from_str_radix(digits, 16)
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(digits, 8)
    } else {
        digits.parse()
    };
    value.map_or(0, |value| sign * value)
}

impl Xxd {
    fn apply(&mut self, name: &str, value: Vec<u8>) -> std::result::Result<(), i32> {
        match name {
            "a" => self.skips_zeros = !self.skips_zeros,
            "b" => self.form = Form::Bits,
            "C" => self.capitalizes = true,
            "c" => self.columns = usize::try_from(number(&value)).ok().filter(|columns| *columns > 0),
            "d" => self.decimal = true,
            "E" => self.ebcdic = true,
            "e" => self.form = Form::LittleEndian,
            "g" => self.group = usize::try_from(number(&value)).ok(),
            "i" => self.form = Form::Include,
            "l" => self.length = u64::try_from(number(&value)).ok(),
            "n" => self.name = Some(value),
            "o" => self.offset = number(&value),
            "p" => self.form = Form::Plain,
            "r" => self.reverts = true,
            "s" => self.seek = number(&value),
            "u" => self.uppercase = true,
            "h" => {
                eprintln!("{USAGE}");
                return Err(USAGE_ERROR);
            }
            "v" => {
                println!("xxd (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            _ => {}
        }
        Ok(())
    }

    fn run(&self, files: &[Vec<u8>]) -> i32 {
        if self.columns.is_some_and(|columns| columns > MOST_COLUMNS) && self.form != Form::Plain {
            eprintln!("xxd: invalid number of columns (max. {MOST_COLUMNS}).");
            return USAGE_ERROR;
        }
        let named = files.first().filter(|name| *name != b"-");
        let input = match named {
            Some(name) => match Stream::open(name) {
                Ok(input) => input,
                Err(error) => {
                    eprintln!("xxd: {}: {}", shown(name), message(&error));
                    return CANNOT_READ;
                }
            },
            None => Stream::standard_input(),
        };
        let output = match files.get(1).filter(|name| *name != b"-") {
            Some(name) => {
                let opened = OpenOptions::new().write(true).create(true).truncate(!self.reverts).open(path::of(name));
                match opened {
                    Ok(file) => Stream::Own(file),
                    Err(error) => {
                        eprintln!("xxd: {}: {}", shown(name), message(&error));
                        return CANNOT_WRITE;
                    }
                }
            }
            None => Stream::standard_output(),
        };
        let mut output = BufWriter::with_capacity(stream::CHUNK_BYTES, output);
        let done = if self.reverts { self.revert(input, &mut output) } else { self.dump(input, named, &mut output) };
        let done = done.and_then(|code| output.flush().map(|()| code).map_err(Failure::Write));
        // Written or not, nothing is left to write when it is dropped.
        let _ = output.into_parts();
        match done {
            Ok(code) => code,
            Err(Failure::Read(error)) => {
                eprintln!("xxd: {}", message(&error));
                CANNOT_READ
            }
            Err(Failure::Write(error)) => {
                eprintln!("xxd: {}", message(&error));
                CANNOT_WRITE
            }
        }
    }

    fn dump(&self, mut input: Stream, name: Option<&Vec<u8>>, output: &mut dyn Write) -> std::result::Result<i32, Failure> {
        let mut start = 0u64;
        if self.seek != 0 {
            let from = if self.seek < 0 { SeekFrom::End(self.seek) } else { SeekFrom::Start(self.seek as u64) };
            match input.file().seek(from) {
                Ok(position) => start = position,
                Err(_) if self.seek > 0 => {
                    let skipped = std::io::copy(&mut Read::take(&mut input, self.seek as u64), &mut std::io::sink());
                    start = skipped.map_err(Failure::Read)?;
                }
                Err(_) => {
                    eprintln!("xxd: Sorry, cannot seek.");
                    return Ok(CANNOT_SEEK);
                }
            }
        }
        let limit = self.length.unwrap_or(u64::MAX);
        let input = BufReader::with_capacity(stream::CHUNK_BYTES, input).take(limit);
        match self.form {
            Form::Plain => self.plain(input, output),
            Form::Include => self.include(input, name, output),
            _ => self.lines(input, start, output),
        }
    }

    fn digits(&self) -> &'static [u8; 16] {
        if self.uppercase { b"0123456789ABCDEF" } else { b"0123456789abcdef" }
    }

    fn plain(&self, mut input: impl Read, output: &mut dyn Write) -> std::result::Result<i32, Failure> {
        let columns = self.columns.unwrap_or(30);
        let digits = self.digits();
        let mut bytes = vec![0; columns];
        let mut line = Vec::with_capacity(columns * 2 + 1);
        loop {
            let count = stream::read_full(&mut input, &mut bytes).map_err(Failure::Read)?;
            line.clear();
            for byte in &bytes[..count] {
                line.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
            }
            if count > 0 {
                line.push(b'\n');
                output.write_all(&line).map_err(Failure::Write)?;
            }
            if count < columns {
                return Ok(0);
            }
        }
    }

    fn include(&self, mut input: impl Read, file: Option<&Vec<u8>>, output: &mut dyn Write) -> std::result::Result<i32, Failure> {
        let columns = self.columns.unwrap_or(12);
        let name = self.name.as_ref().or(file).map(|name| self.identifier(name));
        let mut put = |text: &str| output.write_all(text.as_bytes()).map_err(Failure::Write);
        if let Some(name) = &name {
            put(&format!("unsigned char {name}[] = {{\n"))?;
        }
        let mut bytes = vec![0; columns];
        let mut total = 0u64;
        loop {
            let count = stream::read_full(&mut input, &mut bytes).map_err(Failure::Read)?;
            if count > 0 {
                let texts: Vec<String> = bytes[..count]
                    .iter()
                    .map(|byte| if self.uppercase { format!("0X{byte:02X}") } else { format!("0x{byte:02x}") })
                    .collect();
                put(&format!("{}  {}", if total > 0 { ",\n" } else { "" }, texts.join(", ")))?;
            }
            total += count as u64;
            if count < columns {
                break;
            }
        }
        if total > 0 {
            put("\n")?;
        }
        if let Some(name) = name {
            let suffix = if self.capitalizes { "_LEN" } else { "_len" };
            put(&format!("}};\nunsigned int {name}{suffix} = {total};\n"))?;
        }
        Ok(0)
    }

    /// A file's name as one of a variable.
    fn identifier(&self, name: &[u8]) -> String {
        let letter = |byte: &u8| if byte.is_ascii_alphanumeric() { *byte as char } else { '_' };
        let mut text: String = name.iter().map(letter).collect();
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            text.insert_str(0, "__");
        }
        if self.capitalizes { text.to_ascii_uppercase() } else { text }
    }

    fn lines(&self, mut input: impl Read, start: u64, output: &mut dyn Write) -> std::result::Result<i32, Failure> {
        let columns = self.columns.unwrap_or(if self.form == Form::Bits { 6 } else { 16 });
        let default_group = match self.form {
            Form::Bits => 1,
            Form::LittleEndian => 4,
            _ => 2,
        };
        let group = self.group.filter(|group| *group > 0 && *group <= columns).unwrap_or(match self.group {
            Some(_) => columns,
            None => default_group,
        });
        if self.form == Form::LittleEndian && !group.is_power_of_two() {
            return Err(Failure::Read(std::io::Error::from_raw_os_error(sys::errno::INVAL)));
        }
        let width = self.width_of(columns, columns, group);
        let mut bytes = vec![0; columns];
        let mut position = start;
        let mut zero_lines = 0;
        let mut held: Option<Vec<u8>> = None;
        loop {
            let count = stream::read_full(&mut input, &mut bytes).map_err(Failure::Read)?;
            let is_last = count < columns;
            if count > 0 {
                let line = self.line(&bytes[..count], position, group, width);
                let is_zero = self.skips_zeros && bytes[..count].iter().all(|byte| *byte == 0);
                if !is_zero && zero_lines > 2 {
                    held = None;
                }
                zero_lines = if is_zero { zero_lines + 1 } else { 0 };
                match zero_lines {
                    0 => {
                        if let Some(held) = held.take() {
                            output.write_all(&held).map_err(Failure::Write)?;
                        }
                        output.write_all(&line).map_err(Failure::Write)?;
                    }
                    1 => output.write_all(&line).map_err(Failure::Write)?,
                    // A single one in between is shown, several are a star.
                    2 => held = Some(line),
                    _ => {
                        if zero_lines == 3 {
                            output.write_all(b"*\n").map_err(Failure::Write)?;
                        }
                        held = Some(line);
                    }
                }
            }
            position += count as u64;
            if is_last {
                break;
            }
        }
        if let Some(held) = held {
            output.write_all(&held).map_err(Failure::Write)?;
        }
        Ok(0)
    }

    /// Columns that `count` bytes take, with blanks between groups.
    fn width_of(&self, count: usize, columns: usize, group: usize) -> usize {
        let digits = if self.form == Form::Bits { 8 } else { 2 };
        let groups = if self.form == Form::LittleEndian { columns.div_ceil(group) } else { count.div_ceil(group) };
        let padded = if self.form == Form::LittleEndian { groups * group } else { count };
        padded * digits + groups.saturating_sub(1)
    }

    fn line(&self, bytes: &[u8], position: u64, group: usize, width: usize) -> Vec<u8> {
        let digits = self.digits();
        let shown_at = position.wrapping_add_signed(self.offset);
        let head = if self.decimal { format!("{shown_at:08}: ") } else { format!("{shown_at:08x}: ") };
        let mut line = head.into_bytes();
        let start = line.len();
        for (index, chunk) in bytes.chunks(group).enumerate() {
            if index > 0 {
                line.push(b' ');
            }
            if self.form == Form::LittleEndian {
                line.extend(std::iter::repeat_n(b' ', (group - chunk.len()) * 2));
            }
            let mut put = |byte: &u8| match self.form {
                Form::Bits => line.extend(format!("{byte:08b}").bytes()),
                _ => line.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]),
            };
            if self.form == Form::LittleEndian { chunk.iter().rev().for_each(&mut put) } else { chunk.iter().for_each(&mut put) }
        }
        line.resize(start + width, b' ');
        line.extend_from_slice(b"  ");
        for byte in bytes {
            let byte = if self.ebcdic { EBCDIC[usize::from(*byte)] } else { *byte };
            line.push(if (32..127).contains(&byte) { byte } else { b'.' });
        }
        line.push(b'\n');
        line
    }

    fn revert(&self, input: Stream, output: &mut BufWriter<Stream>) -> std::result::Result<i32, Failure> {
        let mut input = BufReader::with_capacity(stream::CHUNK_BYTES, input);
        let can_seek = sys::fd_stat(output.get_ref().fd()).is_ok_and(|stat| stat.is_regular());
        let mut written = 0u64;
        let mut line = Vec::new();
        let mut half = None;
        loop {
            line.clear();
            if input.read_until(b'\n', &mut line).map_err(Failure::Read)? == 0 {
                return Ok(0);
            }
            if self.form == Form::Plain {
                let bytes = plain_bytes(&line, &mut half);
                output.write_all(&bytes).map_err(Failure::Write)?;
                continue;
            }
            let Some((position, bytes)) = dumped(&line, self.columns.unwrap_or(16)) else { continue };
            let position = position.wrapping_add_signed(self.seek);
            if position != written {
                if can_seek {
                    output.flush().and_then(|()| output.get_ref().file().seek(SeekFrom::Start(position))).map_err(Failure::Write)?;
                } else if position > written {
                    zeros(output, position - written).map_err(Failure::Write)?;
                } else {
                    let _ = output.flush();
                    eprintln!("xxd: Sorry, cannot seek backwards.");
                    return Ok(5);
                }
                written = position;
            }
            output.write_all(&bytes).map_err(Failure::Write)?;
            written += bytes.len() as u64;
        }
    }
}

enum Failure {
    Read(std::io::Error),
    Write(std::io::Error),
}

fn zeros(output: &mut dyn Write, mut count: u64) -> Result<()> {
    let block = [0; 4096];
    while count > 0 {
        let length = block.len().min(usize::try_from(count).unwrap_or(usize::MAX));
        output.write_all(&block[..length])?;
        count -= length as u64;
    }
    Ok(())
}

/// The bytes of a line of plain digits; others between them are passed over. A digit without its second waits for the
/// next line.
fn plain_bytes(line: &[u8], half: &mut Option<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for character in line {
        let Some(digit) = (*character as char).to_digit(16) else {
            if *character != b'\n' {
                *half = None;
            }
            continue;
        };
        match half.take() {
            Some(first) => bytes.push(first << 4 | digit as u8),
            None => *half = Some(digit as u8),
        }
    }
    bytes
}

/// Position and bytes of a line of a dump.
fn dumped(line: &[u8], columns: usize) -> Option<(u64, Vec<u8>)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let position = u64::from_str_radix(std::str::from_utf8(&line[..colon]).ok()?.trim(), 16).ok()?;
    let mut bytes = Vec::new();
    let (mut half, mut blanks) = (None, 0);
    for character in &line[colon + 1..] {
        if *character == b' ' {
            blanks += 1;
            // Two blanks end the digits.
            if blanks > 1 && !bytes.is_empty() {
                break;
            }
            continue;
        }
        let Some(digit) = (*character as char).to_digit(16) else { break };
        blanks = 0;
        match half.take() {
            Some(first) => bytes.push(first << 4 | digit as u8),
            None => half = Some(digit as u8),
        }
        if bytes.len() >= columns {
            break;
        }
    }
    Some((position, bytes))
}

/// What ASCII character a byte of EBCDIC is; 0 where it is none.
static EBCDIC: [u8; 256] = {
    let mut table = [0; 256];
    let runs: [(usize, &[u8]); 13] = [
        (0x40, b" "),
        (0x4b, b".<(+|&"),
        (0x5a, b"!$*);~-/"),
        (0x6b, b",%_>?"),
        (0x79, b"`:#@'=\""),
        (0x81, b"abcdefghi"),
        (0x91, b"jklmnopqr"),
        (0xa1, b"~stuvwxyz"),
        (0xc0, b"{ABCDEFGHI"),
        (0xd0, b"}JKLMNOPQR"),
        (0xe0, b"\\"),
        (0xe2, b"STUVWXYZ"),
        (0xf0, b"0123456789"),
    ];
    let mut run = 0;
    while run < runs.len() {
        let (start, text) = runs[run];
        let mut index = 0;
        while index < text.len() {
            table[start + index] = text[index];
            index += 1;
        }
        run += 1;
    }
    table
};
