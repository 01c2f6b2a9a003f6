//! The command `hire-gen`: the only place that prints and checks the terminal.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let colour = out.is_terminal() && err.is_terminal() && env::var_os("NO_COLOR").is_none();
    let done = hire_gen::cli::run(env::args_os(), &mut out, &mut err, colour);
    match done.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // `| head` has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        // There is no way left to report it.
        Err(_) => ExitCode::FAILURE,
    }
}
