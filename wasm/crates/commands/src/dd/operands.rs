//! The operands of dd: `if=FILE`, `bs=1M`, `conv=notrunc,sync` …

use super::PROGRAM;
use crate::getopt;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const DEFAULT_BLOCK: usize = 512;
/// More than this can't be one block here: the whole memory of a program is 512 MiB.
const BLOCK_MAX: u64 = 256 * 1024 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Nothing,
    /// Without the line of bytes and rate.
    Records,
    Everything,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Records {
    #[default]
    AsTheyAre,
    /// Lines become records of `cbs` bytes.
    Block,
    Unblock,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Letters {
    #[default]
    AsTheyAre,
    Lower,
    Upper,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Code {
    #[default]
    AsItIs,
    FromEbcdic,
    ToEbcdic,
    ToIbm,
}

#[derive(Clone, Copy, Default)]
pub struct Conversion {
    pub records: Records,
    pub letters: Letters,
    pub code: Code,
    pub swap: bool,
    pub sync: bool,
    pub sparse: bool,
    pub no_error: bool,
    pub no_truncation: bool,
    pub no_creation: bool,
    pub exclusive: bool,
}

impl Conversion {
    pub fn is_block_wise(&self) -> bool {
        self.records != Records::AsTheyAre
    }

    fn changes_bytes(&self) -> bool {
        self.is_block_wise() || self.letters != Letters::AsTheyAre || self.code != Code::AsItIs || self.swap
    }
}

pub struct Operands {
    pub input: Option<OsString>,
    pub output: Option<OsString>,
    pub input_block: usize,
    pub output_block: usize,
    pub conversion_block: usize,
    /// `bs=`: blocks go through as they come.
    whole_block: bool,
    pub count: Option<u64>,
    pub count_is_bytes: bool,
    pub skip_bytes: u64,
    pub skip_is_bytes: bool,
    pub seek_bytes: u64,
    pub full_blocks: bool,
    pub append: bool,
    pub report: Report,
    pub conversion: Conversion,
}

impl Operands {
    pub fn parse(args: Vec<OsString>) -> Result<Operands, i32> {
        let parsed = getopt::parse(PROGRAM, &[], args)?;
        let mut operands = Operands {
            input: None,
            output: None,
            input_block: DEFAULT_BLOCK,
            output_block: DEFAULT_BLOCK,
            conversion_block: 0,
            whole_block: false,
            count: None,
            count_is_bytes: false,
            skip_bytes: 0,
            skip_is_bytes: false,
            seek_bytes: 0,
            full_blocks: false,
            append: false,
            report: Report::Everything,
            conversion: Conversion::default(),
        };
        let (mut skip, mut seek, mut block) = ((0, false), (0, false), None);
        let (mut input_flags, mut output_flags) = (Vec::new(), Vec::new());
        for operand in &parsed.operands {
            let text = operand.to_string_lossy();
            let Some((name, value)) = text.split_once('=') else {
                return Err(PROGRAM.usage_failure(&format!("unrecognized operand {}", quoted(operand))));
            };
            let as_given = OsStr::from_bytes(&operand.as_bytes()[(name.len() + 1).min(operand.len())..]);
            match name {
                "if" => operands.input = Some(as_given.to_owned()),
                "of" => operands.output = Some(as_given.to_owned()),
                "bs" => block = Some(block_size(value)?),
                "ibs" => operands.input_block = block_size(value)?,
                "obs" => operands.output_block = block_size(value)?,
                "cbs" => operands.conversion_block = block_size(value)?,
                "count" => {
                    let (count, is_bytes) = number(value)?;
                    (operands.count, operands.count_is_bytes) = (Some(count), is_bytes);
                }
                "skip" | "iseek" => skip = number(value)?,
                "seek" | "oseek" => seek = number(value)?,
                "status" => {
                    operands.report = match value {
                        "none" => Report::Nothing,
                        "noxfer" => Report::Records,
                        "progress" => Report::Everything,
                        _ => return Err(PROGRAM.usage_failure(&format!("invalid status level: {}", quoted(value)))),
                    }
                }
                "conv" => operands.convert(value)?,
                "iflag" => input_flags.extend(flags(value, "input")?),
                "oflag" => output_flags.extend(flags(value, "output")?),
                _ => return Err(PROGRAM.usage_failure(&format!("unrecognized operand {}", quoted(operand)))),
            }
        }
        if let Some(block) = block {
            (operands.input_block, operands.output_block, operands.whole_block) = (block, block, true);
        }
        let has = |flags: &[String], name: &str| flags.iter().any(|flag| flag == name);
        operands.full_blocks = has(&input_flags, "fullblock");
        operands.append = has(&output_flags, "append");
        operands.count_is_bytes |= has(&input_flags, "count_bytes");
        operands.skip_is_bytes = skip.1 || has(&input_flags, "skip_bytes");
        let seek_is_bytes = seek.1 || has(&output_flags, "seek_bytes");
        let in_bytes = |number: u64, is_bytes: bool, block: usize| number.checked_mul(if is_bytes { 1 } else { block as u64 });
        let bytes = in_bytes(skip.0, operands.skip_is_bytes, operands.input_block)
            .zip(in_bytes(seek.0, seek_is_bytes, operands.output_block));
        let Some((skip_bytes, seek_bytes)) = bytes else {
            PROGRAM.complain("invalid number: Value too large for defined data type");
            return Err(1);
        };
        (operands.skip_bytes, operands.seek_bytes) = (skip_bytes, seek_bytes);
        Ok(operands)
    }

    /// With `bs=` and nothing that changes lengths, each read is a write.
    pub fn is_direct(&self) -> bool {
        self.whole_block && !self.conversion.changes_bytes()
    }

    fn convert(&mut self, list: &str) -> Result<(), i32> {
        let exclusive = |wrong: bool, what: &str| {
            if wrong {
                PROGRAM.complain(&format!("cannot combine any two of {what}"));
                return Err(1);
            }
            Ok(())
        };
        let conversion = &mut self.conversion;
        for word in list.split(',') {
            match word {
                "ascii" | "ebcdic" | "ibm" => {
                    exclusive(conversion.code != Code::AsItIs, "{ascii,ebcdic,ibm}")?;
                    (conversion.code, conversion.records) = match word {
                        "ascii" => (Code::FromEbcdic, Records::Unblock),
                        "ebcdic" => (Code::ToEbcdic, Records::Block),
                        _ => (Code::ToIbm, Records::Block),
                    };
                }
                "block" | "unblock" => {
                    exclusive(conversion.records != Records::AsTheyAre, "{block,unblock}")?;
                    conversion.records = if word == "block" { Records::Block } else { Records::Unblock };
                }
                "lcase" | "ucase" => {
                    exclusive(conversion.letters != Letters::AsTheyAre, "{lcase,ucase}")?;
                    conversion.letters = if word == "lcase" { Letters::Lower } else { Letters::Upper };
                }
                "sparse" => conversion.sparse = true,
                "swab" => conversion.swap = true,
                "sync" => conversion.sync = true,
                "excl" => conversion.exclusive = true,
                "nocreat" => conversion.no_creation = true,
                "notrunc" => conversion.no_truncation = true,
                "noerror" => conversion.no_error = true,
                // Nothing is kept back that could be synchronised.
                "fdatasync" | "fsync" => {}
                _ => return Err(PROGRAM.usage_failure(&format!("invalid conversion: {}", quoted(word)))),
            }
        }
        if conversion.exclusive && conversion.no_creation {
            PROGRAM.complain("cannot combine excl and nocreat");
            return Err(1);
        }
        Ok(())
    }
}

fn flags(list: &str, which: &str) -> Result<Vec<String>, i32> {
    const KNOWN: [&str; 16] = [
        "append", "binary", "cio", "direct", "directory", "dsync", "noatime", "nocache", "noctty", "nofollow", "nolinks",
        "nonblock", "sync", "text", "fullblock", "count_bytes",
    ];
    let known = |word: &&str| {
        let one_way = matches!((*word, which), ("fullblock" | "count_bytes" | "skip_bytes", "output") | ("seek_bytes", "input"));
        (KNOWN.contains(word) || *word == "skip_bytes" || *word == "seek_bytes") && !one_way
    };
    if let Some(wrong) = list.split(',').find(|word| !known(word)) {
        return Err(PROGRAM.usage_failure(&format!("invalid {which} flag: {}", quoted(wrong))));
    }
    Ok(list.split(',').map(str::to_owned).collect())
}

fn block_size(text: &str) -> Result<usize, i32> {
    let (size, _) = number(text)?;
    if size == 0 {
        PROGRAM.complain(&format!("invalid number: {}", quoted(text)));
        return Err(1);
    }
    if size > BLOCK_MAX {
        let shown = crate::human::size(size, 1024);
        PROGRAM.complain(&format!("memory exhausted by input buffer of size {size} bytes ({shown}iB)"));
        return Err(1);
    }
    Ok(size as usize)
}

/// `2x4k`: a product of numbers with units. One that ends in `B` counts bytes.
fn number(text: &str) -> Result<(u64, bool), i32> {
    let is_bytes = text.ends_with('B') && !text.ends_with("kB") && !text.ends_with("KB") && {
        let before = text[..text.len() - 1].chars().next_back();
        before.is_some_and(|letter| letter.is_ascii_digit())
    };
    let product = text.trim_ascii_start().split('x').try_fold(1u64, |product, factor| {
        let factor = if is_bytes { factor.strip_suffix('B').unwrap_or(factor) } else { factor };
        let starts_with_digit = factor.starts_with(|first: char| first.is_ascii_digit());
        product.checked_mul(crate::size::parse(factor, true).filter(|_| starts_with_digit)?)
    });
    product.map(|product| (product, is_bytes)).ok_or_else(|| {
        PROGRAM.complain(&format!("invalid number: {}", quoted(text)));
        1
    })
}
