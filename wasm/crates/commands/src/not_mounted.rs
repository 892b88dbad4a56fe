//! Stand-ins for the commands of runtimes that the host application has not mounted: they say which one to
//! mount. Mounting the runtime replaces them, because the driver mounted last wins a name.

use std::ffi::OsString;

/// What a shell answers for a command that is not there.
const COMMAND_NOT_FOUND: i32 = 127;

pub fn node_main(args: Vec<OsString>) -> i32 {
    say_what_to_mount(&args, "createNodeRuntime() of secure-exec/node")
}

pub fn python_main(args: Vec<OsString>) -> i32 {
    say_what_to_mount(&args, "createPythonRuntime() of secure-exec/python")
}

fn say_what_to_mount(args: &[OsString], factory: &str) -> i32 {
    let name = args.first().map(|name| name.to_string_lossy()).unwrap_or_default();
    eprintln!("{name}: command not found: mount {factory} to have it");
    COMMAND_NOT_FOUND
}
