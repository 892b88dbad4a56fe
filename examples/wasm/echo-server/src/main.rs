//! echo-server [PORT]: answers each line that it gets in capitals, one connection at a time. SIGTERM ends it.

mod secure_exec;

use secure_exec::Listener;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Result, Write};

const SIGTERM: i32 = 15;

fn main() -> Result<()> {
    let port = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    secure_exec::interrupt_by(SIGTERM)?;
    let listener = Listener::on(port)?;
    println!("listening on port {}", listener.port()?);
    loop {
        match listener.accept() {
            Ok(connection) => answer(connection)?,
            Err(error) if error.kind() == ErrorKind::Interrupted => break,
            Err(error) => return Err(error),
        }
    }
    println!("bye");
    Ok(())
}

/// A `&File` reads and writes, so that one descriptor serves both ways.
fn answer(connection: File) -> Result<()> {
    for line in BufReader::new(&connection).lines() {
        writeln!(&connection, "{}", line?.to_uppercase())?;
    }
    Ok(())
}
