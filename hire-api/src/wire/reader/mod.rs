//! A JSON reader that continues after values that do not fit.
//!
//! It requires only the necessary: brackets, quotation marks, commas and colons in the right places. Other errors
//! affect only their own value, and nothing if nobody reads it.

mod signs;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use signs::{Brackets, ends_word, is_number, unescaped, with_byte};

use crate::wire::mismatch::{Mismatches, Step};

/// The deepest nesting of objects and lists; deeper values are skipped.
const DEEPEST: u32 = 128;

/// The memory that the values of a text may take, in bytes: this much, plus [`SHARE`] for each byte of the text.
const BUDGET: usize = 48 * 1024 * 1024;
const SHARE: usize = 6;

/// The cost of an allocation beyond its contents.
const ALLOCATION: usize = 32;

/// Reads one JSON text.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    /// The same text, if all of it is UTF-8.
    text: Option<&'a str>,
    at: usize,
    depth: u32,
    /// The remaining memory.
    budget: usize,
    mismatches: Mismatches,
    stopped: Option<&'static str>,
}

/// The text ends or breaks off where a value or a bracket must be, or is too large: nothing after that is read.
#[derive(Debug)]
pub struct Stop(());

/// An object in progress.
#[derive(Debug)]
#[doc(hidden)]
pub struct Object {
    /// The field that is expected next.
    next: usize,
    begun: bool,
    ended: bool,
}

/// A value without parts. Texts and numbers are as in the source.
pub(crate) enum Token<'a> {
    Text(Cow<'a, str>),
    Int(i64),
    Number(&'a str),
    Bool(bool),
    Null,
    Other,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { text: std::str::from_utf8(bytes).ok(), ..Self::of_bytes(bytes) }
    }

    /// For a text of which little is needed: each string is checked separately.
    pub(crate) fn of_bytes(bytes: &'a [u8]) -> Self {
        let budget = bytes.len().saturating_mul(SHARE).saturating_add(BUDGET);
        Self { bytes, text: None, at: 0, depth: 0, budget, mismatches: Mismatches::default(), stopped: None }
    }

    /// The mismatches so far.
    pub(crate) fn into_mismatches(self) -> Mismatches {
        self.mismatches
    }

    /// Why reading stopped.
    pub(crate) fn stopped(&self) -> &'static str {
        self.stopped.unwrap_or("it cannot be read")
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    #[cold]
    pub(crate) fn stop(&mut self, why: &'static str) -> Stop {
        self.stopped.get_or_insert(why);
        Stop(())
    }

    /// Counts memory that a value takes.
    #[inline]
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Stop> {
        match self.budget.checked_sub(bytes) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(self.stop("it would take far more memory than its size")),
        }
    }

    /// Counts a separate block of memory.
    #[inline]
    pub(crate) fn charge_block(&mut self, bytes: usize) -> Result<(), Stop> {
        self.charge(bytes.saturating_add(ALLOCATION))
    }

    /// Reports that something here does not fit.
    #[cold]
    pub(crate) fn mismatch(&mut self, expected: &'static str) {
        self.mismatches.add(expected);
    }

    /// The number of mismatches so far.
    #[inline]
    pub(crate) fn mismatched(&self) -> usize {
        self.mismatches.count()
    }

    /// Drops the mismatches since then.
    pub(crate) fn forget(&mut self, since: usize) {
        self.mismatches.truncate(since);
    }

    /// Adds a path to the mismatches since then.
    #[cold]
    pub(crate) fn locate(&mut self, since: usize, step: Step) {
        self.mismatches.locate(since, step);
    }

    /// The next byte that is not white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => self.behind_blanks(),
            other => other.copied(),
        }
    }

    fn behind_blanks(&mut self) -> Option<u8> {
        self.at += 1;
        // Pretty printers indent.
        while let Some(b"        ") = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            self.at += 8;
        }
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// The text after an opening quotation mark: its begin and end, and whether it contains escapes.
    #[inline]
    fn string(&mut self) -> Result<(usize, usize, bool), Stop> {
        let (start, mut escaped) = (self.at, false);
        loop {
            while let Some(word) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
                let word = u64::from_le_bytes(*word);
                let found = with_byte(word, b'"') | with_byte(word, b'\\');
                if found != 0 {
                    self.at += (found.trailing_zeros() / 8) as usize;
                    break;
                }
                self.at += 8;
            }
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    return Ok((start, end, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(_) => self.at += 1,
                None => return Err(self.stop("it ends inside a text")),
            }
        }
    }

    #[inline]
    fn slice(&self, start: usize, end: usize) -> Option<&'a str> {
        match self.text {
            Some(text) => text.get(start..end),
            None => std::str::from_utf8(self.bytes.get(start..end)?).ok(),
        }
    }

    /// The contents of a string; `None` if it is not valid text.
    #[inline]
    fn said(&self, (start, end, escaped): (usize, usize, bool)) -> Option<Cow<'a, str>> {
        let text = self.slice(start, end)?;
        if escaped { unescaped(text).map(Cow::Owned) } else { Some(Cow::Borrowed(text)) }
    }

    /// A value without parts. Objects and lists are left in place.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<Token<'a>, Stop> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                let place = self.string()?;
                let Some(text) = self.said(place) else { return Ok(Token::Other) };
                if !text.is_empty() {
                    self.charge_block(text.len())?;
                }
                Ok(Token::Text(text))
            }
            Some(b'-' | b'0'..=b'9') => Ok(self.number()),
            Some(b'a'..=b'z') => Ok(match self.word() {
                "null" => Token::Null,
                "true" => Token::Bool(true),
                "false" => Token::Bool(false),
                _ => Token::Other,
            }),
            Some(_) => Ok(Token::Other),
            None => Err(self.stop("it ends where a value must be")),
        }
    }

    /// Everything up to the next bracket, comma, colon, quotation mark or white space.
    fn word(&mut self) -> &'a str {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| !ends_word(*byte)) {
            self.at += 1;
        }
        self.slice(start, self.at).unwrap_or_default()
    }

    #[inline]
    fn number(&mut self) -> Token<'a> {
        let start = self.at;
        let mut number = 0_i64;
        // Eighteen digits always fit.
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            if self.at - start == 18 {
                break;
            }
            number = number * 10 + i64::from(digit - b'0');
            self.at += 1;
        }
        let length = self.at - start;
        let plain = length == 1 || length > 1 && self.bytes.get(start) != Some(&b'0');
        if plain && self.bytes.get(self.at).is_none_or(|byte| ends_word(*byte)) {
            return Token::Int(number);
        }
        self.at = start;
        let word = self.word();
        match word.parse() {
            _ if !is_number(word) => Token::Other,
            // Minus zero is not a whole number.
            Ok(number) if word != "-0" => Token::Int(number),
            _ => Token::Number(word),
        }
    }

    /// Skips a value, whatever it contains.
    pub fn skip(&mut self) -> Result<(), Stop> {
        let mut open = Brackets::default();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.string()?;
                }
                Some(bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    open.push(bracket == b'[');
                }
                // There is no value.
                Some(b'}' | b']' | b',' | b':') if open.count == 0 => {}
                Some(bracket @ (b'}' | b']')) => {
                    self.at += 1;
                    open.pop(bracket == b']');
                }
                Some(b',' | b':') => self.at += 1,
                Some(_) => drop(self.word()),
                None => return Err(self.stop("it ends inside a value")),
            }
            if open.count == 0 {
                return Ok(());
            }
        }
    }

    /// Skips anything that is not an object or a list; `null`, and an empty text in its place, are silently nothing.
    #[cold]
    fn something_else(&mut self, expected: &'static str) -> Result<(), Stop> {
        let start = self.at;
        let nothing = match self.token()? {
            Token::Null => true,
            Token::Text(text) => text.is_empty(),
            _ => false,
        };
        if !nothing {
            self.mismatch(expected);
            self.at = start;
            self.skip()?;
        }
        Ok(())
    }

    /// Skips an empty `{}` or `[]`, and returns whether it did.
    fn empty(&mut self, close: u8) -> bool {
        let start = self.at;
        self.at += 1;
        let empty = self.peek() == Some(close);
        self.at = if empty { self.at + 1 } else { start };
        empty
    }

    fn enter(&mut self) -> Result<bool, Stop> {
        if self.depth == DEEPEST {
            self.mismatch("at most 128 levels of objects and lists");
            return self.skip().map(|()| false);
        }
        self.depth += 1;
        self.at += 1;
        Ok(true)
    }

    /// Begins an object; `None` if there is none. Some servers write an empty one as `[]`.
    #[inline]
    pub fn object(&mut self) -> Result<Option<Object>, Stop> {
        match self.peek() {
            Some(b'{') => Ok(self.enter()?.then_some(Object { next: 0, begun: false, ended: false })),
            Some(b'[') if self.empty(b']') => Ok(Some(Object { next: 0, begun: true, ended: true })),
            _ => self.something_else("an object").map(|()| None),
        }
    }

    /// Moves to the text of the next name in an object; false after the last.
    #[inline]
    fn name(&mut self, object: &mut Object) -> Result<bool, Stop> {
        if object.ended {
            return Ok(false);
        }
        let mut next = self.peek();
        if object.begun && next == Some(b',') {
            self.at += 1;
            next = self.peek();
        } else if object.begun && next != Some(b'}') {
            return Err(self.stop("a comma is missing"));
        }
        object.begun = true;
        self.at += 1;
        match next {
            Some(b'"') => Ok(true),
            Some(b'}') => {
                object.ended = true;
                self.depth -= 1;
                Ok(false)
            }
            Some(_) => Err(self.stop("a name is missing")),
            None => Err(self.stop("it ends inside an object")),
        }
    }

    #[inline]
    fn colon(&mut self) -> Result<(), Stop> {
        if self.peek() != Some(b':') {
            return Err(self.stop("a colon is missing"));
        }
        self.at += 1;
        Ok(())
    }

    /// Moves to the next field of an object that has one of these names and returns which; `None` after the last.
    pub fn next(&mut self, object: &mut Object, names: &[&'static str]) -> Result<Option<usize>, Stop> {
        while self.name(object)? {
            if let Some(name) = names.get(object.next)
                && let Some(rest) =
                    self.bytes.get(self.at..).and_then(|rest| rest.strip_prefix(name.as_bytes()))
                && rest.first() == Some(&b'"')
            {
                self.at += name.len() + 1;
                self.colon()?;
                object.next += 1;
                return Ok(Some(object.next - 1));
            }
            let place = self.string()?;
            self.colon()?;
            let found = match place {
                (start, end, false) => {
                    find(names, object.next, self.bytes.get(start..end).unwrap_or_default())
                }
                escaped => self.said(escaped).and_then(|name| find(names, object.next, name.as_bytes())),
            };
            if let Some(index) = found {
                object.next = index + 1;
                return Ok(Some(index));
            }
            self.skip()?;
        }
        Ok(None)
    }

    /// The next name of an object; `None` after the last.
    pub(crate) fn next_name(&mut self, object: &mut Object) -> Result<Option<Cow<'a, str>>, Stop> {
        while self.name(object)? {
            let place = self.string()?;
            self.colon()?;
            match self.said(place) {
                Some(name) => return Ok(Some(name)),
                None => {
                    self.mismatch("names that are text");
                    self.skip()?;
                }
            }
        }
        Ok(None)
    }

    /// Begins a list; `None` if there is none, false if it is empty. An empty one may be written `{}`.
    #[inline]
    pub(crate) fn list(&mut self) -> Result<Option<bool>, Stop> {
        match self.peek() {
            Some(b'[') => Ok(self.enter()?.then_some(true)),
            Some(b'{') if self.empty(b'}') => Ok(Some(false)),
            _ => self.something_else("a list").map(|()| None),
        }
    }

    /// Moves to the next item of a list; false after the last.
    #[inline]
    pub(crate) fn item(&mut self, first: bool) -> Result<bool, Stop> {
        let mut next = self.peek();
        if !first && next == Some(b',') {
            self.at += 1;
            next = self.peek();
        } else if !first && next != Some(b']') {
            return Err(self.stop("a comma is missing"));
        }
        match next {
            Some(b']') => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(_) => Ok(true),
            None => Err(self.stop("it ends inside a list")),
        }
    }

    /// The text of a value of any kind.
    pub(crate) fn raw(&mut self) -> Result<Option<&'a str>, Stop> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(self.slice(start, self.at))
    }
}

fn find(names: &[&'static str], from: usize, name: &[u8]) -> Option<usize> {
    let (before, behind) = names.split_at(from.min(names.len()));
    let same = |known: &&str| known.as_bytes() == name;
    match behind.iter().position(same) {
        Some(index) => Some(before.len() + index),
        None => before.iter().position(same),
    }
}
