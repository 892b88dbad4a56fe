//! What commands of several programs share, where `crates/commands` would bring more than they need: options in the
//! order they were given, paths as bytes, streams in large steps.

#[cfg(not(target_os = "wasi"))]
compile_error!("this crate is for wasm32-wasip1");

pub mod kernel;
pub mod options;
pub mod output;
pub mod path;
pub mod size;
pub mod stream;

/// Words an error as Linux programs do.
pub use sys::errno::message;

/// A name as text for messages.
pub fn shown(name: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(name)
}
