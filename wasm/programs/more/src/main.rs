//! Commands that carry large tables: time zones, regular expressions with all of Unicode's classes.

mod fmt;
mod numfmt;
mod pr;
mod split;

multicall::commands! {
    ours {
        "fmt" => fmt::main,
        "numfmt" => numfmt::main,
        "pr" => pr::main,
        "split" => split::main,
    }
    uutils {
        "base32" => uu_base32::uumain,
        "basenc" => uu_basenc::uumain,
        "csplit" => uu_csplit::uumain,
        "date" => uu_date::uumain,
        "dircolors" => uu_dircolors::uumain,
        "expand" => uu_expand::uumain,
        "factor" => uu_factor::uumain,
        "nl" => uu_nl::uumain,
        "shred" => uu_shred::uumain,
        "shuf" => uu_shuf::uumain,
        "tsort" => uu_tsort::uumain,
        "unexpand" => uu_unexpand::uumain,
    }
}

fn main() {
    multicall::run(find)
}
