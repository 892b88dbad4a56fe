//! The options of `shopt`.

/// Names, sorted, and whether a shell starts with them on.
const TABLE: [(&str, bool); 57] = [
    ("assoc_expand_once", false),
    ("autocd", false),
    ("cdable_vars", false),
    ("cdspell", false),
    ("checkhash", false),
    ("checkjobs", false),
    ("checkwinsize", true),
    ("cmdhist", true),
    ("compat31", false),
    ("compat32", false),
    ("compat40", false),
    ("compat41", false),
    ("compat42", false),
    ("compat43", false),
    ("compat44", false),
    ("complete_fullquote", true),
    ("direxpand", false),
    ("dirspell", false),
    ("dotglob", false),
    ("execfail", false),
    ("expand_aliases", false),
    ("extdebug", false),
    ("extglob", false),
    ("extquote", true),
    ("failglob", false),
    ("force_fignore", true),
    ("globasciiranges", true),
    ("globskipdots", true),
    ("globstar", false),
    ("gnu_errfmt", false),
    ("histappend", false),
    ("histreedit", false),
    ("histverify", false),
    ("hostcomplete", true),
    ("huponexit", false),
    ("inherit_errexit", false),
    ("interactive_comments", true),
    ("lastpipe", false),
    ("lithist", false),
    ("localvar_inherit", false),
    ("localvar_unset", false),
    ("login_shell", false),
    ("mailwarn", false),
    ("no_empty_cmd_completion", false),
    ("nocaseglob", false),
    ("nocasematch", false),
    ("noexpand_translation", false),
    ("nullglob", false),
    ("patsub_replacement", true),
    ("progcomp", true),
    ("progcomp_alias", false),
    ("promptvars", true),
    ("restricted_shell", false),
    ("shift_verbose", false),
    ("sourcepath", true),
    ("varredir_close", false),
    ("xpg_echo", false),
];

/// The set of options that are on: bit n is row n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShellOptions(pub u64);

impl Default for ShellOptions {
    fn default() -> Self {
        ShellOptions((0..).zip(TABLE.iter()).map(|(index, (_, on))| u64::from(*on) << index).sum())
    }
}

impl ShellOptions {
    pub fn knows(name: &str) -> bool {
        TABLE.iter().any(|(known, _)| *known == name)
    }

    pub fn is_on(self, name: &str) -> bool {
        TABLE.iter().position(|(known, _)| *known == name).is_some_and(|index| self.0 >> index & 1 == 1)
    }

    /// Sets an option; false if there is no such option.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        let Some(index) = TABLE.iter().position(|(known, _)| *known == name) else { return false };
        self.0 = self.0 & !(1 << index) | u64::from(on) << index;
        true
    }

    /// Every option and whether it is on.
    pub fn all(self) -> impl Iterator<Item = (&'static str, bool)> {
        (0..).zip(TABLE.iter()).map(move |(index, (name, _))| (*name, self.0 >> index & 1 == 1))
    }
}
