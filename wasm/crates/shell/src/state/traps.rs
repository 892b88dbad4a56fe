//! Commands that `trap` set, and signals that wait for theirs.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a trap is for; ordered as `trap -p` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// By number; 0 is EXIT.
    Signal(i32),
    Debug,
    Error,
    Return,
}

impl Event {
    pub const EXIT: Event = Event::Signal(0);

    pub fn parse(name: &str) -> Option<Event> {
        match name.to_ascii_uppercase().as_str() {
            "DEBUG" => Some(Event::Debug),
            "ERR" => Some(Event::Error),
            "RETURN" => Some(Event::Return),
            _ => sys::signal::parse(name).map(Event::Signal),
        }
    }

    pub fn name(self) -> String {
        match self {
            Event::Signal(0) => "EXIT".to_string(),
            Event::Signal(number) => format!("SIG{}", sys::signal::name(number).unwrap_or("?")),
            Event::Debug => "DEBUG".to_string(),
            Event::Error => "ERR".to_string(),
            Event::Return => "RETURN".to_string(),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Traps {
    /// Empty commands ignore the signal.
    set: Rc<BTreeMap<Event, Rc<[u8]>>>,
    /// What the parent shell had, for `trap` in a subshell that has set none.
    parents: Option<Rc<BTreeMap<Event, Rc<[u8]>>>>,
    /// Signals that came; shared with subshells in this process, whose they are not.
    pub pending: Rc<RefCell<Vec<i32>>>,
    /// Signals whose action a subshell in this process has changed.
    pub changed: Vec<i32>,
    /// Looks for signals since the kernel was last asked for them.
    pub looks: Rc<Cell<u32>>,
    /// Whose commands run, one within the other; the same kind does not run within.
    pub running: Vec<Event>,
}

impl Traps {
    pub fn get(&self, event: Event) -> Option<Rc<[u8]>> {
        self.set.get(&event).cloned()
    }

    pub fn set(&mut self, event: Event, commands: Option<Rc<[u8]>>) {
        self.parents = None;
        let set = Rc::make_mut(&mut self.set);
        match commands {
            Some(commands) => set.insert(event, commands),
            None => set.remove(&event),
        };
    }

    pub fn take(&mut self, event: Event) -> Option<Rc<[u8]>> {
        Rc::make_mut(&mut self.set).remove(&event)
    }

    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// What `trap` lists.
    pub fn listed(&self) -> Vec<(Event, Rc<[u8]>)> {
        let shown = self.parents.as_ref().unwrap_or(&self.set);
        shown.iter().map(|(event, commands)| (*event, commands.clone())).collect()
    }

    /// What a subshell starts with: ignored signals, and ERR, DEBUG and RETURN where the options say so.
    pub fn enter_subshell(&mut self, errtrace: bool, functrace: bool) {
        if self.set.is_empty() {
            return;
        }
        let kept = |event: &Event, commands: &Rc<[u8]>| match event {
            Event::Signal(_) => commands.is_empty(),
            Event::Error => errtrace,
            Event::Debug | Event::Return => functrace,
        };
        let before = self.set.clone();
        let set = before.iter().filter(|(event, commands)| kept(event, commands));
        self.set = Rc::new(set.map(|(event, commands)| (*event, commands.clone())).collect());
        self.parents = Some(before);
    }
}
