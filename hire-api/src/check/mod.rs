//! Finds everything that is wrong with a request before it is sent.

pub(crate) mod limits;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// A value that knows its limits. Implemented by the derives.
pub trait Check {
    /// Reports all violations.
    fn check(&self, checks: &mut Checks);

    /// Whether there is anything to check: most fields of most requests are not set.
    #[doc(hidden)]
    #[inline]
    fn is_set(&self) -> bool {
        true
    }
}

/// One violation in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Path by wire names: `education_list[3].customized_data[0].value`.
    pub path: String,
    /// What was expected. It never contains the value, which may be personal.
    pub message: String,
}

impl Violation {
    /// Creates a violation at a path.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// All violations of a request, in the order of its fields. `Display` gives one line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// Collects violations and tracks the current path.
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
    /// Creates a checker without violations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks the value of a field.
    #[inline]
    pub fn field(&mut self, name: &'static str, value: &impl Check) {
        if value.is_set() {
            self.inside(Step::Name(Cow::Borrowed(name)), |checks| value.check(checks));
        }
    }

    /// Reports a violation of a field of the current object.
    pub fn report(&mut self, name: &'static str, message: impl Into<String>) {
        self.inside(Step::Name(Cow::Borrowed(name)), |checks| checks.report_here(message));
    }

    /// Reports a violation of the current value.
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

    /// Returns the result.
    ///
    /// # Errors
    ///
    /// All reported violations.
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

    #[inline]
    fn is_set(&self) -> bool {
        self.is_some()
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

    #[inline]
    fn is_set(&self) -> bool {
        !self.is_empty()
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
            checks.report_here("must be a finite number, since JSON has no others");
        }
    }
}

macro_rules! anything_goes {
    ($($ty:ty)*) => {$(impl Check for $ty {
        fn check(&self, _: &mut Checks) {}
    })*};
}

anything_goes!(String i64 bool);
