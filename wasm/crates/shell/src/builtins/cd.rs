//! `cd [-L|-P] [directory]`

use super::{cd_spelling, options};
use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"LPe@", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"cd", format!("-{}: invalid option", char::from(letter))),
    };
    let is_physical = options.last().is_some_and(|(letter, _)| *letter == b'P');
    if operands.len() > 1 {
        shell.complain("cd: too many arguments");
        return Ok(1);
    }
    let mut prints = false;
    let directory = match operands.first().map(Vec::as_slice) {
        None => match shell.variables.scalar("HOME") {
            Some(home) => home.to_vec(),
            None => {
                shell.complain("cd: HOME not set");
                return Ok(1);
            }
        },
        Some(b"-") => match shell.variables.scalar("OLDPWD") {
            Some(old) => {
                prints = true;
                old.to_vec()
            }
            None => {
                shell.complain("cd: OLDPWD not set");
                return Ok(1);
            }
        },
        Some(directory) => directory.to_vec(),
    };
    let (mut found, from_cdpath) = search_cdpath(shell, &directory);
    prints |= from_cdpath;
    if shell.is_interactive
        && shell.shell_options.is_on("cdspell")
        && sys::stat(&found).is_err()
        && let Some(meant) = cd_spelling::corrected(&found)
    {
        shell.print(b"cd", &[meant.as_slice(), b"\n"].concat())?;
        found = meant;
    }
    let status = change(shell, b"cd", &directory, found, is_physical || shell.options.physical())?;
    match prints && status == 0 {
        true => {
            let line = [&*shell.directory, b"\n"].concat();
            shell.print(b"cd", &line)
        }
        false => Ok(status),
    }
}

/// Goes to a directory for `pushd` and `popd`.
pub fn enter(shell: &mut Shell, name: &[u8], directory: &[u8]) -> Outcome {
    let is_physical = shell.options.physical();
    change(shell, name, directory, directory.to_vec(), is_physical)
}

fn change(shell: &mut Shell, name: &[u8], directory: &[u8], mut target: Vec<u8>, is_physical: bool) -> Outcome {
    if !is_physical {
        // What stands before `..` has to be a directory.
        let climbs = target.windows(3).position(|part| part == b"/..");
        if let Some(end) = climbs.filter(|end| *end > 0)
            && let Err(error) = sys::stat(&target[..end]).and_then(|stat| match stat.is_directory() {
                true => Ok(()),
                false => Err(std::io::Error::from_raw_os_error(sys::errno::NOTDIR)),
            })
        {
            shell.complain([name, b": ", directory, b": ", sys::errno::message(&error).as_bytes()].concat());
            return Ok(1);
        }
        target = logical(&shell.directory, &target);
    }
    let physical = match sys::change_directory(&target) {
        Ok(physical) => physical,
        Err(error) => {
            shell.complain([name, b": ", directory, b": ", sys::errno::message(&error).as_bytes()].concat());
            return Ok(1);
        }
    };
    let new = if is_physical { physical } else { target };
    let old = shell.variables.scalar("PWD").map_or_else(|| shell.directory.to_vec(), <[u8]>::to_vec);
    shell.directory = new.as_slice().into();
    shell.assign("OLDPWD", old)?;
    shell.assign("PWD", new)?;
    Ok(0)
}

/// Looks a relative directory up in CDPATH; tells whether it was found there.
fn search_cdpath(shell: &Shell, directory: &[u8]) -> (Vec<u8>, bool) {
    let is_relative = !directory.starts_with(b"/") && !directory.starts_with(b".");
    if is_relative && let Some(path_list) = shell.variables.scalar("CDPATH") {
        for base in path_list.split(|byte| *byte == b':').filter(|base| !base.is_empty()) {
            let candidate = [base, b"/", directory].concat();
            if sys::stat(&candidate).is_ok_and(|stat| stat.is_directory()) {
                return (candidate, true);
            }
        }
    }
    (directory.to_vec(), false)
}

/// Resolves `.` and `..` by name, as `cd` does unless told to follow links.
fn logical(current: &[u8], target: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let base: &[u8] = if target.starts_with(b"/") { b"" } else { current };
    for part in base.split(|byte| *byte == b'/').chain(target.split(|byte| *byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut path = Vec::new();
    for part in parts {
        path.push(b'/');
        path.extend_from_slice(part);
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::logical;

    #[test]
    fn dots_go_by_name() {
        assert_eq!(logical(b"/a/b", b"../c/./d"), b"/a/c/d");
        assert_eq!(logical(b"/a", b"/x/../.."), b"/");
        assert_eq!(logical(b"/", b"a//b/"), b"/a/b");
    }
}
