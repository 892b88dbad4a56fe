//! df: how full the file systems are, by /proc/mounts and statfs.

use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::human;
use crate::output;
use crate::path;
use crate::size;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "df", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["a", "all"]),
    value(&["B", "block-size"]),
    flag(&["h", "human-readable"]),
    flag(&["H", "si"]),
    flag(&["i", "inodes"]),
    flag(&["k"]),
    flag(&["m"]),
    flag(&["l", "local"]),
    flag(&["no-sync"]),
    flag(&["sync"]),
    optional_value(&["output"]),
    flag(&["P", "portability"]),
    flag(&["total"]),
    value(&["t", "type"]),
    flag(&["T", "print-type"]),
    value(&["x", "exclude-type"]),
    flag(&["v"]),
];

/// The columns that `--output` can name, their headings and whether they stand at the left.
const FIELDS: [(&str, &str, bool); 12] = [
    ("source", "Filesystem", true),
    ("fstype", "Type", true),
    ("itotal", "Inodes", false),
    ("iused", "IUsed", false),
    ("iavail", "IFree", false),
    ("ipcent", "IUse%", false),
    ("size", "", false),
    ("used", "Used", false),
    ("avail", "Avail", false),
    ("pcent", "Use%", false),
    ("file", "File", true),
    ("target", "Mounted on", true),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Units {
    Blocks(u64),
    Human(u64),
}

struct Mount {
    source: String,
    target: String,
    kind: String,
}

struct Row {
    mount: Mount,
    file: String,
    space: sys::file::FileSystem,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut units, mut all, mut portable, mut total, mut inodes, mut with_type) = (Units::Blocks(1024), false, false, false, false, false);
    let (mut kinds, mut excluded, mut fields): (Vec<String>, Vec<String>, Option<Vec<usize>>) = (Vec::new(), Vec::new(), None);
    for given in &parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        match given.name {
            "a" => all = true,
            "B" => match size::parse(&text, false).filter(|size| *size > 0) {
                Some(bytes) => units = Units::Blocks(bytes),
                None => {
                    PROGRAM.complain(&format!("invalid --block-size argument {}", quoted(&given.value)));
                    return 1;
                }
            },
            "h" => units = Units::Human(1024),
            "H" => units = Units::Human(1000),
            "k" => units = Units::Blocks(1024),
            "m" => units = Units::Blocks(1 << 20),
            "i" => inodes = true,
            "P" => portable = true,
            "total" => total = true,
            "T" => with_type = true,
            "t" => kinds.push(text),
            "x" => excluded.push(text),
            "output" => {
                let names: Vec<&str> = if text.is_empty() { FIELDS.iter().map(|field| field.0).collect() } else { text.split(',').collect() };
                let index = |name: &&str| FIELDS.iter().position(|field| field.0 == *name).ok_or_else(|| (*name).to_owned());
                match names.iter().map(index).collect::<Result<Vec<usize>, String>>() {
                    Ok(chosen) => fields = Some(chosen),
                    Err(name) => return PROGRAM.usage_failure(&format!("option --output: field {} unknown", quoted(name))),
                }
            }
            _ => {}
        }
    }
    let named = |names: &[&str]| names.iter().filter_map(|name| FIELDS.iter().position(|field| field.0 == *name)).collect::<Vec<usize>>();
    let columns = match fields {
        Some(_) if inodes || portable || with_type => {
            let other = if inodes { "-i" } else if portable { "-P" } else { "-T" };
            return PROGRAM.usage_failure(&format!("options {other} and --output are mutually exclusive"));
        }
        Some(fields) => fields,
        None => {
            let kind: &[&str] = if with_type { &["source", "fstype"] } else { &["source"] };
            let numbers: &[&str] = if inodes { &["itotal", "iused", "iavail", "ipcent"] } else { &["size", "used", "avail", "pcent"] };
            named(&[kind, numbers, &["target"]].concat())
        }
    };
    let (mut rows, mut code) = (Vec::new(), 0);
    let wanted = |mount: &Mount| (kinds.is_empty() || kinds.contains(&mount.kind)) && !excluded.contains(&mount.kind);
    if parsed.operands.is_empty() {
        for mount in mounts() {
            let space = sys::file::path_statfs(mount.target.as_bytes()).ok();
            if let Some(space) = space.filter(|space| wanted(&mount) && (all || space.blocks > 0)) {
                rows.push(Row { mount, file: "-".to_owned(), space });
            }
        }
    }
    for operand in &parsed.operands {
        match of_file(operand) {
            Ok(row) if wanted(&row.mount) => rows.push(row),
            Ok(_) => {}
            Err(error) => {
                PROGRAM.complain_of(&operand.to_string_lossy(), &error);
                code = 1;
            }
        }
    }
    if rows.is_empty() {
        if code == 0 {
            PROGRAM.complain("no file systems processed");
        }
        return 1;
    }
    if total {
        rows.push(sum(&rows));
    }
    let mut output = output::standard();
    let _ = output.write_all(table(&rows, &columns, units, portable).as_bytes());
    output::finish(output, PROGRAM.name, code)
}

fn mounts() -> Vec<Mount> {
    let text = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let plain = |word: &str| word.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    let mount = |line: &str| {
        let mut words = line.split(' ');
        Some(Mount { source: plain(words.next()?), target: plain(words.next()?), kind: words.next()?.to_owned() })
    };
    text.lines().filter_map(mount).collect()
}

fn of_file(file: &OsStr) -> std::io::Result<Row> {
    let space = sys::file::path_statfs(file.as_bytes())?;
    let resolved = path::resolve(file.as_bytes(), path::Missing::Nothing)?;
    let resolved = String::from_utf8_lossy(&resolved).into_owned();
    let holds = |mount: &Mount| mount.target == "/" || resolved.strip_prefix(&mount.target).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let mount = mounts().into_iter().filter(holds).max_by_key(|mount| mount.target.len());
    let unknown = || Mount { source: "-".to_owned(), target: "-".to_owned(), kind: "-".to_owned() };
    Ok(Row { mount: mount.unwrap_or_else(unknown), file: file.to_string_lossy().into_owned(), space })
}

fn sum(rows: &[Row]) -> Row {
    let mut space = sys::file::FileSystem { block_size: 1, ..sys::file::FileSystem::default() };
    for row in rows {
        let bytes = |blocks: u64| blocks.saturating_mul(row.space.block_size);
        space.blocks = space.blocks.saturating_add(bytes(row.space.blocks));
        space.free_blocks = space.free_blocks.saturating_add(bytes(row.space.free_blocks));
        space.inodes = space.inodes.saturating_add(row.space.inodes);
        space.free_inodes = space.free_inodes.saturating_add(row.space.free_inodes);
    }
    let mount = Mount { source: "total".to_owned(), target: "-".to_owned(), kind: "-".to_owned() };
    Row { mount, file: "-".to_owned(), space }
}

fn heading(field: usize, units: Units, portable: bool, is_default: bool) -> String {
    let (name, heading, _) = FIELDS[field];
    match (name, units) {
        ("size", Units::Human(_)) => "Size".to_owned(),
        ("size", Units::Blocks(bytes)) if portable => format!("{bytes}-blocks"),
        ("size", Units::Blocks(bytes)) => match bytes {
            1024 => "1K-blocks".to_owned(),
            bytes if bytes % (1 << 20) == 0 => format!("{}M-blocks", bytes >> 20),
            bytes if bytes % 1024 == 0 => format!("{}K-blocks", bytes >> 10),
            bytes => format!("{bytes}B-blocks"),
        },
        ("avail", Units::Blocks(_)) if is_default => "Available".to_owned(),
        ("pcent", _) if portable => "Capacity".to_owned(),
        _ => heading.to_owned(),
    }
}

fn table(rows: &[Row], columns: &[usize], units: Units, portable: bool) -> String {
    let is_default = columns.iter().any(|field| FIELDS[*field].0 == "target");
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|field| heading(*field, units, portable, is_default)).collect()];
    lines.extend(rows.iter().map(|row| columns.iter().map(|field| cell(FIELDS[*field].0, row, units)).collect()));
    let width = |column: usize| {
        let least = match FIELDS[columns[column]].0 {
            "source" => 14,
            "size" | "used" | "avail" | "itotal" | "iused" | "iavail" => 5,
            _ => 4,
        };
        lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0).max(least)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().enumerate().map(|(column, cell)| {
            let (width, is_last) = (widths[column], column + 1 == columns.len());
            match FIELDS[columns[column]].2 {
                true if is_last => cell.clone(),
                true => format!("{cell:<width$}"),
                false => format!("{cell:>width$}"),
            }
        });
        text.push_str(&cells.collect::<Vec<_>>().join(" "));
        text.push('\n');
    }
    text
}

fn cell(field: &str, row: &Row, units: Units) -> String {
    let space = &row.space;
    let amount = |blocks: u64| {
        let bytes = blocks.saturating_mul(space.block_size);
        match units {
            Units::Human(base) => human::size(bytes, base),
            Units::Blocks(unit) => bytes.div_ceil(unit).to_string(),
        }
    };
    let count = |number: u64| match units {
        Units::Human(base) => human::size(number, base),
        Units::Blocks(_) => number.to_string(),
    };
    let used = space.blocks.saturating_sub(space.free_blocks);
    let used_inodes = space.inodes.saturating_sub(space.free_inodes);
    match field {
        "source" => row.mount.source.clone(),
        "fstype" => row.mount.kind.clone(),
        "itotal" => count(space.inodes),
        "iused" => count(used_inodes),
        "iavail" => count(space.free_inodes),
        "ipcent" => percent(used_inodes, space.inodes),
        "size" => amount(space.blocks),
        "used" => amount(used),
        "avail" => amount(space.free_blocks),
        "pcent" => percent(used, space.blocks),
        "file" => row.file.clone(),
        _ => row.mount.target.clone(),
    }
}

/// Rounded up; a dash for what has no size.
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{}%", (u128::from(part) * 100).div_ceil(u128::from(whole)))
}
