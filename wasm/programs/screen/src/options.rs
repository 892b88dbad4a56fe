//! Option letters as getopt(3) takes them.

/// A letter and its value, empty where it takes none.
pub type Given = (char, String);

/// Takes the options off `arguments` (without the name): `flags` stand alone, `with_value` have a value. Long names are
/// given with their letter. Returns options and operands, or what is wrong.
pub fn parse(
    arguments: &[String],
    flags: &str,
    with_value: &str,
    long: &[(&str, char)],
    stops_at_operand: bool,
) -> Result<(Vec<Given>, Vec<String>), String> {
    let mut given = Vec::new();
    let mut operands = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            operands.extend(rest.cloned());
            break;
        }
        if let Some(name) = argument.strip_prefix("--") {
            let (name, value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
            let matches: Vec<_> = long.iter().filter(|(known, _)| known.starts_with(name)).collect();
            let found = long.iter().find(|(known, _)| *known == name).or(matches.first().copied().filter(|_| matches.len() == 1));
            let Some((_, letter)) = found else { return Err(format!("unrecognized option '--{name}'")) };
            let value = match (with_value.contains(*letter), value) {
                (true, Some(value)) => value.to_string(),
                (true, None) => rest.next().cloned().ok_or(format!("option '--{name}' requires an argument"))?,
                (false, _) => String::new(),
            };
            given.push((*letter, value));
            continue;
        }
        let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            operands.push(argument.clone());
            if stops_at_operand {
                operands.extend(rest.cloned());
                break;
            }
            continue;
        };
        for (place, letter) in letters.char_indices() {
            if flags.contains(letter) {
                given.push((letter, String::new()));
                continue;
            }
            if !with_value.contains(letter) {
                return Err(format!("invalid option -- '{letter}'"));
            }
            let value = &letters[place + letter.len_utf8()..];
            let value = match value.is_empty() {
                true => rest.next().cloned().ok_or(format!("option requires an argument -- '{letter}'"))?,
                false => value.to_string(),
            };
            given.push((letter, value));
            break;
        }
    }
    Ok((given, operands))
}

/// The arguments after the name, as text.
pub fn texts(arguments: Vec<std::ffi::OsString>) -> Vec<String> {
    arguments.into_iter().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}
