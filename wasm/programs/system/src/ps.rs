//! ps: a look at the processes, as procps shows them.

use crate::processes::{Process, all};
use crate::ps_columns::{Align, Column, Scene, sort_key};
use crate::ps_options::Request;
use commands::output;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Write;

pub fn main(args: Vec<OsString>) -> i32 {
    let request = match Request::read(&args) {
        Ok(request) => request,
        Err(text) => {
            eprintln!("error: {text}\n\n{USAGE}");
            return 1;
        }
    };
    match request.error.as_deref() {
        Some("version") => {
            println!("ps (secure-exec) {}", env!("CARGO_PKG_VERSION"));
            return 0;
        }
        Some(_) => {
            println!("{USAGE}");
            return 0;
        }
        None => {}
    }
    let scene = Scene::look();
    let processes = all();
    let own = Process::read(sys::getpid());
    let mut chosen: Vec<&Process> = processes.iter().filter(|process| is_chosen(&request, process, own.as_ref())).collect();
    sort(&request, &scene, &mut chosen);
    let lines = if request.forest { forest(&chosen) } else { chosen.iter().map(|process| (*process, String::new())).collect() };
    print(&request, &scene, &lines)
}

const USAGE: &str = "Usage:\n ps [options]\n\n Try 'ps --help' for more information.";

/// The terminal of this process, `?` without one.
pub fn own_terminal() -> String {
    Process::read(sys::getpid()).map_or_else(|| "?".to_owned(), |process| process.tty)
}

fn is_chosen(request: &Request, process: &Process, own: Option<&Process>) -> bool {
    let has_terminal = process.tty != "?";
    let is_leader = process.sid == process.pid;
    let by_list = request.pids.contains(&process.pid)
        || request.parents.contains(&process.ppid)
        || request.sessions.contains(&process.sid)
        || request.groups.contains(&process.gids[0])
        || request.effective_users.contains(&process.uids[1])
        || request.real_users.contains(&process.uids[0])
        || request.terminals.contains(&process.tty)
        || request.commands.iter().any(|name| name.chars().take(15).eq(process.comm.chars()));
    let is_own_user = own.is_some_and(|own| own.uids[1] == process.uids[1]);
    let by_kind = request.all
        || (request.bsd_a && request.bsd_x)
        || (request.bsd_a && has_terminal)
        || (request.bsd_x && !request.bsd_a && is_own_user)
        || (request.with_terminal && has_terminal && !is_leader)
        || (request.no_leaders && !is_leader);
    let says_nothing =
        !(request.has_list || request.all || request.bsd_a || request.bsd_x || request.with_terminal || request.no_leaders);
    let by_default = says_nothing && is_own_user && own.is_some_and(|own| own.tty == process.tty);
    let is_chosen = by_list || by_kind || by_default;
    is_chosen != request.deselect && (!request.running_only || process.state == 'R')
}

fn sort(request: &Request, scene: &Scene, chosen: &mut [&Process]) {
    chosen.sort_by(|one, other| {
        for (name, is_descending) in &request.sort {
            let (first, second) = (sort_key(name, scene, one), sort_key(name, scene, other));
            let order = first.0.total_cmp(&second.0).then_with(|| first.1.cmp(&second.1));
            let order = if *is_descending { order.reverse() } else { order };
            if order.is_ne() {
                return order;
            }
        }
        one.pid.cmp(&other.pid)
    });
}

/// The processes with what is drawn before their commands: children under their parents.
fn forest<'a>(chosen: &[&'a Process]) -> Vec<(&'a Process, String)> {
    let pids: HashSet<i32> = chosen.iter().map(|process| process.pid).collect();
    let is_root = |process: &&&Process| !pids.contains(&process.ppid) || process.ppid == process.pid;
    let roots: Vec<&Process> = chosen.iter().filter(is_root).copied().collect();
    let mut lines = Vec::with_capacity(chosen.len());
    // Each with what its children are drawn behind; the last is the next.
    let mut waiting: Vec<(&Process, String, String)> =
        roots.iter().rev().map(|root| (*root, String::new(), String::new())).collect();
    while let Some((process, drawn, below)) = waiting.pop() {
        lines.push((process, drawn));
        let children: Vec<&Process> = chosen.iter().filter(|child| child.ppid == process.pid && child.pid != process.pid).copied().collect();
        for (index, child) in children.iter().enumerate().rev() {
            let is_last = index + 1 == children.len();
            waiting.push((child, format!("{below} \\_ "), format!("{below}{}", if is_last { "    " } else { " |  " })));
        }
    }
    lines
}

fn print(request: &Request, scene: &Scene, lines: &[(&Process, String)]) -> i32 {
    let mut output = output::standard();
    let room = if request.wide { usize::MAX } else { line_room() };
    let has_heading = request.columns.iter().any(|column| !column.heading.is_empty());
    if !request.no_heading && has_heading {
        let cells: Vec<String> = request.columns.iter().map(|column| column.heading.clone()).collect();
        let _ = writeln!(output, "{}", line(&request.columns, &cells, room));
    }
    for (process, drawn) in lines {
        let cells: Vec<String> = request
            .columns
            .iter()
            .map(|column| {
                let cell = (column.kind.cell)(scene, process);
                let is_command = matches!(column.kind.heading, "CMD" | "COMMAND");
                if is_command { format!("{drawn}{cell}") } else { cell }
            })
            .collect();
        let _ = writeln!(output, "{}", line(&request.columns, &cells, room));
    }
    output::finish(output, "ps", i32::from(lines.is_empty()))
}

fn line(columns: &[Column], cells: &[String], room: usize) -> String {
    let mut text = String::new();
    for (index, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if index > 0 {
            text.push(' ');
        }
        let width = column.width();
        let is_last = index + 1 == columns.len();
        match column.kind.align {
            Align::Right => text.push_str(&format!("{cell:>width$}")),
            Align::Left if is_last => text.push_str(cell),
            Align::Left => text.push_str(&format!("{:<width$}", cut(cell, width))),
        }
    }
    text.chars().take(room).collect()
}

/// What does not fit into a column of text before others is cut off.
fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

/// Columns of the terminal; no limit where there is none.
fn line_room() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|columns| *columns > 0);
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdout());
    if is_terminal { columns.unwrap_or(80) } else { columns.unwrap_or(usize::MAX) }
}
