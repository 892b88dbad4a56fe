//! Variables and their attributes, in scopes: the global one, one a function call, and one a command
//! with assignments before it.

use super::Associative;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Declared without a value.
    Unset,
    Scalar(Vec<u8>),
    Indexed(BTreeMap<i64, Vec<u8>>),
    Associative(Associative),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    pub exported: bool,
    pub readonly: bool,
    pub integer: bool,
    pub lowercase: bool,
    pub uppercase: bool,
    /// The value is the name of the variable that is meant.
    pub nameref: bool,
    pub traced: bool,
    /// Made by `local`, so that unsetting it leaves the outer variable hidden.
    pub local: bool,
    /// An array that was declared and never assigned.
    pub unassigned: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub value: Value,
    pub attributes: Attributes,
}

impl Variable {
    pub fn scalar(value: &[u8]) -> Self {
        Variable { value: Value::Scalar(value.to_vec()), attributes: Attributes::default() }
    }

    /// What `$name` gives: the scalar, or element 0.
    pub fn as_scalar(&self) -> Option<&[u8]> {
        match &self.value {
            Value::Unset => None,
            Value::Scalar(value) => Some(value),
            Value::Indexed(elements) => elements.get(&0).map(Vec::as_slice),
            Value::Associative(elements) => elements.get(b"0".as_slice()).map(Vec::as_slice),
        }
    }

    pub fn is_empty_array(&self) -> bool {
        match &self.value {
            Value::Indexed(elements) => elements.is_empty(),
            Value::Associative(elements) => elements.is_empty(),
            Value::Unset | Value::Scalar(_) => false,
        }
    }

    pub fn is_array(&self) -> bool {
        matches!(self.value, Value::Indexed(_) | Value::Associative(_))
    }
}

/// Shared until written, so that a subshell's copy costs nothing.
pub type Scope = Rc<BTreeMap<Rc<str>, Variable>>;

#[derive(Clone, Debug)]
pub struct Variables {
    scopes: Vec<Scope>,
    /// Changes with every change an exported variable could be part of; never the same twice.
    generation: u64,
    has_namerefs: bool,
    /// Scopes of functions among all, where `local` goes.
    function_scopes: Vec<usize>,
}

/// The variable is read-only.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadOnly;

static NEXT_GENERATION: AtomicU64 = AtomicU64::new(1);

impl Default for Variables {
    fn default() -> Self {
        Variables { scopes: vec![Scope::default()], generation: 0, has_namerefs: false, function_scopes: Vec::new() }
    }
}

impl Variables {
    pub fn generation(&self) -> u64 {
        self.generation
    }

    fn touch(&mut self) {
        self.generation = NEXT_GENERATION.fetch_add(1, Ordering::Relaxed);
    }

    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    pub fn replace_scopes(&mut self, scopes: Vec<Scope>) {
        self.has_namerefs = scopes.iter().any(|scope| scope.values().any(|variable| variable.attributes.nameref));
        self.function_scopes = (1..scopes.len()).collect();
        self.scopes = scopes;
        self.touch();
    }

    pub fn push_scope(&mut self) {
        self.scopes.push(Scope::default());
    }

    /// Enters a function.
    pub fn push_function_scope(&mut self) {
        self.push_scope();
        self.make_function_scope();
    }

    /// The assignments before a function's name are local variables of it.
    pub fn make_function_scope(&mut self) {
        self.function_scopes.push(self.scopes.len() - 1);
    }

    pub fn has_namerefs(&self) -> bool {
        self.has_namerefs
    }

    /// The name that is meant, through namerefs; it may have a subscript.
    pub fn resolve<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let mut meant = Cow::Borrowed(name);
        if !self.has_namerefs {
            return meant;
        }
        // A circle ends with the name itself.
        for _ in 0..8 {
            match self.get_raw(&meant) {
                Some(variable) if variable.attributes.nameref => match variable.as_scalar() {
                    Some(next) if !next.is_empty() && next != meant.as_bytes() => {
                        meant = Cow::Owned(String::from_utf8_lossy(next).into_owned());
                    }
                    _ => return meant,
                },
                _ => return meant,
            }
        }
        // A circle means nothing.
        Cow::Borrowed("")
    }

    /// The variable of that very name, nameref or not.
    pub fn get_raw(&self, name: &str) -> Option<&Variable> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// Leaves a function or a command with assignments before it.
    pub fn pop_scope(&mut self) {
        if self.function_scopes.last() == Some(&(self.scopes.len() - 1)) {
            self.function_scopes.pop();
        }
        if let Some(scope) = self.scopes.pop()
            && scope.values().any(|variable| variable.attributes.exported)
        {
            self.touch();
        }
    }

    pub fn get(&self, name: &str) -> Option<&Variable> {
        match self.has_namerefs {
            true => self.get_raw(&self.resolve(name)),
            false => self.get_raw(name),
        }
    }

    pub fn scalar(&self, name: &str) -> Option<&[u8]> {
        self.get(name).and_then(Variable::as_scalar)
    }

    /// The variable as it is in the innermost scope that has it, made in the global one if none has.
    pub fn entry(&mut self, name: &str) -> Result<&mut Variable, ReadOnly> {
        let name = &*self.resolve(name);
        self.entry_raw(name)
    }

    /// The same for the variable of that very name.
    pub fn entry_raw(&mut self, name: &str) -> Result<&mut Variable, ReadOnly> {
        // Where no inner scope has it, it is in the global one, or will be.
        let inner = self.scopes[1..].iter().rposition(|scope| scope.contains_key(name));
        self.entry_in(name, inner.map_or(0, |index| index + 1))
    }

    fn entry_in(&mut self, name: &str, index: usize) -> Result<&mut Variable, ReadOnly> {
        if name.is_empty() {
            return Err(ReadOnly);
        }
        let existing = self.scopes[index].get(name).map(|variable| variable.attributes);
        if existing.is_some_and(|attributes| attributes.readonly) {
            return Err(ReadOnly);
        }
        if existing.is_some_and(|attributes| attributes.exported) {
            self.touch();
        }
        let scope = Rc::make_mut(&mut self.scopes[index]);
        if existing.is_none() {
            let fresh = Variable { value: Value::Unset, attributes: Attributes::default() };
            scope.insert(name.into(), fresh);
        }
        // The key was just made sure of.
        scope.get_mut(name).ok_or(ReadOnly)
    }

    /// The variable in the innermost scope, made there (unset) if it is not: `local`.
    pub fn local_entry(&mut self, name: &str) -> Result<&mut Variable, ReadOnly> {
        // A read-only variable of an outer scope cannot be hidden.
        if self.get(name).is_some_and(|variable| variable.attributes.readonly) {
            return Err(ReadOnly);
        }
        let hides_exported = self.get(name).is_some_and(|variable| variable.attributes.exported);
        let index = self.scopes.len() - 1;
        self.entry_local_to(name, index, hides_exported)
    }

    /// `local`: the variable in the scope of the function that runs.
    pub fn function_entry(&mut self, name: &str) -> Result<&mut Variable, ReadOnly> {
        if self.get_raw(name).is_some_and(|variable| variable.attributes.readonly) {
            return Err(ReadOnly);
        }
        let visible = self.scopes.iter().rposition(|scope| scope.contains_key(name));
        let own = self.local_scope();
        // A variable before `eval` or `source` within the function is the one that becomes local.
        let index = visible.filter(|index| *index > own).unwrap_or(own);
        let outer = visible.filter(|visible| *visible != index);
        let inherited = outer.filter(|outer| *outer > 0 && !self.function_scopes.contains(outer));
        let hides_exported =
            outer.is_some_and(|outer| self.scopes[outer].get(name).is_some_and(|variable| variable.attributes.exported));
        if let Some(inherited) = inherited
            && let Some(variable) = self.scopes[inherited].get(name).cloned()
        {
            Rc::make_mut(&mut self.scopes[index]).insert(name.into(), variable);
        }
        let variable = self.entry_local_to(name, index, hides_exported)?;
        variable.attributes.local = true;
        Ok(variable)
    }

    fn local_scope(&self) -> usize {
        self.function_scopes.last().copied().unwrap_or(self.scopes.len() - 1)
    }

    fn entry_local_to(&mut self, name: &str, index: usize, hides_exported: bool) -> Result<&mut Variable, ReadOnly> {
        let is_new = !self.scopes[index].contains_key(name);
        let variable = self.entry_in(name, index)?;
        variable.attributes.exported |= is_new && hides_exported;
        if is_new && hides_exported {
            self.touch();
        }
        self.entry_in(name, index)
    }

    pub fn is_local(&self, name: &str) -> bool {
        self.scopes.len() > 1 && self.scopes[self.local_scope()].contains_key(name)
    }

    pub fn set_scalar(&mut self, name: &str, value: Vec<u8>) -> Result<(), ReadOnly> {
        let variable = self.entry(name)?;
        match &mut variable.value {
            Value::Indexed(elements) => {
                elements.insert(0, value);
            }
            Value::Associative(elements) => {
                elements.insert(b"0".to_vec(), value);
            }
            other => *other = Value::Scalar(value),
        }
        Ok(())
    }

    /// Marks a variable exported in the innermost scope.
    pub fn export_here(&mut self, name: &str) {
        let last = self.scopes.len() - 1;
        if let Some(variable) = Rc::make_mut(&mut self.scopes[last]).get_mut(name) {
            variable.attributes.exported = true;
        }
        self.touch();
    }

    /// Changes attributes; unlike `entry` it does so for read-only variables too.
    pub fn change_attributes(&mut self, name: &str, in_local_scope: bool, change: impl FnOnce(&mut Attributes)) {
        let name = &*if in_local_scope { Cow::Borrowed(name) } else { self.resolve(name) };
        self.change_attributes_raw(name, in_local_scope, change);
    }

    /// The same for the variable of that very name.
    pub fn change_attributes_raw(&mut self, name: &str, in_local_scope: bool, change: impl FnOnce(&mut Attributes)) {
        let index = match in_local_scope {
            true => {
                let own = self.local_scope();
                self.scopes.iter().rposition(|scope| scope.contains_key(name)).filter(|index| *index > own).unwrap_or(own)
            }
            false => self.scopes.iter().rposition(|scope| scope.contains_key(name)).unwrap_or(0),
        };
        let fresh = || Variable { value: Value::Unset, attributes: Attributes::default() };
        change(&mut Rc::make_mut(&mut self.scopes[index]).entry(name.into()).or_insert_with(fresh).attributes);
        self.has_namerefs |= self.scopes[index].get(name).is_some_and(|variable| variable.attributes.nameref);
        self.touch();
    }

    pub fn unset(&mut self, name: &str) -> Result<(), ReadOnly> {
        let name = &*self.resolve(name);
        self.unset_raw(name, false)
    }

    /// `hides_all`: a caller's local variable too goes on hiding the outer one.
    pub fn unset_raw(&mut self, name: &str, hides_all: bool) -> Result<(), ReadOnly> {
        let Some(index) = self.scopes.iter().rposition(|scope| scope.contains_key(name)) else { return Ok(()) };
        let attributes = self.scopes[index].get(name).map(|variable| variable.attributes).unwrap_or_default();
        if attributes.readonly {
            return Err(ReadOnly);
        }
        let is_own = !self.function_scopes.is_empty() && index >= self.local_scope();
        let scope = Rc::make_mut(&mut self.scopes[index]);
        scope.remove(name);
        if attributes.local && (is_own || hides_all) {
            // A function's own variable goes on hiding the outer one.
            let attributes = Attributes { local: true, ..Attributes::default() };
            let hidden = Variable { value: Value::Unset, attributes };
            scope.insert(name.into(), hidden);
        }
        if attributes.exported {
            self.touch();
        }
        Ok(())
    }

    /// All visible variables by name.
    pub fn visible(&self) -> BTreeMap<&str, &Variable> {
        let mut all = BTreeMap::new();
        for scope in &self.scopes {
            all.extend(scope.iter().map(|(name, variable)| (&**name, variable)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_scopes_hide_and_vanish() {
        let mut variables = Variables::default();
        variables.set_scalar("x", b"1".to_vec()).unwrap();
        variables.push_scope();
        variables.local_entry("x").unwrap().value = Value::Scalar(b"2".to_vec());
        variables.set_scalar("x", b"3".to_vec()).unwrap();
        variables.set_scalar("y", b"4".to_vec()).unwrap();
        assert_eq!(variables.scalar("x"), Some(b"3".as_slice()));
        variables.pop_scope();
        assert_eq!(variables.scalar("x"), Some(b"1".as_slice()));
        assert_eq!(variables.scalar("y"), Some(b"4".as_slice()));
    }

    #[test]
    fn readonly_refuses_and_copies_are_independent() {
        let mut variables = Variables::default();
        variables.set_scalar("x", b"1".to_vec()).unwrap();
        variables.change_attributes("x", false, |attributes| attributes.readonly = true);
        assert_eq!(variables.set_scalar("x", b"2".to_vec()), Err(ReadOnly));
        assert_eq!(variables.unset("x"), Err(ReadOnly));
        let copy = variables.clone();
        variables.set_scalar("y", b"1".to_vec()).unwrap();
        assert_eq!(copy.scalar("y"), None);
    }
}
