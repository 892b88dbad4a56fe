//! Which parameters of functions are arrays: those that are used as one, or passed on to where one is expected.

use super::ast::{Expr, Function, Statement, StatementKind, Variable};

/// For each function, for each parameter.
pub fn array_parameters(functions: &[Function]) -> Vec<Vec<bool>> {
    let mut arrays: Vec<Vec<bool>> = functions.iter().map(|function| vec![false; function.parameters.len()]).collect();
    loop {
        let before = arrays.clone();
        for (index, function) in functions.iter().enumerate() {
            let mut found = Vec::new();
            let mut mark = |expr: &Expr| mark_arrays(expr, &before, &mut found);
            function.body.iter().for_each(|statement| visit_statement(statement, &mut mark));
            for slot in found {
                arrays[index][slot as usize] = true;
            }
        }
        if arrays == before {
            return arrays;
        }
    }
}

fn mark_arrays(expr: &Expr, known: &[Vec<bool>], found: &mut Vec<u32>) {
    let mut mark = |expr: &Expr| {
        if let Expr::Variable(Variable::Local(slot)) = expr {
            found.push(*slot);
        }
    };
    match expr {
        Expr::Index(base, _) | Expr::In(_, base) => mark(base),
        Expr::Call(function, arguments) => {
            for (argument, is_array) in arguments.iter().zip(&known[*function as usize]) {
                if *is_array {
                    mark(argument);
                }
            }
        }
        Expr::Builtin(name, arguments) => {
            for (index, argument) in arguments.iter().enumerate() {
                if takes_array(name, index) {
                    mark(argument);
                }
            }
        }
        _ => {}
    }
}

/// Whether a builtin's argument is an array.
pub fn takes_array(name: &str, index: usize) -> bool {
    match name {
        "split" | "patsplit" => index == 1 || index == 3,
        "match" => index == 2,
        "asort" | "asorti" => index < 2,
        _ => false,
    }
}

/// Calls `visit` for every expression in the statement; an array of `for (k in a)` or `delete a` comes as `k in a`.
fn visit_statement(statement: &Statement, visit: &mut impl FnMut(&Expr)) {
    match &statement.kind {
        StatementKind::Expr(expr) => visit_expr(expr, visit),
        StatementKind::Print { arguments, redirect } | StatementKind::Printf { arguments, redirect } => {
            arguments.iter().chain(redirect.iter().map(|redirect| &redirect.target)).for_each(|expr| visit_expr(expr, visit));
        }
        StatementKind::If(condition, then, otherwise) => {
            visit_expr(condition, visit);
            visit_statement(then, visit);
            if let Some(otherwise) = otherwise {
                visit_statement(otherwise, visit);
            }
        }
        StatementKind::While(condition, body) | StatementKind::Do(body, condition) => {
            visit_expr(condition, visit);
            visit_statement(body, visit);
        }
        StatementKind::For { first, condition, step, body } => {
            [first, step].into_iter().flatten().for_each(|statement| visit_statement(statement, visit));
            condition.iter().for_each(|expr| visit_expr(expr, visit));
            visit_statement(body, visit);
        }
        StatementKind::ForIn { variable, array, body } => {
            visit_expr(variable, visit);
            visit_expr(&Expr::In(Vec::new(), Box::new(array.clone())), visit);
            visit_statement(body, visit);
        }
        StatementKind::Switch(subject, cases) => {
            visit_expr(subject, visit);
            cases.iter().flat_map(|(_, body)| body).for_each(|statement| visit_statement(statement, visit));
        }
        StatementKind::Block(statements) => statements.iter().for_each(|statement| visit_statement(statement, visit)),
        StatementKind::Exit(Some(expr)) | StatementKind::Return(Some(expr)) | StatementKind::Delete(expr) => visit_expr(expr, visit),
        StatementKind::Clear(expr) => visit_expr(&Expr::In(Vec::new(), Box::new(expr.clone())), visit),
        _ => {}
    }
}

fn visit_expr(expr: &Expr, visit: &mut impl FnMut(&Expr)) {
    visit(expr);
    match expr {
        Expr::Field(inner) | Expr::Not(inner) | Expr::Negate(inner) | Expr::Plus(inner) | Expr::Group(inner) => visit_expr(inner, visit),
        Expr::Increment { target, .. } => visit_expr(target, visit),
        Expr::Index(base, list) | Expr::In(list, base) => {
            visit_expr(base, visit);
            list.iter().for_each(|expr| visit_expr(expr, visit));
        }
        Expr::Assign(left, right) | Expr::Augment(_, left, right) | Expr::And(left, right) | Expr::Or(left, right) => {
            visit_expr(left, visit);
            visit_expr(right, visit);
        }
        Expr::Match { text: left, pattern: right, .. } | Expr::Binary(_, left, right) | Expr::Compare(_, left, right) => {
            visit_expr(left, visit);
            visit_expr(right, visit);
        }
        Expr::Conditional(condition, yes, no) => [condition, yes, no].into_iter().for_each(|expr| visit_expr(expr, visit)),
        Expr::Concat(list) | Expr::List(list) | Expr::Call(_, list) | Expr::CallIndirect(_, list) | Expr::Builtin(_, list) => {
            list.iter().for_each(|expr| visit_expr(expr, visit));
        }
        Expr::Getline { source, target, .. } => [source, target].into_iter().flatten().for_each(|expr| visit_expr(expr, visit)),
        Expr::Number(_) | Expr::String(_) | Expr::Regex(_) | Expr::Variable(_) => {}
    }
}
