//! `mapfile [-t] [-n count] [-s skip] [-d delimiter] [-O origin] [array]`: lines into an array

use super::options;
use crate::state::{Outcome, Shell, Value};
use std::collections::BTreeMap;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"t", b"nsduOCc") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(&arguments[0], format!("-{}: invalid option", char::from(letter))),
    };
    let value = |letter: u8| options.iter().rev().find(|(known, _)| *known == letter).map(|(_, value)| *value);
    let number = |letter: u8| value(letter).and_then(|text| std::str::from_utf8(text).ok()?.parse::<i64>().ok());
    let strips = value(b't').is_some();
    let delimiter = value(b'd').map_or(b'\n', |text| text.first().copied().unwrap_or(0));
    let mut skip = number(b's').unwrap_or(0);
    let count = number(b'n').filter(|count| *count > 0).unwrap_or(i64::MAX);
    let origin = number(b'O');
    let fd = number(b'u').unwrap_or(0) as i32;
    let name = operands.first().map_or("MAPFILE".to_string(), |name| String::from_utf8_lossy(name).into_owned());
    let callback = value(b'C').map(<[u8]>::to_vec);
    let quantum = number(b'c').filter(|quantum| *quantum > 0).unwrap_or(5000);
    let mut elements: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
    let first = origin.unwrap_or(0);
    while (elements.len() as i64) < count {
        let Ok(line) = shell.read_until(fd, Some(delimiter), None) else { break };
        if line.text.is_empty() && !line.is_terminated {
            break;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let mut text = line.text;
        // A NUL ends the text of a line.
        if let Some(end) = text.iter().position(|byte| *byte == 0) {
            text.truncate(end);
        }
        if line.is_terminated && !strips && delimiter != 0 {
            text.push(delimiter);
        }
        let index = first + elements.len() as i64;
        if let Some(callback) = &callback
            && (elements.len() as i64 + 1) % quantum == 0
        {
            let command = [callback, format!(" {index} ").as_bytes(), &crate::expand::quote::single_quoted(&text)].concat();
            let line_number = shell.line;
            shell.run_script_text(&command, line_number, "")?;
        }
        elements.insert(index, text);
        if !line.is_terminated {
            break;
        }
    }
    match shell.variables.entry(&name) {
        Ok(variable) => {
            match (&mut variable.value, origin) {
                (Value::Indexed(old), Some(_)) => old.append(&mut elements),
                (value, _) => *value = Value::Indexed(elements),
            }
            Ok(0)
        }
        Err(_) => {
            shell.complain(format!("{name}: readonly variable"));
            Ok(1)
        }
    }
}
