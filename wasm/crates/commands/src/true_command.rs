//! true: succeeds. false: fails. Both ignore their arguments.

use std::ffi::OsString;

pub fn true_main(_args: Vec<OsString>) -> i32 {
    0
}

pub fn false_main(_args: Vec<OsString>) -> i32 {
    1
}
