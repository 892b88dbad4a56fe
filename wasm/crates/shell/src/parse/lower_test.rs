//! From the grammar crate's tree to ours: `[[ … ]]`.

use super::error::ParseError;
use super::lower::Lowering;
use crate::syntax::{TestExpression, TestOperator};
use brush_parser::ast::{BinaryPredicate, ExtendedTestExpr, UnaryPredicate};

pub fn lower_test(lowering: Lowering, test: &ExtendedTestExpr) -> Result<TestExpression, ParseError> {
    let both = |left: &ExtendedTestExpr, right: &ExtendedTestExpr| {
        Ok::<_, ParseError>((Box::new(lower_test(lowering, left)?), Box::new(lower_test(lowering, right)?)))
    };
    Ok(match test {
        ExtendedTestExpr::And(left, right) => {
            let (left, right) = both(left, right)?;
            TestExpression::And(left, right)
        }
        ExtendedTestExpr::Or(left, right) => {
            let (left, right) = both(left, right)?;
            TestExpression::Or(left, right)
        }
        ExtendedTestExpr::Not(inner) => TestExpression::Not(Box::new(lower_test(lowering, inner)?)),
        ExtendedTestExpr::Parenthesized(inner) => TestExpression::Group(Box::new(lower_test(lowering, inner)?)),
        ExtendedTestExpr::UnaryTest(predicate, word) => {
            TestExpression::Unary(unary_operator(predicate), lowering.word(word)?)
        }
        ExtendedTestExpr::BinaryTest(predicate, left, right) => {
            TestExpression::Binary(binary_operator(predicate), lowering.word(left)?, lowering.word(right)?)
        }
    })
}

fn unary_operator(predicate: &UnaryPredicate) -> TestOperator {
    match predicate {
        UnaryPredicate::FileExists => "-e",
        UnaryPredicate::FileExistsAndIsBlockSpecialFile => "-b",
        UnaryPredicate::FileExistsAndIsCharSpecialFile => "-c",
        UnaryPredicate::FileExistsAndIsDir => "-d",
        UnaryPredicate::FileExistsAndIsRegularFile => "-f",
        UnaryPredicate::FileExistsAndIsSetgid => "-g",
        UnaryPredicate::FileExistsAndIsSymlink => "-L",
        UnaryPredicate::FileExistsAndHasStickyBit => "-k",
        UnaryPredicate::FileExistsAndIsFifo => "-p",
        UnaryPredicate::FileExistsAndIsReadable => "-r",
        UnaryPredicate::FileExistsAndIsNotZeroLength => "-s",
        UnaryPredicate::FdIsOpenTerminal => "-t",
        UnaryPredicate::FileExistsAndIsSetuid => "-u",
        UnaryPredicate::FileExistsAndIsWritable => "-w",
        UnaryPredicate::FileExistsAndIsExecutable => "-x",
        UnaryPredicate::FileExistsAndOwnedByEffectiveGroupId => "-G",
        UnaryPredicate::FileExistsAndModifiedSinceLastRead => "-N",
        UnaryPredicate::FileExistsAndOwnedByEffectiveUserId => "-O",
        UnaryPredicate::FileExistsAndIsSocket => "-S",
        UnaryPredicate::ShellOptionEnabled => "-o",
        UnaryPredicate::ShellVariableIsSetAndAssigned => "-v",
        UnaryPredicate::ShellVariableIsSetAndNameRef => "-R",
        UnaryPredicate::StringHasZeroLength => "-z",
        UnaryPredicate::StringHasNonZeroLength => "-n",
    }
}

fn binary_operator(predicate: &BinaryPredicate) -> TestOperator {
    match predicate {
        BinaryPredicate::FilesReferToSameDeviceAndInodeNumbers => "-ef",
        BinaryPredicate::LeftFileIsNewerOrExistsWhenRightDoesNot => "-nt",
        BinaryPredicate::LeftFileIsOlderOrDoesNotExistWhenRightDoes => "-ot",
        BinaryPredicate::StringExactlyMatchesPattern | BinaryPredicate::StringExactlyMatchesString => "==",
        BinaryPredicate::StringDoesNotExactlyMatchPattern | BinaryPredicate::StringDoesNotExactlyMatchString => "!=",
        // The crate tells quoted expressions apart; the word's own quoting says the same.
        BinaryPredicate::StringMatchesRegex | BinaryPredicate::StringContainsSubstring => "=~",
        BinaryPredicate::LeftSortsBeforeRight => "<",
        BinaryPredicate::LeftSortsAfterRight => ">",
        BinaryPredicate::ArithmeticEqualTo => "-eq",
        BinaryPredicate::ArithmeticNotEqualTo => "-ne",
        BinaryPredicate::ArithmeticLessThan => "-lt",
        BinaryPredicate::ArithmeticLessThanOrEqualTo => "-le",
        BinaryPredicate::ArithmeticGreaterThan => "-gt",
        BinaryPredicate::ArithmeticGreaterThanOrEqualTo => "-ge",
    }
}
