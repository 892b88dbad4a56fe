//! String blocks: runs of NUL-terminated strings, the form in which argv and env cross the ABI.

/// Appends `string` and its NUL. A NUL inside would end the string early, so the rest is dropped,
/// as it would be for a C program.
pub fn push(block: &mut Vec<u8>, string: &[u8]) {
    let end = string.iter().position(|byte| *byte == 0).unwrap_or(string.len());
    block.extend_from_slice(&string[..end]);
    block.push(0);
}

/// Builds a block from strings.
pub fn from_strings<'a>(strings: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut block = Vec::new();
    for string in strings {
        push(&mut block, string);
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_terminated_and_cut_at_nul() {
        let strings: [&[u8]; 3] = [b"a", b"", b"b\0c"];
        assert_eq!(from_strings(strings), b"a\0\0b\0");
    }
}
