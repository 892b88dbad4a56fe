//! Questions of `-i`: asked on standard error, answered on standard input.

/// Asks, and returns whether the answer begins with y.
pub fn confirms(question: &str) -> bool {
    eprint!("{question}");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim_start().starts_with(['y', 'Y'])
}
