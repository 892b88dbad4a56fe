//! yq's expressions in jq's language: most are the same; what is not is rewritten here or defined beforehand.

pub struct Expression {
    pub program: String,
    /// It works on all documents at once.
    pub takes_all: bool,
    pub keeps_comments: bool,
}

/// What yq has and jq has not.
const DEFINITIONS: &str = r#"
def sort_keys(f): f |= (if type == "object" then to_entries | sort_by(.key) | from_entries else . end);
def explode(f): .;
def with(p; f): p |= f;
def upcase: ascii_upcase;
def downcase: ascii_downcase;
def to_json: tojson;
def to_json(n): tojson;
def from_json: fromjson;
def to_number: tonumber;
def to_string: tostring;
def omit(names): with_entries(select(.key as $k | names | index($k) | not));
def filename: $__at[0];
def fileIndex: $__at[1];
def fi: fileIndex;
def file_index: fileIndex;
def documentIndex: $__at[2];
def di: documentIndex;
def document_index: documentIndex;
def tag: {"object": "!!map", "array": "!!seq", "string": "!!str", "boolean": "!!bool", "null": "!!null"}[type]
  // (if . == floor then "!!int" else "!!float" end);
def kind: {"object": "map", "array": "seq"}[type] // "scalar";
"#;

pub fn translate(text: &str, evaluates_all: bool) -> Expression {
    let mut text = text.trim().to_owned();
    let mut keeps_comments = true;
    for removal in ["... comments=\"\"", "... comments = \"\""] {
        if text.contains(removal) {
            text = text.replace(removal, ".");
            keeps_comments = false;
        }
    }
    text = rewrite_calls(&text);
    let mut takes_all = false;
    if evaluates_all {
        takes_all = true;
        text = rewrite_selected_files(&text);
        text = match rewrite_reduce(&text, "$__docs[]") {
            Some(reduced) => reduced,
            // The documents one after the other.
            None if text.contains("$__docs") => text,
            None if text.starts_with('[') => format!("[$__docs[] | {}", text.trim_start_matches('[').trim_start()),
            None => format!("$__docs[] | {text}"),
        };
    } else if let Some(reduced) = rewrite_reduce(&text, "") {
        text = reduced;
    }
    Expression { program: format!("{DEFINITIONS}\n{text}"), takes_all, keeps_comments }
}

/// `strenv(NAME)` and `env(NAME)`.
fn rewrite_calls(text: &str) -> String {
    let mut output = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("env(") {
        let is_text = rest[..at].ends_with("str");
        let start = if is_text { at - 3 } else { at };
        let before_is_word = rest[..start].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$');
        let end = rest[at..].find(')').map(|end| at + end);
        let name = end.map(|end| rest[at + 4..end].trim());
        let is_name = name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        match (end, name) {
            (Some(end), Some(name)) if is_name && !before_is_word => {
                output.push_str(&rest[..start]);
                let member = format!("$ENV[\"{name}\"]");
                let value = if is_text { format!("({member} // \"\")") } else { format!("({member} | if . == null then null else (. as $text | try fromjson catch $text) end)") };
                output.push_str(&value);
                rest = &rest[end + 1..];
            }
            _ => {
                output.push_str(&rest[..at + 4]);
                rest = &rest[at + 4..];
            }
        }
    }
    output.push_str(rest);
    output
}

/// `select(fileIndex == 1)` of all documents.
fn rewrite_selected_files(text: &str) -> String {
    let mut output = text.to_owned();
    for name in ["fileIndex", "fi", "file_index"] {
        for number in 0..10 {
            for form in [format!("select({name} == {number})"), format!("select({name}=={number})")] {
                output = output.replace(&form, &format!("$__docs[{number}]"));
            }
        }
    }
    output
}

/// `ITEMS as $item ireduce (START; UPDATE)`; `.` stands for all documents where there are `documents`.
fn rewrite_reduce(text: &str, documents: &str) -> Option<String> {
    let (before, after) = text.split_once(" ireduce ")?;
    let (items, variable) = before.rsplit_once(" as ")?;
    let items = if items.trim() == "." && !documents.is_empty() { documents } else { items.trim() };
    Some(format!("reduce {items} as {} {after}", variable.trim()))
}
