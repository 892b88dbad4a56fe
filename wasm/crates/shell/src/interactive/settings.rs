//! Readline's variables that mean something here, and the files that set them and bind keys: `~/.inputrc`.

use crate::builtins::bind_line;
use crate::state::Shell;
use std::rc::Rc;

/// Variables, by Readline's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `bell-style none`
    pub is_silent: bool,
    pub completion_ignore_case: bool,
    /// More candidates than these are listed only when asked for; 0: any number.
    pub completion_query_items: usize,
    pub mark_directories: bool,
    pub match_hidden_files: bool,
    pub page_completions: bool,
    pub show_all_if_ambiguous: bool,
    pub show_all_if_unmodified: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            is_silent: false,
            completion_ignore_case: false,
            completion_query_items: 100,
            mark_directories: true,
            match_hidden_files: true,
            page_completions: true,
            show_all_if_ambiguous: false,
            show_all_if_unmodified: false,
        }
    }
}

impl Settings {
    fn switch(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "completion-ignore-case" => &mut self.completion_ignore_case,
            "mark-directories" => &mut self.mark_directories,
            "match-hidden-files" => &mut self.match_hidden_files,
            "page-completions" => &mut self.page_completions,
            "show-all-if-ambiguous" => &mut self.show_all_if_ambiguous,
            "show-all-if-unmodified" => &mut self.show_all_if_unmodified,
            _ => return None,
        })
    }

    /// Sets a variable; one that means nothing here is passed over.
    fn set(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "bell-style" => self.is_silent = value == "none",
            "completion-query-items" => self.completion_query_items = value.parse().unwrap_or(0),
            name => {
                if let Some(switch) = self.switch(name) {
                    // As Readline has it: no value is on.
                    *switch = value.is_empty() || value == "1" || value.eq_ignore_ascii_case("on");
                }
            }
        }
    }

    /// Names and values, for `bind -v`.
    pub fn all(&self) -> Vec<(&'static str, String)> {
        let on = |on: bool| if on { "on" } else { "off" }.to_string();
        vec![
            ("bell-style", if self.is_silent { "none" } else { "audible" }.to_string()),
            ("completion-ignore-case", on(self.completion_ignore_case)),
            ("completion-query-items", self.completion_query_items.to_string()),
            ("mark-directories", on(self.mark_directories)),
            ("match-hidden-files", on(self.match_hidden_files)),
            ("page-completions", on(self.page_completions)),
            ("show-all-if-ambiguous", on(self.show_all_if_ambiguous)),
            ("show-all-if-unmodified", on(self.show_all_if_unmodified)),
        ]
    }
}

/// Files that include files.
const DEPTH: u32 = 8;

impl Shell {
    /// The user's file, or the system's.
    pub fn read_input_settings(&mut self) {
        let own = self.variables.scalar("INPUTRC").map(<[u8]>::to_vec);
        let home = || [self.variables.scalar("HOME").unwrap_or(b""), b"/.inputrc"].concat();
        let path = own.unwrap_or_else(home);
        if !self.read_input_file(&path, 0) {
            self.read_input_file(b"/etc/inputrc", 0);
        }
    }

    /// Reads a file of settings and keys; false if it cannot be read.
    pub fn read_input_file(&mut self, path: &[u8], depth: u32) -> bool {
        let Ok(text) = self.read_file(path) else { return false };
        // Whether the lines within each `$if` count.
        let mut conditions: Vec<bool> = Vec::new();
        for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            let words = String::from_utf8_lossy(line).into_owned();
            match words.split_once(' ').unwrap_or((words.as_str(), "")) {
                ("$if", condition) => conditions.push(self.holds(condition.trim())),
                ("$else", _) => {
                    if let Some(last) = conditions.last_mut() {
                        *last = !*last;
                    }
                }
                ("$endif", _) => drop(conditions.pop()),
                _ if conditions.contains(&false) || line.is_empty() || line.starts_with(b"#") => {}
                ("$include", file) if depth < DEPTH => {
                    let file = super::completion::without_tilde(self, file.trim().as_bytes());
                    self.read_input_file(&file, depth + 1);
                }
                // What is wrong in a file does not end it.
                _ => drop(bind_line(self, line)),
            }
        }
        true
    }

    fn holds(&self, condition: &str) -> bool {
        match condition.split_once('=') {
            Some(("mode", mode)) => mode == if self.options.named("vi") { "vi" } else { "emacs" },
            Some(("term", term)) => self.variables.scalar("TERM").is_some_and(|known| known.starts_with(term.as_bytes())),
            _ => condition.eq_ignore_ascii_case("bash"),
        }
    }

    /// `set name value` of such a file or of `bind`.
    pub fn set_input_variable(&mut self, text: &str) {
        let mut words = text.split_whitespace();
        let (Some(name), value) = (words.next(), words.next().unwrap_or("")) else { return };
        if name == "editing-mode" {
            for (mode, other) in [("vi", "emacs"), ("emacs", "vi")].into_iter().filter(|(mode, _)| *mode == value) {
                self.options.set(mode, true);
                self.options.set(other, false);
            }
        }
        Rc::make_mut(&mut self.interactive).settings.set(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn variables_are_set_by_name() {
        let mut settings = Settings::default();
        for (name, value) in [("Completion-Ignore-Case", "On"), ("mark-directories", "off"), ("bell-style", "none"), ("x", "y")] {
            settings.set(name, value);
        }
        let expected = Settings { completion_ignore_case: true, mark_directories: false, is_silent: true, ..Settings::default() };
        assert_eq!(settings, expected);
    }
}
