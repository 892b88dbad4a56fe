//! How many rows and columns there are.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub rows: usize,
    pub columns: usize,
}

/// The size of the terminal; 24 by 80 where it has none.
pub fn size_of(fd: i32) -> Size {
    let (rows, columns) = sys::terminal::window_size(fd).unwrap_or((0, 0));
    let or = |value: u16, default: usize| if value == 0 { default } else { usize::from(value) };
    Size { rows: or(rows, 24), columns: or(columns, 80) }
}
