//! TOML. Its dates and times are texts here, since jq has none.

use super::value::Value;
use toml::Table;
use toml::Value as Item;

pub fn read(text: &str) -> Result<Value, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| format!("toml: {}", error.message().lines().next().unwrap_or_default()))?;
    Ok(of_table(table))
}

fn of_table(table: Table) -> Value {
    Value::Object(table.into_iter().map(|(name, item)| (name, of_item(item))).collect())
}

fn of_item(item: Item) -> Value {
    match item {
        Item::String(text) => Value::String(text),
        Item::Integer(number) => Value::Number(number.to_string()),
        Item::Float(number) if number.is_finite() => Value::Number(shown(number)),
        // JSON has neither infinities nor NaN.
        Item::Float(_) => Value::Null,
        Item::Boolean(truth) => Value::Bool(truth),
        Item::Datetime(moment) => Value::String(moment.to_string()),
        Item::Array(items) => Value::Array(items.into_iter().map(of_item).collect()),
        Item::Table(table) => of_table(table),
    }
}

/// With a fraction, so that it stays no whole number.
fn shown(number: f64) -> String {
    let text = number.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

pub fn write(value: &Value) -> Result<String, String> {
    match item(value)? {
        Item::Table(table) => toml::to_string(&table).map_err(|error| format!("toml: {error}")),
        Item::Array(_) => Err("toml encoding only works for maps, got: !!seq".to_owned()),
        _ => Ok(format!("{}\n", value.plain_text())),
    }
}

fn item(value: &Value) -> Result<Item, String> {
    Ok(match value {
        Value::Null => return Err("toml has no null".to_owned()),
        Value::Bool(truth) => Item::Boolean(*truth),
        Value::Number(text) => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Item::Integer(number),
            (_, Ok(number)) => Item::Float(number),
            _ => Item::String(text.clone()),
        },
        Value::String(text) => Item::String(text.clone()),
        Value::Array(items) => Item::Array(items.iter().map(item).collect::<Result<_, _>>()?),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Ok((name.clone(), item(value)?)));
            Item::Table(members.collect::<Result<_, String>>()?)
        }
    })
}
