//! The letters of a builtin's options.

/// Options with their values (empty for flags), and the operands.
pub type Parsed<'a> = (Vec<(u8, &'a [u8])>, &'a [Vec<u8>]);

/// Takes option letters off the arguments (name first). `flags` are letters without, `with_value` letters
/// with a value. Returns them and the operands, or the letter that is none.
pub fn parse<'a>(arguments: &'a [Vec<u8>], flags: &[u8], with_value: &[u8]) -> Result<Parsed<'a>, u8> {
    let mut options = Vec::new();
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        if argument == b"--" {
            return Ok((options, &arguments[index + 1..]));
        }
        let Some(letters) = argument.strip_prefix(b"-").filter(|letters| !letters.is_empty()) else { break };
        for (position, letter) in letters.iter().enumerate() {
            if flags.contains(letter) {
                options.push((*letter, b"".as_slice()));
                continue;
            }
            if !with_value.contains(letter) {
                return Err(*letter);
            }
            let mut value = &letters[position + 1..];
            if value.is_empty() {
                index += 1;
                value = arguments.get(index).ok_or(*letter)?;
            }
            options.push((*letter, value));
            break;
        }
        index += 1;
    }
    Ok((options, &arguments[index.min(arguments.len())..]))
}
