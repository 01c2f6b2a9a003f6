//! A file on its way here: no more of it than was asked for, and under a name that leads nowhere else.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use tokio::time::Instant;

use crate::error::Error;
use crate::retry::Retry;
use crate::transport::{Flow, Transport};

/// How often one address may send on to another.
const LONGEST_CHAIN: usize = 5;

/// A file that [`Client::download`](crate::Client::download) has opened.
#[must_use = "nothing is read before it is asked for"]
pub struct Download {
    flow: Flow,
    name: Option<String>,
    size: Option<u64>,
    left: u64,
}

impl Download {
    pub(crate) async fn open(
        transport: &Transport,
        retry: &Retry,
        url: &str,
        max_bytes: u64,
    ) -> Result<Self, Error> {
        let (started, mut sent) = (Instant::now(), 0);
        loop {
            sent += 1;
            let error = match follow(transport, url).await {
                Ok(flow) => return Self::new(flow, max_bytes),
                Err(error) => error.with_attempts(sent, false),
            };
            match retry.wait(&error, true, sent, started.elapsed(), fastrand::f64()) {
                Some((wait, _)) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    fn new(flow: Flow, max_bytes: u64) -> Result<Self, Error> {
        let size = flow.header("content-length").and_then(|size| size.parse().ok());
        if size.is_some_and(|size: u64| size > max_bytes) {
            return Err(too_large());
        }
        let name = flow.header("content-disposition").and_then(file_name);
        Ok(Self { flow, name, size, left: max_bytes })
    }

    /// The name that the server gives the file, made safe: one name without folders, of at most 200 bytes, which is no
    /// hidden file. It may be a person's.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// In bytes, where the server says it.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// What the server says that the file is, such as `application/pdf`.
    pub fn content_type(&self) -> Option<&str> {
        self.flow.header("content-type")
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the connection breaks or stands still, or the file is larger than it may be.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.flow.chunk().await?;
        if let Some(bytes) = &chunk {
            self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
        }
        Ok(chunk)
    }

    /// The whole file.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.chunk().await? {
            whole.extend_from_slice(&bytes);
        }
        Ok(whole)
    }

    /// Writes the file to a path, all of it or nothing: it is called `<name>.part` until it is complete. What is there
    /// is replaced. How many bytes it has.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk), and when it cannot be written.
    pub async fn save(mut self, path: impl Into<PathBuf>) -> Result<u64, Error> {
        let path = path.into();
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let part = Part(PathBuf::from(part));
        let mut size = 0;
        let mut file = {
            let path = part.0.clone();
            on_disk(move || fs::File::create(path)).await?
        };
        while let Some(bytes) = self.chunk().await? {
            size += bytes.len() as u64;
            file = on_disk(move || file.write_all(&bytes).map(|()| file)).await?;
        }
        on_disk(move || {
            file.sync_all()?;
            fs::rename(&part.0, path)
        })
        .await?;
        Ok(size)
    }
}

/// A person's name may be in that of the file.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Where half a file is; it is deleted with this, unless it has its name by then.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // There is none where it was renamed.
        let _ = fs::remove_file(&self.0);
    }
}

/// On a thread that may wait for a disk.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panicked| Err(io::Error::other(panicked))).map_err(Error::disk)
}

async fn follow(transport: &Transport, url: &str) -> Result<Flow, Error> {
    let mut address = transport.address_of_file(url)?;
    for _ in 0..LONGEST_CHAIN {
        let flow = transport.open(&address).await?;
        let status = flow.status();
        let to = flow.header("location").filter(|_| (300..400).contains(&status));
        match to.map(|location| address.join(location)) {
            None if status == 200 => return Ok(flow),
            None => {
                return Err(Error::download("the server has none for this address").with_status(status, None));
            }
            Some(Some(next)) => address = transport.address_of_file(&next)?,
            Some(None) => {
                return Err(Error::download("it is sent on to no address").with_status(status, None));
            }
        }
    }
    Err(Error::download("it is sent on again and again"))
}

fn too_large() -> Error {
    Error::download("it is larger than it may be")
}

/// In bytes; common file systems take 255, and `.part` wants some.
const LONGEST_NAME: usize = 200;

/// The name in a `Content-Disposition`, as long as it is safe: the extended form (RFC 5987) first.
fn file_name(disposition: &str) -> Option<String> {
    let parameter = |wanted: &str| {
        parameters(disposition).find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    let extended = parameter("filename*").and_then(|value| {
        let (charset, rest) = value.split_once('\'')?;
        let (_, encoded) = rest.split_once('\'')?;
        let utf_8 = charset.eq_ignore_ascii_case("utf-8");
        utf_8.then(|| percent_decode_str(encoded).decode_utf8().ok().map(Into::into)).flatten()
    });
    let plain = || {
        let value = parameter("filename")?;
        // Feishu's servers encode what is not ASCII.
        Some(percent_decode_str(&value).decode_utf8().map_or_else(|_| value.clone(), Into::into))
    };
    extended.or_else(plain).and_then(|name: String| safe(&name))
}

/// The parameters of a header, unquoted.
fn parameters(header: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (value, next) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), next)
            }
        };
        rest = next;
        Some((name.trim_matches([' ', ';', '\t']), value))
    })
}

/// What stands before the closing quotation mark, and what behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

/// One name that leads nowhere else, on any system; `None` where nothing of it is left.
fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let allowed = |c: &char| !c.is_control() && !r#"<>:"|?*"#.contains(*c) && !is_hidden(*c);
    let name: String = last.chars().filter(allowed).collect();
    let name = name.trim_matches([' ', '.']);
    let stem = name.split('.').next().unwrap_or_default();
    let device = DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device));
    let mut name = if device { format!("_{name}") } else { name.to_owned() };
    while name.len() > LONGEST_NAME {
        shorten(&mut name);
    }
    (!name.is_empty()).then_some(name)
}

/// Takes a character from before the ending, which says what the file is.
fn shorten(name: &mut String) {
    let ending = Path::new(name).extension().map_or(0, |ending| ending.len() + 1);
    let stem = name.len().saturating_sub(if ending > 20 { 0 } else { ending });
    let cut = name.get(..stem).and_then(|stem| stem.char_indices().next_back()).map_or(0, |(at, _)| at);
    name.remove(cut);
}

/// Changes how the name is shown, so that `exe.pdf` may be an `fdp.exe`.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Names that are no files on Windows.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x08_names_of_downloads_lead_nowhere_else() {
        let long = format!("attachment; filename=\"{}.pdf\"", "长".repeat(300));
        for (header, expected) in [
            ("attachment; filename=resume.pdf", Some("resume.pdf")),
            ("attachment;filename=\"a b; c.pdf\"; size=3", Some("a b; c.pdf")),
            ("attachment; filename=\"a\\\"b.pdf\"", Some("ab.pdf")),
            ("attachment; filename=x.pdf; filename*=UTF-8''%E7%AE%80%E5%8E%86.pdf", Some("简历.pdf")),
            ("attachment; filename=\"%E7%AE%80.pdf\"", Some("简.pdf")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\\\\..\\\\x.exe\"", Some("x.exe")),
            ("attachment; filename*=utf-8''..%2F..%2F.ssh%2Fauthorized_keys", Some("authorized_keys")),
            ("attachment; filename=\"/\"", None),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename=\".bashrc\"", Some("bashrc")),
            ("attachment; filename=\"a%0D%0Ab%00.pdf\"", Some("ab.pdf")),
            ("attachment; filename=\"nul.txt\"", Some("_nul.txt")),
            ("attachment; filename=\"fdp%E2%80%AEexe.pdf\"", Some("fdpexe.pdf")),
            ("attachment; filename*=latin-1''x.pdf", None),
            ("attachment; filename=\"never closed", Some("never closed")),
            ("inline", None),
            ("", None),
        ] {
            assert_eq!(file_name(header).as_deref(), expected, "{header}");
        }
        let name = file_name(&long).unwrap();
        assert!(name.len() <= LONGEST_NAME && name.ends_with("长.pdf"), "{name}");
    }
}
