//! What is wrong with a request, all of it at once, before anything is sent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// A value that knows its limits. The derives write it.
pub trait Check {
    /// Reports everything that is wrong with it.
    fn check(&self, checks: &mut Checks);
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where, by wire names: `education_list[3].customized_data[0].value`.
    pub path: String,
    /// What was expected. It never shows the value: that may be a person's.
    pub message: String,
}

impl Violation {
    /// Something that is wrong at a place.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// Everything that is wrong with a request, in the order of its fields. `Display` gives one line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Violation { path, message }) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{path}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// Collects violations, and remembers where it is.
#[derive(Debug, Default)]
pub struct Checks {
    place: Vec<Step>,
    violations: Vec<Violation>,
}

#[derive(Debug)]
pub(crate) enum Step {
    Name(Cow<'static, str>),
    Index(usize),
}

impl Checks {
    /// With nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks what a field holds.
    pub fn field(&mut self, name: &'static str, value: &impl Check) {
        self.inside(Step::Name(Cow::Borrowed(name)), |checks| value.check(checks));
    }

    /// Reports something about a field of what is being checked.
    pub fn report(&mut self, name: &'static str, message: impl Into<String>) {
        self.inside(Step::Name(Cow::Borrowed(name)), |checks| checks.report_here(message));
    }

    /// Reports something about what is being checked.
    pub fn report_here(&mut self, message: impl Into<String>) {
        let mut path = String::new();
        for step in &self.place {
            match step {
                Step::Name(name) if path.is_empty() => path.push_str(name),
                Step::Name(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        self.violations.push(Violation::new(path, message));
    }

    /// The verdict.
    ///
    /// # Errors
    ///
    /// Everything that was reported.
    pub fn finish(self) -> Result<(), Violations> {
        if self.violations.is_empty() { Ok(()) } else { Err(Violations(self.violations)) }
    }

    pub(crate) fn inside(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.place.push(step);
        look(self);
        self.place.pop();
    }
}

impl<T: Check> Check for Option<T> {
    fn check(&self, checks: &mut Checks) {
        if let Some(value) = self {
            value.check(checks);
        }
    }
}

impl<T: Check> Check for Box<T> {
    fn check(&self, checks: &mut Checks) {
        T::check(self, checks);
    }
}

impl<T: Check> Check for Vec<T> {
    fn check(&self, checks: &mut Checks) {
        for (index, item) in self.iter().enumerate() {
            checks.inside(Step::Index(index), |checks| item.check(checks));
        }
    }
}

impl<T: Check> Check for BTreeMap<String, T> {
    fn check(&self, checks: &mut Checks) {
        for (key, value) in self {
            checks.inside(Step::Name(Cow::Owned(key.clone())), |checks| value.check(checks));
        }
    }
}

impl Check for f64 {
    fn check(&self, checks: &mut Checks) {
        if !self.is_finite() {
            checks.report_here("must be a finite number, which is all that JSON has");
        }
    }
}

macro_rules! anything_goes {
    ($($ty:ty)*) => {$(impl Check for $ty {
        fn check(&self, _: &mut Checks) {}
    })*};
}

anything_goes!(String i64 bool);
