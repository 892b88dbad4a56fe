//! `stat -f`: shows a file system.

use crate::getopt::Program;
use crate::output;
use crate::words::quoted;
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;
use sys::file::FileSystem;

const DEFAULT: &str = "  File: \"%n\"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\n\
Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d\n";
const TERSE: &str = "%n %i %l %t %s %S %b %f %a %c %d\n";

pub fn describe(program: Program, operands: &[OsString], format: Option<&[u8]>, terse: bool) -> i32 {
    if operands.is_empty() {
        return program.missing_operand(None);
    }
    let format = match format {
        _ if terse => TERSE.as_bytes(),
        Some(format) => format,
        None => DEFAULT.as_bytes(),
    };
    let (mut output, mut code) = (output::standard(), 0);
    for operand in operands {
        match sys::file::path_statfs(operand.as_bytes()) {
            Ok(space) => {
                let _ = output.write_all(&filled(format, operand.as_bytes(), &space));
            }
            Err(error) => {
                let _ = output.flush();
                program.complain_of(&format!("cannot read file system information for {}", quoted(operand)), &error);
                code = 1;
            }
        }
    }
    output::finish(output, program.name, code)
}

fn filled(format: &[u8], name: &[u8], space: &FileSystem) -> Vec<u8> {
    let (mut text, mut rest) = (Vec::new(), format);
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            text.push(*first);
            continue;
        }
        let left = rest.starts_with(b"-");
        let digits_at = usize::from(left);
        let digits = rest[digits_at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let width: usize = std::str::from_utf8(&rest[digits_at..digits_at + digits]).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        let Some((letter, after)) = rest[digits_at + digits..].split_first() else {
            text.push(b'%');
            break;
        };
        rest = after;
        let value = directive(*letter, name, space);
        let padding = std::iter::repeat_n(b' ', width.saturating_sub(value.len()));
        if left {
            text.extend(value);
            text.extend(padding);
        } else {
            text.extend(padding);
            text.extend(value);
        }
    }
    text
}

fn directive(letter: u8, name: &[u8], space: &FileSystem) -> Vec<u8> {
    let text = match letter {
        b'n' => return name.to_vec(),
        b'%' => "%".to_owned(),
        b'a' | b'f' => space.free_blocks.to_string(),
        b'b' => space.blocks.to_string(),
        b'c' => space.inodes.to_string(),
        b'd' => space.free_inodes.to_string(),
        b'i' => "0".to_owned(),
        b'l' => space.longest_name.to_string(),
        b's' | b'S' => space.block_size.to_string(),
        b't' => format!("{:x}", space.kind),
        b'T' => match space.kind {
            0x0102_1994 => "tmpfs".to_owned(),
            0x9fa0 => "proc".to_owned(),
            kind => format!("UNKNOWN (0x{kind:x})"),
        },
        _ => "?".to_owned(),
    };
    text.into_bytes()
}
