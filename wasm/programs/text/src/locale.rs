//! What of the locale matters here: whether text is UTF-8.

/// The locale's encoding; without a locale it is UTF-8.
pub fn is_utf8() -> bool {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    !matches!(value.as_deref(), Some("C" | "POSIX"))
}
