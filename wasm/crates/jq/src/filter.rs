//! A jq program as a function from a JSON text to JSON texts.

use std::ffi::{CString, c_char, c_int, c_void};

type Sink = extern "C" fn(*mut c_void, *const c_char, usize);

unsafe extern "C" {
    fn secure_exec_jq_compile(program: *const c_char, arguments: *const c_char, on_text: Sink, context: *mut c_void) -> *mut c_void;
    fn secure_exec_jq_run(
        filter: *mut c_void,
        json: *const c_char,
        length: usize,
        on_text: Sink,
        on_failure: Sink,
        context: *mut c_void,
    ) -> c_int;
}

/// What C code hands back.
#[derive(Default)]
struct Texts {
    results: Vec<String>,
    failures: Vec<String>,
}

extern "C" fn keep_result(context: *mut c_void, text: *const c_char, length: usize) {
    // SAFETY: `context` is the Texts that the call below was given, and the text is as long as said.
    let (texts, bytes) = unsafe { (&mut *context.cast::<Texts>(), std::slice::from_raw_parts(text.cast::<u8>(), length)) };
    texts.results.push(String::from_utf8_lossy(bytes).into_owned());
}

extern "C" fn keep_failure(context: *mut c_void, text: *const c_char, length: usize) {
    // SAFETY: as above.
    let (texts, bytes) = unsafe { (&mut *context.cast::<Texts>(), std::slice::from_raw_parts(text.cast::<u8>(), length)) };
    texts.failures.push(String::from_utf8_lossy(bytes).into_owned());
}

/// A compiled program. It lives as long as the process: a command has one.
pub struct Filter(*mut c_void);

impl Filter {
    /// `arguments`: a JSON object of the program's variables. An error is jq's own text.
    pub fn compile(program: &str, arguments: &str) -> Result<Filter, String> {
        let nul = |_| "the expression holds a NUL".to_owned();
        let (program, arguments) = (CString::new(program).map_err(nul)?, CString::new(arguments).map_err(nul)?);
        let mut texts = Texts::default();
        // SAFETY: both are C strings, and the context is what the sink takes it for.
        let filter = unsafe {
            secure_exec_jq_compile(program.as_ptr(), arguments.as_ptr(), keep_failure, (&raw mut texts).cast())
        };
        if filter.is_null() { Err(texts.failures.join("\n")) } else { Ok(Filter(filter)) }
    }

    /// Runs it on one JSON text: the results, and the error that ended them.
    pub fn run(&self, json: &str) -> (Vec<String>, Option<String>) {
        let mut texts = Texts::default();
        // SAFETY: the filter came from `compile`, the text comes with its length, the context is the sinks'.
        unsafe {
            secure_exec_jq_run(self.0, json.as_ptr().cast(), json.len(), keep_result, keep_failure, (&raw mut texts).cast())
        };
        (texts.results, texts.failures.pop())
    }
}
