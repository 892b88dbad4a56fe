//! Candidates for a word: what `compgen` prints and completion on a terminal offers.

use crate::builtins;
use crate::expand::pathname;
use crate::expand::pattern::{Pattern, PatternByte};
use crate::state::completions::{ACTIONS, Completion};
use crate::state::{Options, Outcome, Shell, ShellOptions, Value};

/// The line that is completed, as completion functions see it.
#[derive(Clone, Debug, Default)]
pub struct CompletionContext {
    pub command: Vec<u8>,
    pub previous: Vec<u8>,
    pub line: Vec<u8>,
    pub point: usize,
    pub words: Vec<Vec<u8>>,
    pub word_index: i64,
}

impl Shell {
    /// Finds what `completion` offers for `word`.
    pub fn candidates(
        &mut self,
        completion: &Completion,
        word: &[u8],
        context: &CompletionContext,
    ) -> Outcome<Vec<Vec<u8>>> {
        let mut found = Vec::new();
        for (index, (action, _)) in ACTIONS.iter().enumerate() {
            if completion.actions.contains(&index) {
                found.extend(self.names_of_kind(action, word));
            }
        }
        if let Some(pattern) = &completion.pattern {
            let active = |byte: &u8| PatternByte { byte: *byte, is_quoted: false };
            let pattern: Vec<PatternByte> = pattern.iter().map(active).collect();
            found.extend(pathname::expand(&pattern, &self.shell_options));
        }
        if let Some(words) = &completion.words {
            let words = self.expand_word_list(words)?;
            found.extend(words.into_iter().filter(|candidate| candidate.starts_with(word)));
        }
        if let Some(function) = &completion.function {
            found.extend(self.candidates_of_function(function, word, context)?);
        }
        if let Some(command) = &completion.command {
            let words: Vec<Vec<u8>> = [&context.command, word, &context.previous]
                .map(|argument| crate::expand::quote::single_quoted(argument))
                .into();
            let text = [command.as_slice(), b" ", &words.join(b" ".as_slice())].concat();
            let output = self.substitute_text(&text)?;
            found.extend(output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
        }
        if let Some(filter) = &completion.filter {
            self.filter_candidates(&mut found, filter, word);
        }
        let (prefix, suffix) = (completion.prefix.as_deref(), completion.suffix.as_deref());
        if prefix.is_some() || suffix.is_some() {
            for candidate in &mut found {
                *candidate = [prefix.unwrap_or(b""), candidate, suffix.unwrap_or(b"")].concat();
            }
        }
        if completion.has_option("plusdirs") || completion.has_option("dirnames") && found.is_empty() {
            found.extend(files(word, true));
        }
        if completion.has_option("default") && found.is_empty() {
            found.extend(files(word, false));
        }
        Ok(found)
    }

    /// Calls a completion function; the candidates are in COMPREPLY afterwards.
    fn candidates_of_function(
        &mut self,
        function: &[u8],
        word: &[u8],
        context: &CompletionContext,
    ) -> Outcome<Vec<Vec<u8>>> {
        let set = [
            ("COMP_LINE", context.line.clone()),
            ("COMP_POINT", context.point.to_string().into_bytes()),
            ("COMP_CWORD", context.word_index.to_string().into_bytes()),
            ("COMP_TYPE", b"9".to_vec()),
            ("COMP_KEY", b"9".to_vec()),
        ];
        for (name, value) in set {
            self.assign(name, value)?;
        }
        if let Ok(variable) = self.variables.entry("COMP_WORDS") {
            variable.value = Value::Indexed((0..).zip(context.words.iter().cloned()).collect());
        }
        // A read-only COMPREPLY keeps what it has.
        let _ = self.variables.unset("COMPREPLY");
        let before = self.completions.current.replace(context.command.clone());
        let call = vec![function.to_vec(), context.command.clone(), word.to_vec(), context.previous.clone()];
        let result = self.call_function(function, call);
        self.completions.current = before;
        std::rc::Rc::make_mut(&mut self.interactive).completion_status = result?;
        Ok(self.elements("COMPREPLY"))
    }

    /// `-X`: what matches goes, or with `!` what does not; `&` is the word.
    fn filter_candidates(&self, found: &mut Vec<Vec<u8>>, filter: &[u8], word: &[u8]) {
        let (keeps_matches, filter) = match filter.strip_prefix(b"!") {
            Some(rest) => (true, rest),
            None => (false, filter),
        };
        let mut pattern = Vec::new();
        let mut bytes = filter.iter().copied();
        while let Some(byte) = bytes.next() {
            match byte {
                b'&' => pattern.extend(word.iter().map(|byte| PatternByte { byte: *byte, is_quoted: true })),
                b'\\' => pattern.extend(bytes.next().map(|byte| PatternByte { byte, is_quoted: true })),
                _ => pattern.push(PatternByte { byte, is_quoted: false }),
            }
        }
        let pattern = Pattern::new(&pattern, self.pattern_rules());
        found.retain(|candidate| pattern.matches(candidate) == keeps_matches);
    }

    /// Names of one of the actions of `-A` that begin with `word`.
    pub fn names_of_kind(&mut self, kind: &str, word: &[u8]) -> Vec<Vec<u8>> {
        let mut names: Vec<Vec<u8>> = match kind {
            "alias" => self.aliases.keys().cloned().collect(),
            "arrayvar" => self.names_of_variables(|variable| variable.is_array()),
            "export" => self.names_of_variables(|variable| variable.attributes.exported),
            "variable" => {
                let mut names = self.names_of_variables(|variable| variable.value != Value::Unset);
                names.extend(Self::SPECIAL_NAMES.iter().map(|name| name.as_bytes().to_vec()));
                names.sort();
                names.dedup();
                names
            }
            "builtin" | "helptopic" => builtins::names().map(|name| name.as_bytes().to_vec()).collect(),
            "disabled" => self.disabled_builtins.iter().map(|name| name.as_bytes().to_vec()).collect(),
            "enabled" => builtins::names()
                .filter(|name| !self.disabled_builtins.contains(name))
                .map(|name| name.as_bytes().to_vec())
                .collect(),
            "function" => self.functions.names().map(|name| name.clone().into_bytes()).collect(),
            "keyword" => builtins::KEYWORDS.iter().map(|name| name.to_vec()).collect(),
            "setopt" => Options::default().all().map(|(name, _)| name.as_bytes().to_vec()).collect(),
            "shopt" => ShellOptions::default().all().map(|(name, _)| name.as_bytes().to_vec()).collect(),
            "signal" => (1..32)
                .filter_map(sys::signal::name)
                .map(|name| format!("SIG{name}").into_bytes())
                .collect(),
            "user" => names_in_file("/etc/passwd"),
            "group" => names_in_file("/etc/group"),
            "hostname" => Vec::new(),
            "job" | "running" | "stopped" => self.jobs.all().map(|job| job.command.clone()).collect(),
            "command" => return self.command_names(word),
            "file" => return files(word, false),
            "directory" => return files(word, true),
            _ => Vec::new(),
        };
        names.retain(|name| name.starts_with(word));
        names
    }

    fn names_of_variables(&self, wanted: impl Fn(&crate::state::Variable) -> bool) -> Vec<Vec<u8>> {
        let visible = self.variables.visible();
        visible.iter().filter(|(_, variable)| wanted(variable)).map(|(name, _)| name.as_bytes().to_vec()).collect()
    }

    /// Everything a command's name may be: aliases, keywords, functions, builtins, programs.
    pub fn command_names(&mut self, word: &[u8]) -> Vec<Vec<u8>> {
        if word.contains(&b'/') {
            return files(word, false);
        }
        let mut names = Vec::new();
        for kind in ["alias", "keyword", "function", "builtin"] {
            names.extend(self.names_of_kind(kind, word));
        }
        let path = self.variables.scalar("PATH").unwrap_or(b"").to_vec();
        for directory in path.split(|byte| *byte == b':').filter(|directory| !directory.is_empty()) {
            let Ok(entries) = std::fs::read_dir(pathname::os_str(directory)) else { continue };
            let programs = entries.flatten().map(|entry| entry.file_name().into_encoded_bytes());
            names.extend(programs.filter(|name| name.starts_with(word)));
        }
        names
    }
}

/// Names in a file of fields divided by colons.
fn names_in_file(path: &str) -> Vec<Vec<u8>> {
    let text = std::fs::read(path).unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n');
    lines.filter_map(|line| line.split(|byte| *byte == b':').next()).filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect()
}

/// Paths that begin with `word`; hidden ones only if it says so.
pub fn files(word: &[u8], only_directories: bool) -> Vec<Vec<u8>> {
    let start = word.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (directory, name) = word.split_at(start);
    let shown: &[u8] = if directory.is_empty() { b"." } else { directory };
    let Ok(entries) = std::fs::read_dir(pathname::os_str(shown)) else { return Vec::new() };
    let mut found: Vec<Vec<u8>> = entries
        .flatten()
        .map(|entry| entry.file_name().into_encoded_bytes())
        .filter(|entry| entry.starts_with(name) && (!entry.starts_with(b".") || name.starts_with(b".")))
        .map(|entry| [directory, &entry].concat())
        .filter(|path| !only_directories || sys::stat(path).is_ok_and(|stat| stat.is_directory()))
        .collect();
    found.sort();
    found
}
