//! dd: copies in blocks. `operands` reads the command line, `convert` changes what is copied.

mod convert;
mod operands;

use crate::getopt::Program;
use crate::path;
use crate::words::quoted;
use convert::Converter;
use operands::{Operands, Report};
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{Error, Read, Result, Seek, SeekFrom, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::wasi::ffi::OsStrExt;
use std::time::Instant;
use sys::signal::{self, Disposition};

const PROGRAM: Program = Program { name: "dd", usage: "[OPERAND]...\n  or:  dd OPTION", usage_error: 1, stops_at_operand: false };
const SIGUSR1: i32 = 10;

/// Whole and partial blocks.
#[derive(Clone, Copy, Default)]
struct Blocks {
    whole: u64,
    partial: u64,
}

struct Copying {
    operands: Operands,
    input: ManuallyDrop<File>,
    output: ManuallyDrop<File>,
    read: Blocks,
    written: Blocks,
    bytes: u64,
    truncated_records: u64,
    began: Instant,
    /// Gathers until there is a whole block to write.
    pending: Vec<u8>,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let operands = match Operands::parse(args) {
        Ok(operands) => operands,
        Err(code) => return code,
    };
    let _ = signal::set_action(SIGUSR1, Disposition::Caught);
    let (input, output) = match open(&operands) {
        Ok(files) => files,
        Err(text) => {
            PROGRAM.complain(&text);
            return 1;
        }
    };
    let mut copying = Copying {
        operands,
        input,
        output,
        read: Blocks::default(),
        written: Blocks::default(),
        bytes: 0,
        truncated_records: 0,
        began: Instant::now(),
        pending: Vec::new(),
    };
    let code = match copying.run() {
        Ok(had_errors) => i32::from(had_errors),
        Err(text) => {
            PROGRAM.complain(&text);
            1
        }
    };
    copying.report();
    code
}

fn open(operands: &Operands) -> std::result::Result<(ManuallyDrop<File>, ManuallyDrop<File>), String> {
    let failed = |name: &OsStr, error: Error| format!("failed to open {}: {}", quoted(name), sys::errno::message(&error));
    // SAFETY: descriptors 0 and 1 are this process's, and `ManuallyDrop` keeps them open.
    let standard = |fd| ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    let input = match &operands.input {
        Some(name) => ManuallyDrop::new(File::open(path::of(name.as_bytes())).map_err(|error| failed(name, error))?),
        None => standard(0),
    };
    let output = match &operands.output {
        Some(name) => {
            let conversion = &operands.conversion;
            let keeps = conversion.no_truncation || operands.seek_bytes > 0;
            let mut options = OpenOptions::new();
            options.write(true).append(operands.append).create(!conversion.no_creation).create_new(conversion.exclusive);
            options.truncate(!keeps && !operands.append && !conversion.exclusive);
            let file = options.open(path::of(name.as_bytes())).map_err(|error| failed(name, error))?;
            if !conversion.no_truncation && operands.seek_bytes > 0 && file.metadata().is_ok_and(|metadata| metadata.is_file()) {
                file.set_len(operands.seek_bytes)
                    .map_err(|error| format!("failed to truncate to {} bytes in output file {}: {}", operands.seek_bytes, quoted(name), sys::errno::message(&error)))?;
            }
            ManuallyDrop::new(file)
        }
        None => standard(1),
    };
    Ok((input, output))
}

impl Copying {
    /// Copies; tells whether an error was passed over.
    fn run(&mut self) -> std::result::Result<bool, String> {
        self.skip()?;
        self.seek()?;
        let mut converter = Converter::new(&self.operands);
        let mut block = vec![0; self.operands.input_block];
        let mut had_errors = false;
        let reading = |name: &Option<OsString>, error: &Error| {
            let shown = name.as_ref().map_or("standard input".into(), quoted);
            format!("error reading {shown}: {}", sys::errno::message(error))
        };
        let mut left = self.operands.count;
        loop {
            if left == Some(0) {
                break;
            }
            let wanted = match left {
                Some(bytes) if self.operands.count_is_bytes => block.len().min(usize::try_from(bytes).unwrap_or(usize::MAX)),
                _ => block.len(),
            };
            let mut count = match self.read_block(&mut block[..wanted]) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if self.operands.conversion.no_error => {
                    PROGRAM.complain(&reading(&self.operands.input, &error));
                    had_errors = true;
                    // A directory or a device that does not read at all would fail for ever.
                    if self.input.seek(SeekFrom::Current(block.len() as i64)).is_err() || error.raw_os_error() == Some(sys::errno::ISDIR) {
                        break;
                    }
                    0
                }
                Err(error) => {
                    self.finish(&mut converter)?;
                    PROGRAM.complain(&reading(&self.operands.input, &error));
                    return Ok(true);
                }
            };
            if count == self.operands.input_block {
                self.read.whole += 1;
            } else {
                self.read.partial += 1;
            }
            left = left.map(|left| left - if self.operands.count_is_bytes { count as u64 } else { 1 });
            if self.operands.conversion.sync && count < block.len() {
                let fill = if self.operands.conversion.is_block_wise() { b' ' } else { 0 };
                block[count..].fill(fill);
                count = block.len();
            }
            let converted = converter.convert(&mut block[..count], &mut self.truncated_records);
            if self.operands.is_direct() {
                // What was read at once is written at once.
                self.write_block(converted)?;
            } else {
                self.pending.extend_from_slice(converted);
                self.write_whole_blocks()?;
            }
            if signal::has_come() {
                while signal::take().is_some() {
                    self.report();
                }
            }
        }
        self.finish(&mut converter)?;
        Ok(had_errors)
    }

    fn finish(&mut self, converter: &mut Converter) -> std::result::Result<(), String> {
        let rest = converter.finish();
        self.pending.extend(rest);
        self.write_whole_blocks()?;
        let last = std::mem::take(&mut self.pending);
        if !last.is_empty() {
            self.write_block(&last)?;
        }
        if self.operands.conversion.sparse {
            // A hole at the end has to be made by its length.
            let end = self.output.stream_position().unwrap_or(0);
            if self.output.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() < end) {
                let _ = self.output.set_len(end);
            }
        }
        Ok(())
    }

    fn write_whole_blocks(&mut self) -> std::result::Result<(), String> {
        let size = self.operands.output_block;
        let whole = self.pending.len() / size * size;
        let pending = std::mem::take(&mut self.pending);
        for block in pending[..whole].chunks(size) {
            self.write_block(block)?;
        }
        self.pending = pending[whole..].to_vec();
        Ok(())
    }

    fn write_block(&mut self, block: &[u8]) -> std::result::Result<(), String> {
        if self.operands.conversion.sparse && block.iter().all(|byte| *byte == 0) && self.output.seek(SeekFrom::Current(block.len() as i64)).is_ok() {
            self.count_written(block.len());
            return Ok(());
        }
        // GNU's words differ for the blocks that are gathered.
        let what = if self.operands.is_direct() { "error writing" } else { "writing to" };
        let mut done = 0;
        while done < block.len() {
            match self.output.write(&block[done..]) {
                Ok(count) => done += count,
                Err(error) if error.raw_os_error() == Some(sys::errno::INTR) => {}
                Err(error) => {
                    if done > 0 {
                        self.count_written(done);
                    }
                    let shown = self.operands.output.as_ref().map_or("'standard output'".to_owned(), quoted);
                    return Err(format!("{what} {shown}: {}", sys::errno::message(&error)));
                }
            }
        }
        self.count_written(done);
        Ok(())
    }

    fn count_written(&mut self, bytes: usize) {
        if bytes == self.operands.output_block {
            self.written.whole += 1;
        } else {
            self.written.partial += 1;
        }
        self.bytes += bytes as u64;
    }

    /// Reads once, or with `fullblock` until the block is full.
    fn read_block(&mut self, block: &mut [u8]) -> Result<usize> {
        let mut count = 0;
        loop {
            match self.input.read(&mut block[count..]) {
                Ok(0) => return Ok(count),
                Ok(more) => count += more,
                Err(error) if error.raw_os_error() == Some(sys::errno::INTR) => continue,
                Err(error) => return Err(error),
            }
            if !self.operands.full_blocks || count == block.len() {
                return Ok(count);
            }
        }
    }

    fn skip(&mut self) -> std::result::Result<(), String> {
        let mut left = self.operands.skip_bytes;
        if left == 0 {
            return Ok(());
        }
        let shown = self.operands.input.as_ref().map_or("'standard input'".to_owned(), quoted);
        let size = self.input.metadata().ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len());
        let seeks = i64::try_from(left).is_ok_and(|left| self.input.seek(SeekFrom::Current(left)).is_ok());
        let mut is_short = false;
        if seeks {
            let position = self.input.stream_position().unwrap_or(0);
            is_short = size.is_some_and(|size| position > size);
        } else {
            let mut buffer = vec![0; self.operands.input_block];
            while left > 0 && !is_short {
                let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                match self.read_block(&mut buffer[..wanted]) {
                    Ok(0) => is_short = true,
                    // A partial read counts as a block, unless bytes are counted.
                    Ok(count) => left -= if self.operands.skip_is_bytes || self.operands.full_blocks { count as u64 } else { wanted as u64 },
                    Err(error) => return Err(format!("error reading {shown}: {}", sys::errno::message(&error))),
                }
            }
        }
        if is_short && self.operands.report != Report::Nothing {
            PROGRAM.complain(&format!("{}: cannot skip to specified offset", shown));
        }
        Ok(())
    }

    fn seek(&mut self) -> std::result::Result<(), String> {
        let bytes = self.operands.seek_bytes;
        if bytes == 0 || i64::try_from(bytes).is_ok_and(|bytes| self.output.seek(SeekFrom::Current(bytes)).is_ok()) {
            return Ok(());
        }
        let shown = self.operands.output.as_ref().map_or("'standard output'".to_owned(), quoted);
        Err(format!("{shown}: cannot seek: Illegal seek"))
    }

    fn report(&self) {
        if self.operands.report == Report::Nothing {
            return;
        }
        let blocks = |blocks: Blocks| format!("{}+{}", blocks.whole, blocks.partial);
        eprintln!("{} records in\n{} records out", blocks(self.read), blocks(self.written));
        match self.truncated_records {
            0 => {}
            1 => eprintln!("1 truncated record"),
            count => eprintln!("{count} truncated records"),
        }
        if self.operands.report == Report::Everything {
            eprintln!("{}", summary(self.bytes, self.began.elapsed().as_secs_f64()));
        }
    }
}

/// `1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.00123 s, 853 MB/s`
fn summary(bytes: u64, seconds: f64) -> String {
    let noun = if bytes == 1 { "byte" } else { "bytes" };
    let decimal = scaled(bytes as f64, 1000.0, ["B", "kB", "MB", "GB", "TB", "PB"]);
    let binary = scaled(bytes as f64, 1024.0, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
    let sizes = match bytes {
        0..1000 => String::new(),
        1000..1024 => format!(" ({decimal})"),
        _ => format!(" ({decimal}, {binary})"),
    };
    let rate = if seconds > 0.0 { scaled(bytes as f64 / seconds, 1000.0, ["B", "kB", "MB", "GB", "TB", "PB"]) } else { "Infinity B".to_owned() };
    format!("{bytes} {noun}{sizes} copied, {} s, {rate}/s", significant(seconds))
}

fn scaled(value: f64, base: f64, units: [&str; 6]) -> String {
    let mut value = value;
    let mut unit = 0;
    while value >= base && unit + 1 < units.len() {
        value /= base;
        unit += 1;
    }
    let digits = usize::from(value < 10.0 && unit > 0);
    format!("{value:.digits$} {}", units[unit])
}

/// Six significant digits, as `%g` gives them.
fn significant(value: f64) -> String {
    let digits = if value >= 1.0 { 5usize.saturating_sub(value.log10() as usize) } else { 6 - value.max(1e-6).log10().floor() as usize % 6 };
    let text = format!("{value:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
