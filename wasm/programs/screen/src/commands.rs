//! Running shell commands from within a program.

use sys::{SpawnOptions, WaitOptions};

/// Runs `sh -c text` with this program's descriptors; its exit status.
pub fn shell(text: &str) -> i32 {
    run(&["sh", "-c", text])
}

/// Runs a command and waits for it.
fn run(arguments: &[&str]) -> i32 {
    let argv = sys::string_block::from_strings(arguments.iter().map(|text| text.as_bytes()));
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        sys::string_block::push(&mut env, &[name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat());
    }
    let options = SpawnOptions { argv: &argv, env: &env, actions: &[], job: None };
    let pid = match sys::spawn(arguments[0].as_bytes(), options) {
        Ok(pid) => pid,
        Err(error) => {
            eprintln!("{}: {}", arguments[0], sys::errno::message(&error));
            return 127;
        }
    };
    loop {
        match sys::waitpid(pid, WaitOptions::default()) {
            Ok(Some((_, status))) => return status.shell_status(),
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return 127,
            _ => {}
        }
    }
}
