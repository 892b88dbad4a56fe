//! Commands that carry large tables: time zones, regular expressions with all of Unicode's classes.

multicall::commands! {
    ours {
    }
    uutils {
        "date" => uu_date::uumain,
        "expr" => uu_expr::uumain,
        "nl" => uu_nl::uumain,
    }
}

fn main() {
    multicall::run(find)
}
