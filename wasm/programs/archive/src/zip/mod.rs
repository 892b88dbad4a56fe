//! zip and unzip. Ours, because the crate `zip` keeps neither times nor modes nor links as the Unix programs do.

mod directory;
mod listing;
mod pack;
mod selection;
mod unpack;
mod unzip_options;
mod zip_options;

pub use pack::main as zip_main;
pub use unpack::main as unzip_main;
