//! The program `hire`.

use std::io::{stderr, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = |name: &str| std::env::var(name).ok();
    let code = hire_cli::run(std::env::args_os(), &environment, &mut stdin(), &mut stdout(), &mut stderr());
    ExitCode::from(code)
}
