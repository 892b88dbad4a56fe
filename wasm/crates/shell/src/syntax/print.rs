//! From the tree back to a script, laid out as bash's `declare -f` does.
//!
//! Functions are carried to subshell processes in this form, so what it prints has to mean the same.

use super::{
    AndOr, Arithmetic, CaseEnd, Command, CommandKind, CommandWord, Connector, List, Pipeline, Redirection,
    RedirectedFd, RedirectionKind, TestExpression, Timing,
};

/// Prints a function's definition.
pub fn print_function(name: &str, body: &Command) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.text(name.as_bytes());
    printer.text(b" () \n");
    printer.function_body(body);
    printer.output
}

/// Prints a chain of pipelines.
pub fn print_and_or(chain: &AndOr) -> Vec<u8> {
    let mut printer = Printer { is_program: true, ..Printer::default() };
    printer.and_or(chain);
    printer.end_line();
    printer.output
}

/// Prints one command.
pub fn print_command(command: &Command) -> Vec<u8> {
    let mut printer = Printer { is_program: true, ..Printer::default() };
    printer.command(command);
    printer.end_line();
    printer.output
}

/// Prints one command for a message: without its end of line.
pub fn print_command_line(command: &Command) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.command(command);
    printer.output
}

/// Prints a list as it may stand on its own.
pub fn print_list(list: &List) -> Vec<u8> {
    let mut printer = Printer { is_program: true, ..Printer::default() };
    printer.list(list, false);
    printer.end_line();
    printer.output
}

/// Prints redirections and ends the line.
pub fn print_redirections(redirections: &[Redirection]) -> Vec<u8> {
    let mut printer = Printer::default();
    for redirection in redirections {
        printer.redirection(redirection);
        printer.text(b" ");
    }
    printer.end_line();
    printer.output
}

#[derive(Default)]
struct Printer {
    output: Vec<u8>,
    indent: usize,
    /// The text is to be run, not shown.
    is_program: bool,
    /// Bodies of here-documents whose operators stand on the present line.
    here_documents: Vec<u8>,
}

impl Printer {
    fn text(&mut self, text: &[u8]) {
        self.output.extend_from_slice(text);
    }

    /// Ends the line and prints the here-documents announced on it.
    fn end_line(&mut self) {
        self.output.push(b'\n');
        let documents = std::mem::take(&mut self.here_documents);
        self.output.extend_from_slice(&documents);
        if !documents.is_empty() {
            self.output.push(b'\n');
        }
    }

    fn new_line(&mut self) {
        self.end_line();
        self.output.extend(std::iter::repeat_n(b' ', self.indent * 4));
    }

    fn indented(&mut self, list: &List, ends_last: bool) {
        self.indent += 1;
        self.new_line();
        self.list(list, ends_last);
        self.indent -= 1;
        self.new_line();
    }

    /// `ends_last` puts a semicolon after the last command too.
    fn list(&mut self, list: &List, ends_last: bool) {
        for (index, item) in list.items.iter().enumerate() {
            let is_last = index + 1 == list.items.len();
            self.and_or(&item.chain);
            if item.in_background && self.here_documents.is_empty() && !is_last {
                self.text(b" & ");
                continue;
            }
            if item.in_background {
                self.text(b" &");
            } else if (!is_last || ends_last) && self.here_documents.is_empty() {
                self.text(b";");
            }
            if !is_last {
                self.new_line();
            }
        }
    }

    fn and_or(&mut self, chain: &AndOr) {
        self.pipeline(&chain.first);
        for (connector, pipeline) in &chain.rest {
            self.text(if *connector == Connector::And { b" && " } else { b" || " });
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        match pipeline.timing {
            Timing::None => {}
            Timing::Bash => self.text(b"time "),
            Timing::Posix => self.text(b"time -p "),
        }
        if pipeline.is_negated {
            self.text(b"! ");
        }
        for (index, command) in pipeline.stages.iter().enumerate() {
            if index > 0 {
                self.text(b" | ");
            }
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Simple(simple) => {
                let mut first = true;
                let mut separate = |printer: &mut Self| {
                    if !std::mem::take(&mut first) {
                        printer.text(b" ");
                    }
                };
                for assignment in &simple.assignments {
                    separate(self);
                    self.text(&assignment.source);
                }
                for word in &simple.words {
                    separate(self);
                    match word {
                        CommandWord::Plain(word) => self.text(&word.source),
                        CommandWord::Assignment(assignment, _) => self.text(&assignment.source),
                    }
                }
                for redirection in &simple.redirections {
                    separate(self);
                    self.redirection(redirection);
                }
            }
            CommandKind::Group(list) => {
                self.text(b"{ ");
                self.indented(list, false);
                self.text(b"}");
            }
            CommandKind::Subshell(list) => {
                self.text(b"( ");
                self.list(list, false);
                match self.here_documents.is_empty() {
                    true => self.text(b" )"),
                    false => {
                        self.new_line();
                        self.text(b")");
                    }
                }
            }
            CommandKind::If { branches, otherwise } => {
                self.if_branches(branches, otherwise.as_ref());
            }
            CommandKind::Loop { is_until, condition, body } => {
                self.text(if *is_until { b"until " } else { b"while " });
                self.list(condition, true);
                self.then_word(b"do");
                self.indented(body, true);
                self.text(b"done");
            }
            CommandKind::For { variable, words, body } | CommandKind::Select { variable, words, body } => {
                self.text(if matches!(command.kind, CommandKind::For { .. }) { b"for " } else { b"select " });
                self.text(variable.as_bytes());
                if let Some(words) = words {
                    self.text(b" in");
                    for word in words {
                        self.text(b" ");
                        self.text(&word.source);
                    }
                }
                self.text(b";");
                self.new_line();
                self.text(b"do");
                self.indented(body, true);
                self.text(b"done");
            }
            CommandKind::ArithmeticFor { start, condition, step, body } => {
                let source = |part: &Option<Arithmetic>| match part {
                    Some(expression) => expression.text.source.to_vec(),
                    None => b"1".to_vec(),
                };
                self.text(b"for ((");
                self.text(&[source(start), source(condition), source(step)].join(b"; ".as_slice()));
                self.text(b"))");
                self.new_line();
                self.text(b"do");
                self.indented(body, true);
                self.text(b"done");
            }
            CommandKind::Case { subject, items } => {
                self.text(b"case ");
                self.text(&subject.source);
                self.text(b" in ");
                self.indent += 1;
                for item in items {
                    self.new_line();
                    // The parenthesis keeps a pattern `esac` from ending the command.
                    if item.patterns.first().is_some_and(|pattern| &*pattern.source == b"esac") {
                        self.text(b"(");
                    }
                    for (index, pattern) in item.patterns.iter().enumerate() {
                        if index > 0 {
                            self.text(b" | ");
                        }
                        self.text(&pattern.source);
                    }
                    self.text(b")");
                    match item.body.items.is_empty() {
                        true => {
                            self.output.push(b'\n');
                            self.new_line();
                        }
                        false => self.indented(&item.body, false),
                    }
                    self.text(match item.end {
                        CaseEnd::Leave => b";;",
                        CaseEnd::RunNext => b";&",
                        CaseEnd::TestNext => b";;&",
                    });
                }
                self.indent -= 1;
                self.new_line();
                self.text(b"esac");
            }
            CommandKind::Arithmetic(expression) => {
                self.text(b"((");
                self.text(&expression.text.source);
                self.text(b"))");
            }
            CommandKind::Test(test) => {
                self.text(b"[[ ");
                self.test(test);
                self.text(b" ]]");
            }
            CommandKind::Coproc { name, command } => {
                self.text(b"coproc ");
                // Bash shows a name before a simple command too, where it could not be read back.
                if !self.is_program || !matches!(command.kind, CommandKind::Simple(_)) {
                    self.text(name.as_bytes());
                    self.text(b" ");
                }
                self.command(command);
            }
            CommandKind::Function { name, body } => {
                self.text(b"function ");
                self.text(name.as_bytes());
                self.text(b" () ");
                self.new_line();
                self.function_body(body);
            }
        }
        for redirection in &command.redirections {
            self.text(b" ");
            self.redirection(redirection);
        }
    }

    /// Bash shows `elif` as an `if` within the `else`.
    fn if_branches(&mut self, branches: &[(List, List)], otherwise: Option<&List>) {
        let Some(((condition, body), rest)) = branches.split_first() else { return };
        self.text(b"if ");
        self.list(condition, true);
        self.then_word(b"then");
        self.indented(body, true);
        if !rest.is_empty() {
            self.text(b"else");
            self.indent += 1;
            self.new_line();
            self.if_branches(rest, otherwise);
            self.text(b";");
            self.indent -= 1;
            self.new_line();
        } else if let Some(body) = otherwise {
            self.text(b"else");
            self.indented(body, true);
        }
        self.text(b"fi");
    }

    /// `then` or `do`, after the semicolon of the condition.
    fn then_word(&mut self, word: &[u8]) {
        match self.here_documents.is_empty() {
            true => self.text(b" "),
            false => self.new_line(),
        }
        self.text(word);
    }

    /// Bash shows every function's body in braces.
    fn function_body(&mut self, body: &Command) {
        if matches!(body.kind, CommandKind::Group(_)) {
            self.command(body);
            return;
        }
        self.text(b"{ ");
        self.indent += 1;
        self.new_line();
        self.command(body);
        self.indent -= 1;
        self.new_line();
        self.text(b"}");
    }

    fn redirection(&mut self, redirection: &Redirection) {
        match &redirection.fd {
            RedirectedFd::Default => {}
            RedirectedFd::Number(fd) => self.text(fd.to_string().as_bytes()),
            RedirectedFd::Variable(name) => self.text(format!("{{{name}}}").as_bytes()),
        }
        let (operator, word): (&[u8], _) = match &redirection.kind {
            RedirectionKind::Read(word) => (b"< ", word),
            RedirectionKind::Write(word) => (b"> ", word),
            RedirectionKind::Clobber(word) => (b">| ", word),
            RedirectionKind::Append(word) => (b">> ", word),
            RedirectionKind::ReadWrite(word) => (b"<> ", word),
            RedirectionKind::DuplicateInput(word) => (b"<&", word),
            RedirectionKind::DuplicateOutput(word) => (b">&", word),
            RedirectionKind::OutputAndError { target, append } => (if *append { b"&>> " } else { b"&> " }, target),
            RedirectionKind::HereString(word) => (b"<<< ", word),
            RedirectionKind::HereDocument { body, delimiter, .. } => {
                // Tabs are stripped already, so the operator without the dash says the same.
                self.text(b"<<");
                self.text(delimiter);
                if let Some(body) = body.get() {
                    self.here_documents.extend_from_slice(&body.source);
                }
                self.here_documents.extend_from_slice(&crate::parse::remove_quotes(delimiter));
                self.here_documents.push(b'\n');
                return;
            }
        };
        self.text(operator);
        self.text(&word.source);
    }

    fn test(&mut self, test: &TestExpression) {
        match test {
            TestExpression::And(left, right) => {
                self.test(left);
                self.text(b" && ");
                self.test(right);
            }
            TestExpression::Or(left, right) => {
                self.test(left);
                self.text(b" || ");
                self.test(right);
            }
            TestExpression::Not(inner) => {
                self.text(b"! ");
                self.test(inner);
            }
            TestExpression::Group(inner) => {
                self.text(b"( ");
                self.test(inner);
                self.text(b" )");
            }
            TestExpression::Unary(operator, word) => {
                self.text(operator.as_bytes());
                self.text(b" ");
                self.text(&word.source);
            }
            TestExpression::Binary(operator, left, right) => {
                self.text(&left.source);
                self.text(b" ");
                self.text(operator.as_bytes());
                self.text(b" ");
                self.text(&right.source);
            }
        }
    }
}
