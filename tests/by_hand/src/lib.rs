//! One endpoint without a spec, and the types that it needs, with derives only.

use hire_api::{Codes, Endpoint, Model, OpenEnum, UnrecognizedString};

/// Moves a document.
#[derive(Clone, Endpoint)]
#[hire(name = "drive.v1.file.move", method = "POST", path = "/open-apis/drive/v1/files/:file_token/move")]
#[hire(response = Moved, code = MoveCode, safety = "idempotent", quota = "20/s")]
#[hire(error(code = 1061007, http = 400, name = "FileDeleted", advice = "Restore it first."))]
pub struct Move {
    #[hire(path)]
    file_token: String,
    kind: Kind,
    #[hire(sensitive, min_length = 1)]
    folder_token: String,
}

/// The kind of a document.
#[derive(Clone, PartialEq, OpenEnum)]
#[hire(string)]
pub enum Kind {
    /// A document.
    #[hire(value = "docx", label = "文档")]
    Docx,
    /// A table.
    #[hire(value = "sheet")]
    Sheet,
    /// A value this version does not know.
    #[hire(unrecognized)]
    Unrecognized(UnrecognizedString),
}

/// The result.
#[derive(Clone, Default, Model)]
#[hire(response)]
pub struct Moved {
    /// The task that moves it.
    pub task_id: Option<String>,
}

/// Codes of [`Move`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum MoveCode {
    /// The file was deleted.
    FileDeleted = 1_061_007,
}

impl Codes for MoveCode {
    const ALL: &'static [Self] = &[Self::FileDeleted];

    fn number(self) -> i64 {
        self as i64
    }
}
