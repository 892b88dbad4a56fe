//! What ps is asked: UNIX options (`-ef`), BSD ones without a dash (`aux`), and long ones, in any mixture.

use crate::ps_columns::{self, Column};
use crate::selection;
use std::ffi::OsString;

#[derive(Default)]
pub struct Request {
    pub all: bool,
    /// `a`: with a terminal; `x`: without one too; both together are all.
    pub bsd_a: bool,
    pub bsd_x: bool,
    /// `-a`: with a terminal, but no session leaders; `-d`: no session leaders.
    pub with_terminal: bool,
    pub no_leaders: bool,
    pub running_only: bool,
    pub deselect: bool,
    pub pids: Vec<i32>,
    pub parents: Vec<i32>,
    pub sessions: Vec<i32>,
    pub groups: Vec<u32>,
    pub effective_users: Vec<u32>,
    pub real_users: Vec<u32>,
    pub terminals: Vec<String>,
    pub commands: Vec<String>,
    pub has_list: bool,
    pub columns: Vec<Column>,
    pub forest: bool,
    pub no_heading: bool,
    /// Lines may be as wide as they are.
    pub wide: bool,
    /// Column names, the smallest first unless `true`.
    pub sort: Vec<(String, bool)>,
    pub is_bsd: bool,
    layout: Layout,
    /// Standing before the command in the default layouts: `-j`, `-l`.
    pub error: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Layout {
    #[default]
    Plain,
    Full,
    Long,
    Jobs,
    BsdUser,
    BsdLong,
    BsdJobs,
    ExtraFull,
}

impl Request {
    /// Reads the arguments. An error is the text of the message.
    pub fn read(args: &[OsString]) -> Result<Request, String> {
        let mut request = Request::default();
        let texts: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
        let mut rest = texts.into_iter();
        while let Some(arg) = rest.next() {
            if let Some(long) = arg.strip_prefix("--") {
                request.read_long(long, &mut rest)?;
            } else if let Some(cluster) = arg.strip_prefix('-').filter(|cluster| !cluster.is_empty()) {
                request.read_unix(cluster, &mut rest)?;
            } else if arg.starts_with(|first: char| first.is_ascii_digit()) {
                request.add_pids(&arg)?;
            } else {
                request.read_bsd(&arg, &mut rest)?;
            }
        }
        if request.columns.is_empty() {
            request.columns = request.layout_columns();
        }
        Ok(request)
    }

    fn read_unix(&mut self, cluster: &str, rest: &mut impl Iterator<Item = String>) -> Result<(), String> {
        for (index, letter) in cluster.char_indices() {
            let attached = &cluster[index + letter.len_utf8()..];
            let mut value = || match attached {
                "" => rest.next().ok_or_else(|| "list of process IDs must follow -".to_owned() + &letter.to_string()),
                text => Ok(text.trim_start_matches('=').to_owned()),
            };
            match letter {
                'e' | 'A' => self.all = true,
                'a' => self.with_terminal = true,
                'd' => self.no_leaders = true,
                'N' => self.deselect = true,
                'f' => self.layout = if self.layout == Layout::Long { self.layout } else { Layout::Full },
                'F' => self.layout = Layout::ExtraFull,
                'l' => self.layout = Layout::Long,
                'j' => self.layout = Layout::Jobs,
                'H' => self.forest = true,
                'w' => self.wide = true,
                'y' | 'c' | 'L' | 'T' | 'm' | 'M' | 'P' => {}
                'p' | 'q' => return self.add_pids(&value()?),
                'o' | 'O' => {
                    let text = value()?;
                    return if letter == 'o' { self.add_columns(&text) } else { self.insert_columns(&text) };
                }
                'u' | 'U' | 'G' | 'g' | 's' | 't' | 'C' | 'k' => {
                    let text = value()?;
                    return self.add_list(letter, &text);
                }
                'V' => self.error = Some("version".to_owned()),
                _ => return Err("unsupported SysV option".to_owned()),
            }
        }
        Ok(())
    }

    fn read_bsd(&mut self, cluster: &str, rest: &mut impl Iterator<Item = String>) -> Result<(), String> {
        self.is_bsd = true;
        for (index, letter) in cluster.char_indices() {
            let attached = &cluster[index + letter.len_utf8()..];
            let mut value = || match attached {
                "" => rest.next().ok_or_else(|| "list of process IDs must follow ".to_owned() + &letter.to_string()),
                text => Ok(text.to_owned()),
            };
            match letter {
                'a' => self.bsd_a = true,
                'x' => self.bsd_x = true,
                'u' => self.layout = Layout::BsdUser,
                'l' => self.layout = Layout::BsdLong,
                'j' => self.layout = Layout::BsdJobs,
                'f' => self.forest = true,
                'h' => self.no_heading = true,
                'r' => self.running_only = true,
                'w' => self.wide = true,
                'c' | 'e' | 'n' | 'S' | 'm' | 'H' => {}
                'p' => return self.add_pids(&value()?),
                'o' => {
                    let text = value()?;
                    return self.add_columns(&text);
                }
                'k' | 't' | 'U' => {
                    let text = value()?;
                    return self.add_list(letter, &text);
                }
                'T' => self.terminals.push(crate::ps::own_terminal()),
                _ => return Err("unsupported option (BSD syntax)".to_owned()),
            }
        }
        Ok(())
    }

    fn read_long(&mut self, long: &str, rest: &mut impl Iterator<Item = String>) -> Result<(), String> {
        let (name, attached) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
        let mut value = || attached.clone().or_else(|| rest.next()).ok_or_else(|| format!("argument missing behind --{name}"));
        match name {
            "forest" => self.forest = true,
            "no-headers" | "no-heading" | "no-headings" | "noheader" | "noheaders" | "noheading" | "noheadings" => {
                self.no_heading = true;
            }
            "headers" | "heading" | "cumulative" => {}
            "deselect" => self.deselect = true,
            "pid" | "quick-pid" => self.add_pids(&value()?)?,
            "ppid" => {
                let text = value()?;
                self.has_list = true;
                self.parents.extend(selection::numbers(&text).map_err(|_| "process ID list syntax error".to_owned())?);
            }
            "sort" => self.add_list('k', &value()?)?,
            "format" => self.add_columns(&value()?)?,
            "user" => self.add_list('u', &value()?)?,
            "User" => self.add_list('U', &value()?)?,
            "group" => self.add_list('g', &value()?)?,
            "Group" => self.add_list('G', &value()?)?,
            "sid" => self.add_list('s', &value()?)?,
            "tty" => self.add_list('t', &value()?)?,
            "cols" | "columns" | "width" | "rows" | "lines" => {
                value()?;
            }
            "version" => self.error = Some("version".to_owned()),
            "help" => self.error = Some("help".to_owned()),
            _ => return Err("unknown gnu long option".to_owned()),
        }
        Ok(())
    }

    fn add_pids(&mut self, text: &str) -> Result<(), String> {
        self.has_list = true;
        self.pids.extend(selection::numbers(text).map_err(|_| "process ID list syntax error".to_owned())?);
        Ok(())
    }

    fn add_list(&mut self, letter: char, text: &str) -> Result<(), String> {
        if letter == 'k' {
            for part in selection::parts(text) {
                let name = part.trim_start_matches(['+', '-']);
                ps_columns::find(name).ok_or_else(|| "unknown sort specifier".to_owned())?;
                self.sort.push((name.to_owned(), part.starts_with('-')));
            }
            return Ok(());
        }
        self.has_list = true;
        match letter {
            'u' => self.effective_users.extend(selection::users(text).map_err(|_| "user name does not exist".to_owned())?),
            'U' => self.real_users.extend(selection::users(text).map_err(|_| "user name does not exist".to_owned())?),
            'G' => self.groups.extend(selection::groups(text).map_err(|_| "group name does not exist".to_owned())?),
            't' => self.terminals.extend(selection::terminals(text)),
            'C' => self.commands.extend(selection::parts(text).map(str::to_owned)),
            // `-g` with numbers means sessions, as procps has it.
            _ => self.sessions.extend(selection::numbers(text).map_err(|_| "session list syntax error".to_owned())?),
        }
        Ok(())
    }

    /// `-o pid,comm=NAME`: a heading takes the rest of its argument.
    fn add_columns(&mut self, text: &str) -> Result<(), String> {
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find([',', ' ', '=']).unwrap_or(rest.len());
            let name = &rest[..end];
            let after = &rest[end..];
            if !name.is_empty() {
                let kind = ps_columns::find(name).ok_or_else(|| format!("unknown user-defined format specifier \"{name}\""))?;
                let mut column = Column::new(kind);
                if let Some(heading) = after.strip_prefix('=') {
                    // Empty headings can follow one another: `pid=,comm=`.
                    if let Some(next) = heading.strip_prefix(',') {
                        column.heading.clear();
                        self.columns.push(column);
                        rest = next;
                        continue;
                    }
                    column.heading = heading.to_owned();
                    self.columns.push(column);
                    return Ok(());
                }
                self.columns.push(column);
            }
            rest = after.get(1..).unwrap_or("");
        }
        Ok(())
    }

    /// `-O`: the default layout with columns behind the first.
    fn insert_columns(&mut self, text: &str) -> Result<(), String> {
        self.add_columns("pid")?;
        self.add_columns(text)?;
        self.add_columns("state,tname,time,command")
    }

    fn layout_columns(&self) -> Vec<Column> {
        let names: &[&str] = match self.layout {
            Layout::Plain if self.is_bsd => &["pid", "tname", "stat", "bsdtime", "command"],
            Layout::Plain => &["pid", "tname", "time", "ucmd"],
            Layout::Full => &["user", "pid", "ppid", "c", "stime", "tname", "time", "cmd"],
            Layout::ExtraFull => &["user", "pid", "ppid", "c", "sz", "rss", "psr", "stime", "tname", "time", "cmd"],
            Layout::Long => {
                &["f", "s", "uid", "pid", "ppid", "c", "pri", "ni", "addr", "sz", "wchan", "tname", "time", "ucmd"]
            }
            Layout::Jobs => &["pid", "pgid", "sid", "tname", "time", "ucmd"],
            Layout::BsdUser => {
                &["user", "pid", "%cpu", "%mem", "vsz", "rss", "tname", "stat", "start_time", "bsdtime", "command"]
            }
            Layout::BsdLong => {
                &["f", "uid", "pid", "ppid", "pri", "ni", "vsz", "rss", "wchan", "stat", "tname", "bsdtime", "command"]
            }
            Layout::BsdJobs => &["ppid", "pid", "pgid", "sid", "tname", "tpgid", "stat", "uid", "bsdtime", "command"],
        };
        let mut columns: Vec<Column> = names.iter().filter_map(|name| ps_columns::find(name)).map(Column::new).collect();
        // `-f` calls the user UID.
        if matches!(self.layout, Layout::Full | Layout::ExtraFull) && let Some(first) = columns.first_mut() {
            first.heading = "UID".to_owned();
        }
        columns
    }
}
