//! The word before the cursor: where it begins, how it is quoted, and what stands before it.

/// What is completed.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Where the word begins in the line, its opening quote included.
    pub start: usize,
    /// The word without its quotes.
    pub word: Vec<u8>,
    /// The quote that is open.
    pub quote: Option<u8>,
    /// The word is a command's name.
    pub is_command: bool,
    /// The words of the command so far, this one included, without quotes.
    pub words: Vec<Vec<u8>>,
    /// The word is a redirection's file.
    pub is_redirection: bool,
}

/// Looks at the line up to the cursor.
pub fn find(line: &[u8]) -> Found {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut word = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut is_redirection = false;
    let mut index = 0;
    while index < line.len() {
        let byte = line[index];
        let at = index;
        index += 1;
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(b'"'), b'\\') if line.get(index).is_some_and(|next| b"\"\\$`".contains(next)) => {
                word.extend(line.get(index));
                index += 1;
            }
            (Some(_), byte) => word.push(byte),
            (None, b'\\') => {
                start.get_or_insert(at);
                word.extend(line.get(index));
                index += 1;
            }
            (None, b'\'' | b'"') => {
                start.get_or_insert(at);
                quote = Some(byte);
            }
            (None, b' ' | b'\t') => {
                if start.take().is_some() {
                    end_word(&mut words, &mut word, &mut is_redirection);
                }
            }
            (None, b'<' | b'>') => {
                if start.take().is_some() {
                    end_word(&mut words, &mut word, &mut is_redirection);
                }
                is_redirection = true;
            }
            (None, b'(') if line[..at].ends_with(b"$") => {
                start = None;
                word.clear();
                words.clear();
            }
            (None, b'|' | b'&' | b';' | b'(' | b'\n' | b'`') if !(byte == b'&' && line[..at].ends_with(b">")) => {
                start = None;
                word.clear();
                words.clear();
                is_redirection = false;
            }
            (None, byte) => {
                start.get_or_insert(at);
                word.push(byte);
            }
        }
    }
    // Assignments and words after which a command stands come before its name.
    let is_before_command =
        |word: &Vec<u8>| is_assignment(word) || matches!(word.as_slice(), b"if" | b"then" | b"else" | b"elif" | b"while" | b"until" | b"do" | b"!" | b"{" | b"time");
    let first = words.iter().position(|word| !is_before_command(word)).unwrap_or(words.len());
    words.drain(..first);
    let is_command = words.is_empty() && !is_redirection;
    words.push(word.clone());
    Found { start: start.unwrap_or(line.len()), word, quote, is_command, words, is_redirection }
}

fn end_word(words: &mut Vec<Vec<u8>>, word: &mut Vec<u8>, is_redirection: &mut bool) {
    let word = std::mem::take(word);
    if !std::mem::replace(is_redirection, false) {
        words.push(word);
    }
}

fn is_assignment(word: &[u8]) -> bool {
    let name = word.split(|byte| *byte == b'=').next().unwrap_or(b"");
    name.len() < word.len() && std::str::from_utf8(name).is_ok_and(crate::builtins::is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_commands_and_quotes() {
        let found = find(b"X=1 ls | grep 'a b");
        assert_eq!((found.start, found.word.as_slice(), found.quote, found.is_command), (14, b"a b".as_slice(), Some(b'\''), false));
        assert_eq!(found.words[0], b"grep");
        assert!(find(b"if ec").is_command && find(b"echo $(l").is_command && !find(b"cat <f").is_command);
        assert_eq!(find(br"cat a\ b").word, b"a b");
    }
}
