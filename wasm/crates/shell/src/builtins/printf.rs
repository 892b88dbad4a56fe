//! `printf [-v name] format [arguments]`

use super::printf_format::format;
use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut operands = &arguments[1..];
    let mut variable = None;
    if let [option] = operands
        && option == b"-v"
    {
        return shell.usage(b"printf", "-v: option requires an argument");
    }
    if let [option, name, rest @ ..] = operands
        && option == b"-v"
    {
        let base = String::from_utf8_lossy(name).into_owned();
        if base.contains('[') && !base.ends_with(']') {
            shell.complain([b"printf: `", name.as_slice(), b"': not a valid identifier"].concat());
            return Ok(2);
        }
        if !super::declare::is_name(String::from_utf8_lossy(name).split('[').next().unwrap_or("")) {
            shell.complain([b"printf: `", name.as_slice(), b"': not a valid identifier"].concat());
            return Ok(2);
        }
        variable = Some(String::from_utf8_lossy(name).into_owned());
        operands = rest;
    }
    if operands.first().is_some_and(|operand| operand == b"--") {
        operands = &operands[1..];
    }
    let Some((text, values)) = operands.split_first() else {
        return shell.usage(b"printf", "usage: printf [-v var] format [arguments]");
    };
    let formatted = format(text, values, &mut |format, seconds| shell.date_text(format, seconds));
    for message in formatted.warnings.iter().chain(&formatted.messages) {
        shell.complain([b"printf: ", message.as_slice()].concat());
    }
    let status = i32::from(!formatted.messages.is_empty());
    let Some(name) = variable else {
        let printed = shell.print(b"printf", &formatted.output)?;
        return Ok(printed.max(status));
    };
    shell.assign_by_name(&name, formatted.output)?;
    Ok(status)
}
