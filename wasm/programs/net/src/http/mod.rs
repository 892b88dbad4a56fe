//! HTTP/1.1 as curl and wget need it.

mod body;
mod connection;
pub mod cookies;
mod exchange;
mod failure;
pub mod url;

pub use connection::Settings;
pub use exchange::{Client, Exchange, Head, Upload};
pub use failure::Failure;
pub use url::Url;
