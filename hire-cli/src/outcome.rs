//! Failures of commands.

/// A failure, with an exit code for its kind.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command or its request is invalid; nothing was sent: exit code 2.
    Usage(String),
    /// The call failed: exit code 1.
    Call(String),
}

impl Failure {
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Call(_) => 1,
        }
    }

    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Usage(message) | Self::Call(message) => message,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Call(error.to_string())
    }
}
