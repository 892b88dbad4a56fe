//! Comma and tab separated values: a row a member of an array, its columns named by the first row.

use super::scalar;
use super::value::Value;
use csv::{ReaderBuilder, WriterBuilder};

pub fn read(text: &str, delimiter: u8) -> Result<Value, String> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut names: Option<Vec<String>> = None;
    for record in reader.records() {
        let record = record.map_err(|error| format!("csv: {error}"))?;
        let Some(names) = &names else {
            names = Some(record.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect());
            continue;
        };
        // Numbers and truths are what they look like.
        let members = names.iter().zip(record.iter()).map(|(name, cell)| (name.clone(), scalar::resolve(cell, !cell.is_empty(), None)));
        rows.push(Value::Object(members.collect()));
    }
    Ok(Value::Array(rows))
}

/// An array of rows, of objects whose first has the columns' names, or one row of scalars.
pub fn write(value: &Value, delimiter: u8) -> Result<String, String> {
    let Value::Array(items) = value else {
        return Err(format!("csv encoding only works for arrays, got: {}", value.tag()));
    };
    let mut writer = WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    let mut push = |row: Vec<String>| writer.write_record(row).map_err(|error| format!("csv: {error}"));
    match items.first() {
        None => {}
        Some(Value::Object(first)) => {
            let names: Vec<&String> = first.iter().map(|(name, _)| name).collect();
            push(names.iter().map(|name| (*name).clone()).collect())?;
            for item in items {
                let Value::Object(members) = item else {
                    return Err(format!("csv object encoding only works for arrays of maps, got: {}", item.tag()));
                };
                let cell = |name: &&String| members.iter().find(|(other, _)| other == *name).map_or(Ok(String::new()), |(_, value)| cell(value));
                push(names.iter().map(cell).collect::<Result<_, _>>()?)?;
            }
        }
        Some(Value::Array(_)) => {
            for item in items {
                let Value::Array(cells) = item else {
                    return Err(format!("csv encoding only works for arrays of arrays, got: {}", item.tag()));
                };
                push(cells.iter().map(cell).collect::<Result<_, _>>()?)?;
            }
        }
        Some(_) => push(items.iter().map(cell).collect::<Result<_, _>>()?)?,
    }
    let bytes = writer.into_inner().map_err(|error| format!("csv: {error}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cell(value: &Value) -> Result<String, String> {
    match value {
        Value::Array(_) | Value::Object(_) => Err(format!("csv encoding only works for arrays of scalars (string/numbers/booleans), child is a {}", value.tag())),
        Value::Null => Ok(String::new()),
        value => Ok(value.plain_text()),
    }
}
