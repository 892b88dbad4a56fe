//! The instructions that a program becomes, for a machine with a stack of values.

use super::ast::{BinaryOperator, Comparison, InputKind, OutputKind};

/// Where an array is: a global's slot, a local one as -1 - slot, or the top of the stack.
pub type ArrayPlace = i32;
pub const ON_STACK: ArrayPlace = i32::MIN;

/// What can be assigned to. Fields and elements have their index or key on the stack.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Global(u32),
    Local(u32),
    Special(u32),
    Field,
    Element(ArrayPlace),
}

#[derive(Clone, Copy, Debug)]
pub enum Op {
    Uninitialized,
    Number(f64),
    String(u32),
    /// Appends the top of the stack to a variable.
    Append(Place),
    LoadGlobal(u32),
    LoadLocal(u32),
    Load(Place),
    StoreGlobal(u32),
    StoreLocal(u32),
    Store(Place),
    /// Like `Store`, but what is on the stack below is the value, and the key is above it: for what reads into a place.
    StoreUnderKey(Place),
    Augment(Place, BinaryOperator),
    IncrementBefore(Place, i8),
    IncrementAfter(Place, i8),
    Field(u32),
    /// A field of which only the number is wanted.
    FieldNumber(u32),
    MatchRecord(u32),
    MatchConstant { pattern: u32, is_negated: bool },
    MatchDynamic { is_negated: bool },
    /// A regular expression given to a function: the number of the pattern.
    Pattern(u32),
    Binary(BinaryOperator),
    Compare(Comparison),
    Concat(u32),
    Negate,
    ToNumber,
    Not,
    ToBoolean,
    Jump(u32),
    JumpIfFalse(u32),
    JumpIfTrue(u32),
    /// Copies the top of the stack.
    Copy,
    Pop,
    JoinKeys(u32),
    In(ArrayPlace),
    Delete(ArrayPlace),
    Clear(ArrayPlace),
    /// Pushes the array.
    Array(ArrayPlace),
    /// Pushes the element that is an array, made if need be.
    SubArray(ArrayPlace),
    /// The same for an argument, which may be a scalar too.
    ElementArgument(ArrayPlace),
    /// Begins a loop over the keys.
    Keys(ArrayPlace),
    /// Pushes the next key, or jumps.
    NextKey(u32),
    EndKeys,
    Call { function: u32, arguments: u32 },
    CallIndirect { arguments: u32 },
    Return,
    Builtin { index: u8, arguments: u8 },
    Substitute { is_global: bool, place: Place },
    /// A substitution in what can't be assigned to.
    SubstituteValue { is_global: bool },
    /// Pushes what `getline` says; above the key of the place, if it has one, is the source, if there is one.
    Getline { kind: InputKind, place: Option<Place> },
    Print { arguments: u32, redirect: Option<OutputKind> },
    Printf { arguments: u32, redirect: Option<OutputKind> },
    JumpIfInRange { range: u32, target: u32 },
    SetRange { range: u32, is_on: bool },
    Next,
    NextFile,
    Exit { has_value: bool },
    End,
}

#[derive(Debug, Default)]
pub struct CompiledFunction {
    pub name: String,
    pub start: usize,
    pub parameters: u32,
}

#[derive(Debug, Default)]
pub struct Code {
    pub ops: Vec<Op>,
    /// The source line of each instruction.
    pub lines: Vec<u32>,
    pub strings: Vec<Vec<u8>>,
    pub patterns: Vec<Vec<u8>>,
    pub functions: Vec<CompiledFunction>,
    pub globals: Vec<String>,
    pub begin: usize,
    pub main: Option<usize>,
    pub end: Option<usize>,
    pub begin_file: Option<usize>,
    pub end_file: Option<usize>,
    pub ranges: usize,
}
