//! The tree to instructions.

mod expressions;
mod places;
mod statements;

use super::ast::{Pattern, Program, Rule, Statement};
use super::code::{Code, CompiledFunction, Op};
use super::infer;

#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    continues: Vec<usize>,
    /// A switch: `continue` belongs to the loop around it.
    is_switch: bool,
}

struct Compiler {
    code: Code,
    line: u32,
    loops: Vec<Loop>,
    is_array: Vec<Vec<bool>>,
}

pub fn compile(program: Program) -> Code {
    let is_array = infer::array_parameters(&program.functions);
    let mut compiler = Compiler { code: Code::default(), line: 0, loops: Vec::new(), is_array };
    compiler.code.globals = program.globals;
    for function in &program.functions {
        let start = compiler.here();
        compiler.statements(&function.body);
        compiler.emit(Op::Uninitialized);
        compiler.emit(Op::Return);
        compiler.code.functions.push(CompiledFunction {
            name: function.name.clone(),
            start,
            parameters: function.parameters.len() as u32,
        });
    }
    compiler.code.begin = compiler.section(&program.begin).unwrap_or_else(|| compiler.nothing());
    compiler.code.begin_file = compiler.section(&program.begin_file);
    compiler.code.end_file = compiler.section(&program.end_file);
    compiler.code.end = compiler.section(&program.end);
    if !program.rules.is_empty() {
        compiler.code.main = Some(compiler.here());
        program.rules.iter().for_each(|rule| compiler.rule(rule));
        compiler.emit(Op::End);
    }
    compiler.code
}

impl Compiler {
    fn here(&self) -> usize {
        self.code.ops.len()
    }

    fn emit(&mut self, op: Op) -> usize {
        self.code.ops.push(op);
        self.code.lines.push(self.line);
        self.here() - 1
    }

    /// Makes the jump at `index` lead to here.
    fn land(&mut self, index: usize) {
        let target = self.here();
        self.aim(index, target);
    }

    fn aim(&mut self, index: usize, to: usize) {
        let to = to as u32;
        match &mut self.code.ops[index] {
            Op::Jump(target) | Op::JumpIfFalse(target) | Op::JumpIfTrue(target) | Op::NextKey(target) => *target = to,
            Op::JumpIfInRange { target, .. } => *target = to,
            _ => {}
        }
    }

    fn nothing(&mut self) -> usize {
        self.emit(Op::End)
    }

    fn section(&mut self, bodies: &[Vec<Statement>]) -> Option<usize> {
        if bodies.is_empty() {
            return None;
        }
        let start = self.here();
        bodies.iter().for_each(|body| self.statements(body));
        self.emit(Op::End);
        Some(start)
    }

    fn rule(&mut self, rule: &Rule) {
        self.line = rule.line;
        let mut skip = None;
        match &rule.pattern {
            Pattern::Always => {}
            Pattern::Expr(expr) => skip = Some(self.jump_unless(expr)),
            Pattern::Range(from, to) => {
                let range = self.code.ranges as u32;
                self.code.ranges += 1;
                let in_range = self.emit(Op::JumpIfInRange { range, target: 0 });
                skip = Some(self.jump_unless(from));
                self.emit(Op::SetRange { range, is_on: true });
                self.land(in_range);
                let goes_on = self.jump_unless(to);
                self.emit(Op::SetRange { range, is_on: false });
                self.land(goes_on);
            }
        }
        match &rule.body {
            Some(body) => self.statements(body),
            None => {
                self.emit(Op::Print { arguments: 0, redirect: None });
            }
        }
        if let Some(skip) = skip {
            self.land(skip);
        }
    }

    fn string(&mut self, text: &[u8]) -> u32 {
        self.code.strings.push(text.to_vec());
        self.code.strings.len() as u32 - 1
    }

    fn pattern(&mut self, pattern: &[u8]) -> u32 {
        if let Some(index) = self.code.patterns.iter().position(|known| known == pattern) {
            return index as u32;
        }
        self.code.patterns.push(pattern.to_vec());
        self.code.patterns.len() as u32 - 1
    }
}
