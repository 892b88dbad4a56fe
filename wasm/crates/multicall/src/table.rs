//! The table of a program's commands. The dispatch and the list in the module's custom section are
//! both made from it, so that they cannot disagree.

use std::ffi::OsString;

/// A command: takes its arguments with `argv[0]`, returns its exit code.
pub type Command = fn(Vec<OsString>) -> i32;

/// Defines `find` and the custom section that `docs/wasm-abi.md` describes: one name a line.
#[macro_export]
macro_rules! commands {
    (ours { $($name:literal => $main:path,)* } uutils { $($uu_name:literal => $uu:ident::uumain,)* }) => {
        fn find(name: &str) -> Option<$crate::Command> {
            match name {
                $($name => Some($main),)*
                $($uu_name => Some(|args| $crate::uutils::run($uu_name, $uu::uu_app, $uu::uumain, args)),)*
                _ => None,
            }
        }

        const NAMES: &str = concat!($($name, "\n",)* $($uu_name, "\n",)*);

        #[used]
        #[unsafe(link_section = "secure-exec.commands")]
        static COMMAND_LIST: [u8; NAMES.len()] = {
            let mut bytes = [0; NAMES.len()];
            bytes.copy_from_slice(NAMES.as_bytes());
            bytes
        };
    };
}
