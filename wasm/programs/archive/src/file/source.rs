//! What kind of text a text is: scripts by their first line, languages and formats by how they begin.

use super::encoding::Encoding;
use super::{Kind, kind};

/// Interpreters: their name's last component, `file`'s words, the type.
const INTERPRETERS: [(&str, &str, &str); 20] = [
    ("sh", "POSIX shell script", "text/x-shellscript"),
    ("bash", "Bourne-Again shell script", "text/x-shellscript"),
    ("ksh", "Korn shell script", "text/x-shellscript"),
    ("zsh", "Paul Falstad's zsh script", "text/x-shellscript"),
    ("csh", "C shell script", "text/x-shellscript"),
    ("tcsh", "Tenex C shell script", "text/x-shellscript"),
    ("fish", "fish shell script", "text/x-shellscript"),
    ("python", "Python script", "text/x-script.python"),
    ("python2", "Python script", "text/x-script.python"),
    ("python3", "Python script", "text/x-script.python"),
    ("ruby", "Ruby script", "text/x-ruby"),
    ("awk", "awk script", "text/x-awk"),
    ("gawk", "GNU awk script", "text/x-gawk"),
    ("mawk", "awk script", "text/x-awk"),
    ("nawk", "new awk script", "text/x-nawk"),
    ("lua", "Lua script", "text/x-lua"),
    ("tclsh", "Tcl/Tk script", "text/x-tcl"),
    ("wish", "Tcl/Tk script", "text/x-tcl"),
    ("perl", "Perl script", "text/x-perl"),
    ("node", "Node.js script", "application/javascript"),
];

pub fn describe(text: &str, encoding: Encoding, features: &str) -> Kind {
    let base = encoding.words();
    if let Some(script) = script(text, base, features) {
        return script;
    }
    if let Some(whole) = whole(text) {
        return whole;
    }
    let (words, mime, is_executable) = match language(text) {
        Some(found) => found,
        None => return kind(format!("{base} text{features}"), "text/plain"),
    };
    let executable = if is_executable { " executable" } else { "" };
    kind(format!("{words}, {base} text{executable}{features}"), mime)
}

/// By the line that names an interpreter.
fn script(text: &str, base: &str, features: &str) -> Option<Kind> {
    let rest = text.strip_prefix("#!")?;
    let line = rest.lines().next().unwrap_or("").trim();
    let has_end = rest.contains('\n');
    let mut words = line.split_whitespace();
    let program = words.next()?;
    let is_env = program.rsplit('/').next() == Some("env");
    let named = if is_env { words.next()? } else { program };
    let name = named.rsplit('/').next().unwrap_or(named);
    let is_absolute = named.starts_with('/') || is_env;
    let version_less = name.strip_prefix("python3.").map_or(name, |_| "python3");
    let known = INTERPRETERS.iter().find(|(known, ..)| *known == version_less).filter(|_| has_end && is_absolute && name != "dash");
    Some(match known {
        Some(("perl", words, mime)) => kind(format!("{words} text executable"), mime),
        Some(("node", words, mime)) => kind(format!("{words} executable, {base} text{features}"), mime),
        Some((_, words, mime)) => kind(format!("{words}, {base} text executable{features}"), mime),
        None => {
            let shown = if is_env { line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim()) } else { line };
            kind(format!("a {shown} script, {base} text executable{features}"), "text/plain")
        }
    })
}

/// Formats whose words tell nothing of the encoding.
fn whole(text: &str) -> Option<Kind> {
    let start = text.trim_start();
    if is_svg(start) {
        return Some(kind("SVG Scalable Vector Graphics image", "image/svg+xml"));
    }
    let openings: [(&str, &str, &str); 19] = [
        ("-----BEGIN CERTIFICATE-----", "PEM certificate", "text/plain"),
        ("-----BEGIN CERTIFICATE REQ", "PEM certificate request", "text/plain"),
        ("-----BEGIN RSA PRIVATE", "PEM RSA private key", "text/plain"),
        ("-----BEGIN DSA PRIVATE", "PEM DSA private key", "text/plain"),
        ("-----BEGIN EC PRIVATE", "PEM EC private key", "text/plain"),
        ("-----BEGIN OPENSSH PRIVATE KEY", "OpenSSH private key", "text/plain"),
        ("ssh-rsa ", "OpenSSH RSA public key", "text/plain"),
        ("ssh-dss ", "OpenSSH DSA public key", "text/plain"),
        ("ssh-ed25519 ", "OpenSSH ED25519 public key", "text/plain"),
        ("ecdsa-sha2-nistp256 ", "OpenSSH ECDSA public key", "text/plain"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-", "PGP public key block", "application/pgp-keys"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-", "PGP private key block", "application/pgp-keys"),
        ("-----BEGIN PGP MESSAGE-", "PGP message", "application/pgp"),
        ("-----BEGIN PGP SIGNATURE-", "PGP signature", "application/pgp-signature"),
        ("BEGIN:VCALENDAR", "vCalendar calendar file", "text/calendar"),
        ("BEGIN:VCARD", "vCard visiting card", "text/vcard"),
        ("d8:announce", "BitTorrent file", "application/x-bittorrent"),
        ("{\\rtf1\\ansi", "Rich Text Format data, version 1, ANSI", "text/rtf"),
        ("{\\rtf1", "Rich Text Format data, version 1", "text/rtf"),
    ];
    if let Some((_, words, mime)) = openings.iter().find(|(opening, ..)| text.starts_with(opening)) {
        return Some(kind(*words, mime));
    }
    if let Some(rest) = text.strip_prefix("%!PS-Adobe-") {
        let version: String = rest.chars().take_while(|letter| !letter.is_whitespace()).collect();
        return Some(kind(format!("PostScript document text conforming DSC level {version}"), "application/postscript"));
    }
    match json(text) {
        Some(1) => return Some(kind("JSON text data", "application/json")),
        Some(_) => return Some(kind("New Line Delimited JSON text data", "application/x-ndjson")),
        None => {}
    }
    is_csv(text).then(|| kind("CSV text", "text/csv"))
}

fn is_svg(start: &str) -> bool {
    let head: String = start.chars().take(4096).collect();
    head.starts_with("<svg") || head.starts_with("<?xml") && head.contains("<svg")
}

/// How many JSON values a text is: objects and arrays, nothing else beside blanks. Lines of their own count as many.
fn json(text: &str) -> Option<usize> {
    let mut rest = text.trim_start();
    let mut count = 0;
    while !rest.is_empty() {
        if !rest.starts_with(['{', '[']) {
            return None;
        }
        let used = json_value(rest.as_bytes(), 0, 0)?;
        count += 1;
        rest = rest[used..].trim_start();
        if count > 1 && !text.contains('\n') {
            return None;
        }
    }
    (count > 0).then_some(count)
}

/// Where a JSON value ends.
fn json_value(bytes: &[u8], mut at: usize, depth: usize) -> Option<usize> {
    const DEEPEST: usize = 200;
    let blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    at = blanks(at);
    if depth > DEEPEST {
        return None;
    }
    match *bytes.get(at)? {
        b'"' => json_string(bytes, at),
        open @ (b'{' | b'[') => {
            let close = if open == b'{' { b'}' } else { b']' };
            at = blanks(at + 1);
            if bytes.get(at) == Some(&close) {
                return Some(at + 1);
            }
            loop {
                if open == b'{' {
                    at = blanks(json_string(bytes, blanks(at))?);
                    if bytes.get(at) != Some(&b':') {
                        return None;
                    }
                    at += 1;
                }
                at = blanks(json_value(bytes, at, depth + 1)?);
                match bytes.get(at)? {
                    b',' => at += 1,
                    byte if *byte == close => return Some(at + 1),
                    _ => return None,
                }
            }
        }
        _ => {
            let end = (at..bytes.len()).find(|at| !matches!(bytes[*at], b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.' | b'E')).unwrap_or(bytes.len());
            let word = std::str::from_utf8(&bytes[at..end]).ok()?;
            (matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok()).then_some(end)
        }
    }
}

fn json_string(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            0..=31 => return None,
            _ => at += 1,
        }
    }
}

/// Lines that all have as many commas as the first, at least two lines.
fn is_csv(text: &str) -> bool {
    let mut lines = text.lines().take(10);
    let count = |line: &str| {
        let mut in_quotes = false;
        line.chars().filter(|letter| {
            in_quotes ^= *letter == '"';
            *letter == ',' && !in_quotes
        }).count()
    };
    let first = lines.next().map_or(0, count);
    let mut others = 0;
    first > 0
        && text.ends_with('\n')
        && lines.all(|line| {
            others += 1;
            count(line) == first
        })
        && others > 0
}

/// Languages: words, type, and whether the words say "executable".
fn language(text: &str) -> Option<(String, &'static str, bool)> {
    let start = text.trim_start();
    let lower: String = start.chars().take(4096).collect::<String>().to_ascii_lowercase();
    let line_starts = |prefix: &str| text.lines().take(200).any(|line| line.starts_with(prefix));
    let found = |words: &str, mime: &'static str| Some((words.to_owned(), mime, false));
    if let Some(rest) = start.strip_prefix("<?xml version=") {
        let version: String = rest.chars().skip(1).take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
        if lower.contains("<!doctype html") || lower.contains("<html") {
            return found("XHTML document", "text/html");
        }
        return Some((format!("XML {version} document"), "text/xml", false));
    }
    if ["<!doctype html", "<html", "<head", "<title", "<body"].iter().any(|tag| lower.starts_with(tag)) {
        return found("HTML document", "text/html");
    }
    if lower.starts_with("<?php") {
        return found("PHP script", "text/x-php");
    }
    if lower.starts_with("@echo off") || lower.starts_with("rem ") && text.contains("\r\n") {
        return found("DOS batch file", "text/x-msdos-batch");
    }
    if start.starts_with("\\documentclass") || start.starts_with("\\begin{document}") {
        return found("LaTeX 2e document", "text/x-tex");
    }
    if text.starts_with("diff ") || text.starts_with("--- ") && line_starts("+++ ") {
        return if line_starts("+++ ") { found("unified diff output", "text/x-diff") } else { found("diff output", "text/x-diff") };
    }
    if text.starts_with("*** ") && line_starts("--- ") {
        return found("context diff output", "text/x-diff");
    }
    if text.starts_with("Index:") {
        return found("RCS/CVS diff output", "text/x-diff");
    }
    if [".TH ", ".\\\"", ".Dd ", ".SH "].iter().any(|macro_name| text.starts_with(macro_name)) {
        return found("troff or preprocessor input", "text/troff");
    }
    if ["From:", "Received:", "Return-Path:", "Message-ID:", "Delivered-To:"].iter().any(|head| text.starts_with(head)) {
        return found("news or mail", "message/rfc822");
    }
    if is_python(text) {
        return Some(("Python script".into(), "text/x-script.python", true));
    }
    if is_makefile(text) {
        return found("makefile script", "text/x-makefile");
    }
    if line_starts("#include") || line_starts("int main(") {
        let is_plus = ["class ", "namespace ", "using namespace", "template", "public:", "private:"].iter().any(|word| line_starts(word)) || text.contains("#include <iostream>");
        return if is_plus { found("C++ source", "text/x-c++") } else { found("C source", "text/x-c") };
    }
    if line_starts("class ") && line_starts("  def ") && text.contains("\nend") || start.starts_with("require '") || start.starts_with("require \"") {
        return found("Ruby script", "text/x-ruby");
    }
    let is_script = ["\"use strict\"", "'use strict'", "import ", "export ", "const ", "function "].iter().any(|word| start.starts_with(word));
    let has_calls = text.contains("require(") || text.contains("export default") || text.contains(" from \"") || text.contains(" from '") || start.starts_with("\"use strict\"") || start.starts_with("'use strict'");
    if is_script && has_calls {
        return found("JavaScript source", "application/javascript");
    }
    None
}

fn is_python(text: &str) -> bool {
    let mut lines = text.lines().take(200).map(str::trim_end);
    let is_definition = |line: &str| {
        (line.starts_with("def ") || line.starts_with("class ")) && line.ends_with(':') && line.contains('(')
    };
    let is_import = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["import", module] | ["import", module, "as", _] => !module.ends_with(';') && !module.starts_with(['"', '\'']),
            ["from", module, "import", ..] => !module.starts_with(['"', '\'']),
            _ => false,
        }
    };
    text.starts_with("\"\"\"") || lines.any(|line| is_definition(line) || is_import(line))
}

/// Rules with recipes, or the directives that only make has.
fn is_makefile(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().take(200).collect();
    if lines.iter().any(|line| [".PHONY:", "ifeq ", "ifneq ", "include $("].iter().any(|word| line.starts_with(word))) {
        return true;
    }
    lines.windows(2).any(|pair| {
        let target = pair[0].split(':').next().unwrap_or("");
        let is_rule = pair[0].contains(':') && !target.is_empty() && target.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-%$()/ ".contains(letter));
        is_rule && pair[1].starts_with('\t')
    })
}
