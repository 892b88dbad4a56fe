//! Messages in Fluent's notation, English only, looked up when they are asked for.
//!
//! The real crate parses every message of a program at its start. This one keeps the text and
//! searches it, which makes starting free and costs microseconds on the rare path that words an
//! error. It understands what uutils' `en-US.ftl` files use: multi-line values, `{ $variable }`,
//! `{ "literal" }`, `{ other-message }` and one level of `{ $variable -> [key] … *[other] … }`.

mod arguments;
mod bundle;
mod pattern;
mod resource;

pub use arguments::{FluentArgs, FluentValue};
pub use bundle::{FluentBundle, FluentError, FluentMessage};
pub use pattern::Pattern;
pub use resource::FluentResource;
