//! Arguments in, text and exit code out.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::call::{Call, Service};
use crate::catalog::Catalog;
use crate::outcome::Failure;
use crate::{describe, mcp};

/// Reads a variable of the environment.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Calls operations of Feishu (Lark) by their names.
///
/// Credentials come from the environment: FEISHU_APP_ID and FEISHU_APP_SECRET, or FEISHU_TENANT_ACCESS_TOKEN; and FEISHU_USER_ACCESS_TOKEN for
/// calls on behalf of a user.
#[derive(Parser)]
#[command(name = "hire", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Call an operation; the request is checked before it is sent
    Call(Call),
    /// List the operations, or those that match every word
    List {
        /// Words of a name, title, label, path or method
        words: Vec<String>,
        #[command(flatten)]
        schema: Folder,
    },
    /// Describe an operation as JSON: its fields, limits, codes and examples
    Describe {
        /// Operation, such as `hire.v1.talent.get`
        #[arg(index = 1)]
        operation: String,
        #[command(flatten)]
        schema: Folder,
    },
    /// Serve the operations to a language model, as an MCP server on standard input and output
    Mcp(Mcp),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Args)]
pub(crate) struct Folder {
    /// Folder of a schema; defaults to the embedded schema
    #[arg(long = "schema", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Mcp {
    /// Offer only operations that do not change data
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Show personal data and secrets in answers, which are hidden by default
    #[arg(long)]
    pub(crate) reveal: bool,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) schema: Folder,
}

/// Runs a command. The exit code is 0 on success, 1 if a call failed, and 2 if the command or the request is wrong.
pub fn run(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    environment: &dyn Fn(&str) -> Option<String>,
    input: &mut dyn Read,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            // If nobody reads the message, the exit code is still there.
            let _ = if error.use_stderr() { write!(errors, "{text}") } else { write!(output, "{text}") };
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match cli.command.run(environment, input, output) {
        Ok(()) => 0,
        Err(failure) => {
            let _ = writeln!(errors, "error: {}", failure.message());
            failure.code()
        }
    }
}

impl Command {
    fn run(
        self,
        environment: Environment<'_>,
        input: &mut dyn Read,
        output: &mut dyn Write,
    ) -> Result<(), Failure> {
        match self {
            Self::Call(call) => call.run(environment, input, output),
            Self::List { words, schema } => {
                let catalog = Catalog::open(schema.folder.as_deref()).map_err(Failure::Usage)?;
                for endpoint in catalog.search(&words) {
                    writeln!(output, "{:<60} {}", endpoint.id.to_string(), endpoint.title)?;
                }
                Ok(())
            }
            Self::Describe { operation, schema } => {
                let catalog = Catalog::open(schema.folder.as_deref()).map_err(Failure::Usage)?;
                let endpoint = catalog.find(&operation).map_err(Failure::Usage)?;
                writeln!(output, "{:#}", describe::describe(&catalog.api, endpoint))?;
                Ok(())
            }
            Self::Mcp(options) => mcp::serve(options, environment),
            Self::Completions { shell } => completions(shell, output),
        }
    }
}

/// A script that also completes the names of operations.
fn completions(shell: Shell, output: &mut dyn Write) -> Result<(), Failure> {
    let catalog = Catalog::open(None).map_err(Failure::Usage)?;
    let names: Vec<&'static str> =
        catalog.api.endpoints.iter().map(|endpoint| crate::catalog::keep(&endpoint.id.to_string())).collect();
    let named = |command: clap::Command| {
        command.mut_arg("operation", |argument| {
            argument.value_parser(PossibleValuesParser::new(names.clone())).hide_possible_values(true)
        })
    };
    let mut command = Cli::command().mut_subcommand("call", named).mut_subcommand("describe", named);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "hire", &mut script);
    output.write_all(&script)?;
    Ok(())
}
