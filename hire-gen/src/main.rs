//! The command `hire-gen`: arguments in, diagnostics out, exit code.

fn main() {}
