//! The page of help.

use super::{Step, View};
use crate::less::document::Document;
use crate::tty::Tty;
use std::io;

pub const HELP: &str = "\
                   SUMMARY OF LESS COMMANDS

  h  H                 Display this help.
  q  :q  Q  :Q  ZZ     Exit.

  e  ^E  j  ^N  CR     Forward  one line   (or N lines).
  y  ^Y  k  ^K  ^P     Backward one line   (or N lines).
  f  ^F  ^V  SPACE     Forward  one window (or N lines).
  b  ^B  ESC-v         Backward one window (or N lines).
  d  ^D                Forward  one half-window.
  u  ^U                Backward one half-window.
  RightArrow           Right half a screen width.
  LeftArrow            Left  half a screen width.
  F                    Forward forever; like \"tail -f\".
  r  ^R  ^L            Repaint screen.
  R                    Repaint screen, reading the file again.

  /pattern             Search forward for (N-th) matching line.
  ?pattern             Search backward for (N-th) matching line.
  n                    Repeat previous search.
  N                    Repeat previous search in reverse direction.
  &pattern             Display only matching lines.

  g  <                 Go to first line in file (or line N).
  G  >                 Go to last line in file (or line N).
  p  %                 Go to beginning of file (or N percent into file).
  m<letter>            Mark the current top line with <letter>.
  '<letter>            Go to a previously marked position.

  :e [file]            Examine a new file.
  :n                   Examine the next file from the command line.
  :p                   Examine the previous file from the command line.
  :x                   Examine the first file from the command line.
  =  ^G  :f            Print current file name.
  -<flag>              Toggle a command line option (N S R i F X s).
  v                    Edit the current file with $VISUAL or $EDITOR.
  !command             Execute the shell command with $SHELL.";

impl View {
    pub(super) fn help(&mut self, tty: &mut Tty) -> io::Result<()> {
        let help = Document::of_text("HELP", HELP);
        let own = std::mem::replace(&mut self.document, help);
        let (top, filter) = (std::mem::take(&mut self.top), self.filter.take());
        self.message = Some("HELP -- Press RETURN for more, or q when done".to_string());
        self.draw(tty)?;
        while let Step::Continue = self.step(tty)? {
            self.draw(tty)?;
        }
        self.document = own;
        self.top = top;
        self.filter = filter;
        Ok(())
    }
}
