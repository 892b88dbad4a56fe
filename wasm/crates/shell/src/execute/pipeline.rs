//! Pipelines.
//!
//! There is no fork. A stage that is an external command is spawned. Of the others, the last one runs
//! in this process (in a copy of the state), builtins that only print (`echo`) are run in this process
//! and their output put into the pipe, and every other stage gets a shell process of its own.

use super::arguments::{Argument, texts};
use super::external::CapturePipe;
use super::simple::Meaning;
use super::timing::Started;
use crate::builtins;
use crate::descriptors::{Capture, OpenDescriptor, Target, borrowed_file};
use crate::expand::quote;
use crate::jobs::wait_for;
use crate::state::{Outcome, Shell};
use crate::syntax::print::{print_command, print_command_line, print_redirections};
use crate::syntax::{Command, CommandKind, CommandWord, Part, Pipeline, Redirection, SimpleCommand, Timing};
use std::io::Write;
use std::rc::Rc;
use sys::signal;

/// Bytes that fit into an empty pipe without waiting for its reader.
const PIPE_CAPACITY: usize = 64 * 1024;

/// A stage that has been started or run.
enum Stage {
    Process(i32),
    Done(i32),
    /// Printed more than a pipe holds; it is written when everything else runs.
    Pending {
        output: Vec<u8>,
        writer: Rc<OpenDescriptor>,
        status: i32,
    },
}

impl Stage {
    fn pid(&self) -> Option<i32> {
        match self {
            Stage::Process(pid) => Some(*pid),
            Stage::Done(_) | Stage::Pending { .. } => None,
        }
    }
}

impl Shell {
    pub(super) fn run_pipeline(&mut self, pipeline: &Pipeline) -> Outcome {
        let started = (pipeline.timing != Timing::None).then(Started::now);
        let result = match pipeline.stages.as_slice() {
            [] => Ok(0),
            [only] => {
                let status = self.run_command(only)?;
                self.pipe_status.clear();
                self.pipe_status.push(status);
                Ok(status)
            }
            stages => self.in_one_job(|shell| shell.run_stages(stages)),
        };
        if let Some(started) = started {
            self.tell_times(started, pipeline.timing);
        }
        result
    }

    fn run_stages(&mut self, commands: &[Command]) -> Outcome {
        let last = commands.len() - 1;
        let mut stages = Vec::with_capacity(commands.len());
        let mut input: Option<Rc<OpenDescriptor>> = None;
        let capture = self.capture_pipe();
        for (index, command) in commands.iter().enumerate() {
            let (next_input, output) = match index == last {
                true => (None, None),
                false => match sys::pipe(true) {
                    Ok((read_fd, write_fd)) => {
                        (Some(OpenDescriptor::new(read_fd)), Some(OpenDescriptor::new(write_fd)))
                    }
                    Err(error) => {
                        self.complain(format!("pipe error: {}", sys::errno::message(&error)));
                        stages.push(Stage::Done(1));
                        break;
                    }
                },
            };
            let runs_here = index == last && self.shell_options.is_on("lastpipe") && !self.is_interactive;
            if matches!(command.kind, CommandKind::Simple(_)) && !runs_here {
                self.run_debug_trap_at(command.line)?;
            }
            let has_pending = stages.iter().any(|stage| matches!(stage, Stage::Pending { .. }));
            let ends = Ends { input: input.take(), output, is_alone_in_process: !has_pending };
            stages.push(self.start_stage(command, ends, capture.as_ref())?);
            input = next_input;
        }
        let stages: Vec<Stage> = stages.into_iter().map(|stage| self.flush_pending(stage)).collect();
        self.drain(capture);
        if self.has_job_control() {
            return self.wait_for_stages_as_job(stages, commands);
        }
        self.wait_for_stages(stages, commands)
    }

    fn wait_for_stages(&mut self, stages: Vec<Stage>, commands: &[Command]) -> Outcome {
        self.pipe_status.clear();
        let last = stages.len().wrapping_sub(1);
        for (index, stage) in stages.into_iter().enumerate() {
            let status = match stage {
                Stage::Done(status) | Stage::Pending { status, .. } => status,
                Stage::Process(pid) => match wait_for(pid) {
                    Some(status) => {
                        // How a pipeline ended is how its last command did.
                        if index == last {
                            self.tell_death(pid, status, || [b"| ", print_command_line(&commands[index]).as_slice()].concat());
                        }
                        status.shell_status()
                    }
                    None => 127,
                },
            };
            self.pipe_status.push(status);
        }
        Ok(self.pipeline_status())
    }

    fn wait_for_stages_as_job(&mut self, stages: Vec<Stage>, commands: &[Command]) -> Outcome {
        let pids: Vec<i32> = stages.iter().filter_map(Stage::pid).collect();
        let text = || {
            let texts: Vec<Vec<u8>> = commands.iter().map(|command| print_command(command).trim_ascii_end().to_vec()).collect();
            texts.join(b" | ".as_slice())
        };
        let mut statuses = match pids.is_empty() {
            true => Vec::new(),
            false => self.wait_for_job(&pids, None, text),
        }
        .into_iter();
        self.pipe_status.clear();
        for stage in stages {
            let status = match stage {
                Stage::Done(status) | Stage::Pending { status, .. } => status,
                Stage::Process(pid) => match statuses.next().flatten() {
                    Some(status) => {
                        self.tell_death(pid, status, Vec::new);
                        status.shell_status()
                    }
                    None => 127,
                },
            };
            self.pipe_status.push(status);
        }
        Ok(self.pipeline_status())
    }

    /// The status of the pipeline whose stages' are known.
    fn pipeline_status(&self) -> i32 {
        let last = self.pipe_status.last().copied().unwrap_or(0);
        if self.options.pipefail() {
            return self.pipe_status.iter().rev().copied().find(|status| *status != 0).unwrap_or(0);
        }
        last
    }

    /// Starts a stage, with its ends of the pipes as descriptors 0 and 1.
    fn start_stage(&mut self, command: &Command, ends: Ends, capture: Option<&CapturePipe>) -> Outcome<Stage> {
        let runs_here = ends.output.is_none()
            && ends.is_alone_in_process
            && !self.is_interactive
            && self.shell_options.is_on("lastpipe");
        if runs_here {
            let before = self.descriptors.clone();
            ends.apply(self);
            let result = self.run_command(command);
            self.descriptors = before;
            return result.map(Stage::Done);
        }
        let mut stage = None;
        let mut needs_shell = false;
        let mut program = None;
        // Whatever the stage's expansions change is the stage's own.
        let status = self.in_subshell(|shell| {
            ends.apply(shell);
            shell.line = command.line;
            let CommandKind::Simple(simple) = &command.kind else {
                return shell.start_compound(command, &ends, &mut needs_shell);
            };
            if !simple.assignments.is_empty() {
                return shell.start_compound(command, &ends, &mut needs_shell);
            }
            match simple.words.first().map(|word| shell.static_meaning(word)) {
                Some(Some(Meaning::External) | None) => {}
                Some(Some(_)) if ends.output.is_some() && shell.is_printing_builtin(simple) => {}
                _ => return shell.start_compound(command, &ends, &mut needs_shell),
            }
            let arguments = shell.expand_arguments(&simple.words)?;
            let name = match arguments.first() {
                Some(Argument::Text(name)) => name.clone(),
                _ => return shell.start_compound(command, &ends, &mut needs_shell),
            };
            let meaning = shell.meaning(&name);
            let prints = matches!(meaning, Meaning::Builtin(_)) && builtins::only_prints(&name);
            if ends.output.is_some() && !prints && !matches!(meaning, Meaning::External) {
                program = Some(expanded_program(arguments, &simple.redirections));
                return Ok(0);
            }
            let collected = Capture::default();
            if prints && ends.output.is_some() {
                shell.descriptors.replace(1, Some(Target::Capture(collected.clone())));
            }
            shell.trace_arguments(&arguments);
            if !shell.redirect(&simple.redirections)?.is_done() {
                return Ok(1);
            }
            if matches!(meaning, Meaning::External) {
                return match shell.spawn_external(&texts(arguments), capture.map(CapturePipe::write_fd)) {
                    Ok(pid) => {
                        stage = Some(Stage::Process(pid));
                        Ok(0)
                    }
                    Err(status) => Ok(status),
                };
            }
            let status = shell.run_meaning(meaning, &name, arguments)?;
            if prints && ends.output.is_some() {
                stage = ends.put(collected.bytes.take(), status);
            }
            Ok(status)
        })?;
        if needs_shell {
            program = Some(print_command(command));
        }
        if let Some(program) = program {
            let pid = self.carry_stage(&program, command.line, &ends, capture);
            return Ok(pid.map_or(Stage::Done(1), Stage::Process));
        }
        Ok(stage.unwrap_or(Stage::Done(status)))
    }

    /// Runs the last stage here; any other needs a process. So does the last one if an earlier stage's
    /// output waits in this process to be written.
    fn start_compound(&mut self, command: &Command, ends: &Ends, needs_shell: &mut bool) -> Outcome {
        if ends.output.is_some() || !ends.is_alone_in_process || self.has_job_control() {
            *needs_shell = true;
            return Ok(0);
        }
        self.run_command(command)
    }

    fn carry_stage(&mut self, program: &[u8], line: u32, ends: &Ends, capture: Option<&CapturePipe>) -> Option<i32> {
        let before = self.descriptors.clone();
        ends.apply(self);
        let line = std::mem::replace(&mut self.line, line);
        let pid = self.carry(program, capture.map(CapturePipe::write_fd));
        self.line = line;
        self.descriptors = before;
        pid
    }

    /// Writes what did not fit into a pipe, now that its reader runs.
    fn flush_pending(&mut self, stage: Stage) -> Stage {
        let Stage::Pending { output, writer, status } = stage else { return stage };
        // A reader that has gone must not end the shell.
        let is_ignored = signal::set_ignored(signal::SIGPIPE, true).is_ok();
        let result = borrowed_file(writer.fd).write_all(&output);
        drop(writer);
        if is_ignored {
            // It could be set a moment ago.
            let _ = signal::set_ignored(signal::SIGPIPE, false);
        }
        match result {
            Ok(()) => Stage::Done(status),
            Err(_) => Stage::Done(128 + signal::SIGPIPE),
        }
    }
}

impl Shell {
    /// What a command's name means, if that is known without expanding anything.
    fn static_meaning(&self, word: &CommandWord) -> Option<Meaning> {
        literal(word).map(|name| self.meaning(name))
    }

    /// A builtin that only prints, and does not print into a variable.
    fn is_printing_builtin(&self, simple: &SimpleCommand) -> bool {
        let name = simple.words.first().and_then(literal).unwrap_or(b"");
        matches!(self.meaning(name), Meaning::Builtin(_))
            && builtins::only_prints(name)
            && (name != b"printf" || simple.words.get(1).and_then(literal).is_some_and(|word| word != b"-v"))
    }
}

fn literal(word: &CommandWord) -> Option<&[u8]> {
    match word {
        CommandWord::Plain(word) => match &*word.parts {
            [Part::Literal(text) | Part::Quoted(text)] => Some(text),
            [Part::DoubleQuoted(inner)] => match inner.as_slice() {
                [Part::Literal(text)] => Some(text),
                _ => None,
            },
            _ => None,
        },
        CommandWord::Assignment(..) => None,
    }
}

/// A script that runs expanded arguments.
fn expanded_program(arguments: Vec<Argument>, redirections: &[Redirection]) -> Vec<u8> {
    let words: Vec<Vec<u8>> = texts(arguments).iter().map(|text| quote::single_quoted(text)).collect();
    let mut program = words.join(b" ".as_slice());
    program.push(b' ');
    program.extend(print_redirections(redirections));
    program
}

/// A stage's ends of the pipes.
struct Ends {
    input: Option<Rc<OpenDescriptor>>,
    output: Option<Rc<OpenDescriptor>>,
    is_alone_in_process: bool,
}

impl Ends {
    fn apply(&self, shell: &mut Shell) {
        if let Some(input) = &self.input {
            shell.descriptors.replace(0, Some(Target::Open(input.clone())));
        }
        if let Some(output) = &self.output {
            shell.descriptors.replace(1, Some(Target::Open(output.clone())));
        }
    }

    /// Puts a builtin's output into the pipe. Its reading end is still open in this process and the pipe
    /// is empty, so that this neither waits nor raises SIGPIPE; longer output waits until later.
    fn put(&self, output: Vec<u8>, status: i32) -> Option<Stage> {
        let writer = self.output.clone()?;
        if output.len() > PIPE_CAPACITY {
            return Some(Stage::Pending { output, writer, status });
        }
        match output.is_empty() || borrowed_file(writer.fd).write_all(&output).is_ok() {
            true => Some(Stage::Done(status)),
            false => Some(Stage::Done(1)),
        }
    }
}
