//! `. file [arguments]`, `source`

use crate::state::frames::FrameKind;
use crate::state::{Interrupt, Outcome, Shell};
use std::rc::Rc;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let name = arguments[0].clone();
    let mut operands = &arguments[1..];
    if operands.first().is_some_and(|operand| operand == b"--") {
        operands = &operands[1..];
    }
    let Some(file) = operands.first() else {
        return shell.usage(&name, "filename argument required");
    };
    let path = find(shell, file);
    let text = match shell.read_file(&path) {
        Ok(text) => text,
        Err(error) => {
            let prefix: &[u8] = if file.contains(&b'/') { b"" } else { &[name.as_slice(), b": "].concat() };
            shell.complain([prefix, file.as_slice(), b": ", sys::errno::message(&error).as_bytes()].concat());
            if shell.options.posix() && !shell.is_interactive {
                return Err(Interrupt::Exit(1));
            }
            return Ok(1);
        }
    };
    let replaced =
        (operands.len() > 1).then(|| std::mem::replace(&mut shell.positional, Rc::new(operands[1..].to_vec())));
    let line = shell.line;
    shell.frames.push(FrameKind::Source, "source".into(), path.as_slice().into(), line);
    let mut result = shell.run_script_text(&text, 1, "");
    if let Ok(_) | Err(Interrupt::Return(_)) = result
        && let Err(interrupt) = shell.run_return_trap(false)
    {
        result = Err(interrupt);
    }
    shell.frames.pop();
    shell.line = line;
    if let Some(positional) = replaced {
        shell.positional = positional;
    }
    match result {
        Err(Interrupt::Return(status)) => Ok(status),
        result => result,
    }
}

/// A name without a slash is looked for in PATH, then in the working directory.
fn find(shell: &Shell, file: &[u8]) -> Vec<u8> {
    if file.contains(&b'/') {
        return file.to_vec();
    }
    let path_list = shell.variables.scalar("PATH").unwrap_or(b"");
    path_list
        .split(|byte| *byte == b':')
        .filter(|directory| !directory.is_empty())
        .map(|directory| [directory, b"/", file].concat())
        .find(|path| sys::stat(path).is_ok_and(|stat| stat.is_regular()))
        .unwrap_or_else(|| if shell.options.posix() { Vec::new() } else { file.to_vec() })
}
