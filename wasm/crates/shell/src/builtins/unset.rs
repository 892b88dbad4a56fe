//! `unset [-v|-f] names`

use super::options;
use crate::state::variables::ReadOnly;
use crate::state::{Outcome, Shell, Value};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, names) = match options::parse(arguments, b"vfn", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"unset", format!("-{}: invalid option", char::from(letter))),
    };
    let only = options.last().map(|(letter, _)| *letter);
    let mut status = 0;
    for name in names {
        let name = String::from_utf8_lossy(name).into_owned();
        if shell.functions.is_readonly(&name) && (only == Some(b'f') || only.is_none() && shell.variables.get(&name).is_none()) {
            shell.complain(format!("unset: {name}: cannot unset: readonly function"));
            status = 1;
            continue;
        }
        if only == Some(b'f') {
            shell.functions.remove(&name);
            shell.environment = None;
            continue;
        }
        if let Some((array, rest)) = name.split_once('[')
            && let Some(subscript) = rest.strip_suffix(']')
        {
            unset_element(shell, array, subscript.as_bytes())?;
            continue;
        }
        if !super::declare::is_name(&name) && only.is_none() {
            shell.functions.remove(&name);
            continue;
        }
        if !super::declare::is_name(&name) {
            shell.complain(format!("unset: `{name}': not a valid identifier"));
            status = 1;
            continue;
        }
        if only == Some(b'n') {
            if shell.variables.get_raw(&name).is_some_and(|variable| variable.attributes.nameref) {
                // A read-only reference stays.
                let _ = shell.variables.unset_raw(&name, false);
            }
            continue;
        }
        let exists = shell.variables.get(&name).is_some();
        let meant = shell.variables.resolve(&name).into_owned();
        let hides_all = shell.shell_options.is_on("localvar_unset");
        if shell.variables.unset_raw(&meant, hides_all) == Err(ReadOnly) {
            shell.complain(format!("unset: {name}: cannot unset: readonly variable"));
            status = 1;
        } else if !exists && only.is_none() && shell.functions.source(&name).is_some() {
            shell.functions.remove(&name);
        } else if Shell::LOSES_MEANING.contains(&&*meant)
            && let Ok(variable) = shell.variables.entry(&meant)
        {
            // It hides the one that is made up.
            variable.value = Value::Unset;
        }
    }
    Ok(status)
}

fn unset_element(shell: &mut Shell, array: &str, subscript: &[u8]) -> Outcome<()> {
    if matches!(subscript, b"@" | b"*") {
        // A read-only array keeps its elements silently, like an element of it.
        let _ = shell.variables.unset(array);
        return Ok(());
    }
    if shell.variables.get(array).is_none() {
        return Ok(());
    }
    let subscript = &shell.expand_argument_subscript(array, subscript)?;
    let subscript = shell.subscript_for(array, subscript, &|_, text| format!("unset: [{text}]"))?;
    if let Ok(variable) = shell.variables.entry(array) {
        match (&mut variable.value, subscript) {
            (Value::Indexed(elements), crate::expand::Subscript::Index(index)) => {
                elements.remove(&index);
            }
            (Value::Associative(elements), crate::expand::Subscript::Key(key)) => {
                elements.remove(&key);
            }
            _ => {}
        }
    }
    Ok(())
}
