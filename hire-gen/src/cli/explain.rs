//! `hire-gen explain`: explains a diagnostic.

use std::io;

use clap::Args;
use serde_json::json;

use super::{FINE, Form, Output};
use crate::read::diag::Code;
use crate::read::explain;

#[derive(Args)]
pub(super) struct Explain {
    /// Code of a diagnostic, such as `H101`; without one, lists all codes
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl Explain {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let codes: Vec<Code> = match self.code.as_deref().map(|typed| (typed, explain::find(typed))) {
            None => Code::ALL.to_vec(),
            Some((_, Some(code))) => vec![code],
            Some((typed, None)) => {
                return output
                    .usage(&format!("there is no code `{typed}`"), "`hire-gen explain` lists all codes");
            }
        };
        if self.format == Form::Json {
            let all = codes.iter().map(|code| {
                json!({"code": code.as_str(), "meaning": code.meaning(), "explanation": explain::explain(*code)})
            });
            return output.json(&all.collect::<Vec<_>>());
        }
        for code in &codes {
            writeln!(output.out, "{}: {}", code.as_str(), code.meaning())?;
        }
        if let (Some(_), [code]) = (self.code, codes.as_slice()) {
            writeln!(output.out, "\n{}", explain::explain(*code))?;
        }
        Ok(FINE)
    }
}
