//! Limits of fields and conditions between them, called by derived checks.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use crate::check::{Checks, Step};

/// A number, or a limit of one.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
pub enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    /// Whole numbers compare exactly.
    #[expect(clippy::cast_precision_loss, reason = "a fraction on one side makes both floats")]
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(&b)),
            (Self::Int(a), Self::Float(b)) => (a as f64).partial_cmp(&b),
            (Self::Float(a), Self::Int(b)) => a.partial_cmp(&(b as f64)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

/// A value that a condition refers to.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
pub enum Literal {
    Int(i64),
    Float(f64),
    String(&'static str),
    Bool(bool),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::String(text) => text.fmt(f),
            Self::Bool(flag) => flag.fmt(f),
        }
    }
}

/// The values inside a field that limits apply to: each value below `Option`, `Box`, lists and maps.
#[diagnostic::on_unimplemented(message = "`{Self}` contains no text or number that a limit could apply to")]
#[doc(hidden)]
pub trait Tested {
    /// The innermost type.
    type Value: ?Sized;

    /// Visits every value, with `checks` at its path.
    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &Self::Value));
}

impl<T: Tested> Tested for Option<T> {
    type Value = T::Value;

    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &T::Value)) {
        if let Some(value) = self {
            value.each(checks, look);
        }
    }
}

impl<T: Tested> Tested for Box<T> {
    type Value = T::Value;

    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &T::Value)) {
        T::each(self, checks, look);
    }
}

impl<T: Tested> Tested for Vec<T> {
    type Value = T::Value;

    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &T::Value)) {
        for (index, item) in self.iter().enumerate() {
            checks.inside(Step::Index(index), |checks| item.each(checks, look));
        }
    }
}

impl<T: Tested> Tested for BTreeMap<String, T> {
    type Value = T::Value;

    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &T::Value)) {
        for (key, value) in self {
            checks.inside(Step::Name(Cow::Owned(key.clone())), |checks| value.each(checks, look));
        }
    }
}

impl Tested for String {
    type Value = str;

    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &str)) {
        look(checks, self);
    }
}

macro_rules! tested {
    ($($ty:ty)*) => {$(impl Tested for $ty {
        type Value = Self;

        fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &Self)) {
            look(checks, self);
        }
    })*};
}

tested!(i64 f64 bool);

/// A number for comparisons.
#[doc(hidden)]
pub trait AsNumber {
    fn as_number(&self) -> Number;
}

impl AsNumber for i64 {
    fn as_number(&self) -> Number {
        Number::Int(*self)
    }
}

impl AsNumber for f64 {
    fn as_number(&self) -> Number {
        Number::Float(*self)
    }
}

/// Whether a value is the one that a condition refers to. Derived for enums.
#[doc(hidden)]
pub trait Is {
    fn is(&self, literal: Literal) -> bool;
}

impl Is for i64 {
    fn is(&self, literal: Literal) -> bool {
        matches!(literal, Literal::Int(number) if number == *self)
    }
}

impl Is for f64 {
    fn is(&self, literal: Literal) -> bool {
        let number = match literal {
            Literal::Int(number) => Number::Int(number),
            Literal::Float(number) => Number::Float(number),
            _ => return false,
        };
        self.as_number().compare(number) == Some(Ordering::Equal)
    }
}

impl Is for bool {
    fn is(&self, literal: Literal) -> bool {
        matches!(literal, Literal::Bool(flag) if flag == *self)
    }
}

impl Is for str {
    fn is(&self, literal: Literal) -> bool {
        matches!(literal, Literal::String(text) if text == self)
    }
}

/// The minimum and the maximum of a number.
#[doc(hidden)]
pub fn range<T>(checks: &mut Checks, name: &'static str, value: &T, min: Option<Number>, max: Option<Number>)
where
    T: Tested<Value: AsNumber>,
{
    let mut look = |checks: &mut Checks, number: &T::Value| {
        let number = number.as_number();
        if let Some(min) = min.filter(|min| number.compare(*min) == Some(Ordering::Less)) {
            checks.report_here(format!("must be at least {min}"));
        }
        if let Some(max) = max.filter(|max| number.compare(*max) == Some(Ordering::Greater)) {
            checks.report_here(format!("must be at most {max}"));
        }
    };
    checks.inside(Step::Name(Cow::Borrowed(name)), |checks| value.each(checks, &mut look));
}

/// The minimum and the maximum length of a text.
#[doc(hidden)]
pub fn length<T>(checks: &mut Checks, name: &'static str, value: &T, min: Option<usize>, max: Option<usize>)
where
    T: Tested<Value = str>,
{
    let mut look = |checks: &mut Checks, text: &str| {
        // A character has 1 to 4 bytes, so that most texts need no counting.
        if min.is_none_or(|min| text.len() / 4 >= min) && max.is_none_or(|max| text.len() <= max) {
            return;
        }
        size(checks, text.chars().count(), min, max, "characters");
    };
    checks.inside(Step::Name(Cow::Borrowed(name)), |checks| value.each(checks, &mut look));
}

/// The minimum and the maximum number of items.
#[doc(hidden)]
pub fn items<T>(
    checks: &mut Checks,
    name: &'static str,
    list: Option<&Vec<T>>,
    min: Option<usize>,
    max: Option<usize>,
) {
    if let Some(list) = list {
        let count = list.len();
        checks.inside(Step::Name(Cow::Borrowed(name)), |checks| size(checks, count, min, max, "items"));
    }
}

pub(crate) fn size(checks: &mut Checks, count: usize, min: Option<usize>, max: Option<usize>, unit: &str) {
    if min.is_some_and(|min| count < min) || max.is_some_and(|max| count > max) {
        let expected = match (min, max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, max) => format!("at most {}", max.unwrap_or(usize::MAX)),
        };
        let unit = if expected.ends_with(" 1") { unit.trim_end_matches('s') } else { unit };
        checks.report_here(format!("must have {expected} {unit}, not {count}"));
    }
}

/// The only allowed value.
#[doc(hidden)]
pub fn fixed<T>(checks: &mut Checks, name: &'static str, value: &T, literal: Literal)
where
    T: Tested<Value: Is>,
{
    let mut look = |checks: &mut Checks, value: &T::Value| {
        if !value.is(literal) {
            checks.report_here(format!("must be {literal}"));
        }
    };
    checks.inside(Step::Name(Cow::Borrowed(name)), |checks| value.each(checks, &mut look));
}

/// A day of the calendar.
#[doc(hidden)]
pub fn date<T>(checks: &mut Checks, name: &'static str, value: &T)
where
    T: Tested<Value = str>,
{
    format(checks, name, value, is_date, "must be a date, YYYY-MM-DD");
}

/// JSON inside a string.
#[doc(hidden)]
pub fn json<T>(checks: &mut Checks, name: &'static str, value: &T)
where
    T: Tested<Value = str>,
{
    format(checks, name, value, is_json, "must be JSON inside a string");
}

fn format<T>(
    checks: &mut Checks,
    name: &'static str,
    value: &T,
    fits: fn(&str) -> bool,
    problem: &'static str,
) where
    T: Tested<Value = str>,
{
    let mut look = |checks: &mut Checks, text: &str| {
        if !fits(text) {
            checks.report_here(problem);
        }
    };
    checks.inside(Step::Name(Cow::Borrowed(name)), |checks| value.each(checks, &mut look));
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether some value inside a field is the one that a condition refers to.
#[doc(hidden)]
pub fn is_set<T>(value: &T, literals: &[Literal]) -> bool
where
    T: Tested<Value: Is>,
{
    let mut found = false;
    value
        .each(&mut Checks::new(), &mut |_, value| found |= literals.iter().any(|literal| value.is(*literal)));
    found
}

/// A missing field that is required.
#[doc(hidden)]
#[cold]
pub fn missing(checks: &mut Checks, name: &'static str, reason: &str) {
    checks.report(name, format!("is required when {reason}"));
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |width: usize| {
        let part =
            parts.next().filter(|part| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse::<u32>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::{Check, Violation};

    fn said(look: impl FnOnce(&mut Checks)) -> Vec<String> {
        let mut checks = Checks::new();
        look(&mut checks);
        let found = checks.finish().err().map_or_else(Vec::new, |violations| violations.0);
        found.iter().map(|Violation { path, message }| format!("{path}: {message}")).collect()
    }

    #[test]
    fn length_counts_characters() {
        let check = |text: &str| said(|checks| length(checks, "name", &text.to_owned(), Some(1), Some(3)));
        assert_eq!(check(""), ["name: must have 1 to 3 characters, not 0"]);
        assert_eq!(check("専門家"), [""; 0]);
        assert_eq!(check("😀😀😀"), [""; 0]);
        assert_eq!(check("😀😀😀😀"), ["name: must have 1 to 3 characters, not 4"]);
    }

    #[test]
    fn the_values_of_a_map_are_checked_under_their_keys() {
        let map = BTreeMap::from([("a".to_owned(), 1.5), ("b".to_owned(), f64::NAN)]);
        let expected = "b: must be a finite number, since JSON has no others";
        assert_eq!(said(|checks| map.check(checks)), [expected]);
    }

    #[test]
    fn the_only_allowed_value_is_allowed_and_no_other() {
        let check = |text: &str| said(|checks| fixed(checks, "kind", &text.to_owned(), Literal::String("a")));
        assert_eq!(check("a"), [""; 0]);
        assert_eq!(check("b").len(), 1);
        assert_eq!(said(|checks| missing(checks, "name", "kind is a")), ["name: is required when kind is a"]);
    }

    #[test]
    fn what_is_in_a_box_is_checked_too() {
        struct Bad;
        impl Check for Bad {
            fn check(&self, checks: &mut Checks) {
                checks.report("food", "is missing".to_owned());
            }
        }
        let boxed = Some(Box::new("four".to_owned()));
        assert_eq!(said(|checks| length(checks, "name", &boxed, None, Some(3))).len(), 1);
        assert_eq!(said(|checks| Box::new(Bad).check(checks)), ["food: is missing"]);
        assert_eq!(said(|checks| Some(Box::new(Bad)).check(checks)), ["food: is missing"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever the bytes of its characters are.
        #[test]
        fn a_text_is_taken_if_and_only_if_its_characters_fit(
            text in prop::collection::vec(prop::sample::select(vec!['a', 'é', '家', '😀']), 0..12),
            min in prop::option::of(0..12_usize),
            max in prop::option::of(0..12_usize),
        ) {
            let (count, text) = (text.len(), text.into_iter().collect::<String>());
            let fits = min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max);
            let refused = said(|checks| length(checks, "name", &text, min, max));
            prop_assert_eq!(refused.is_empty(), fits, "{:?} {:?} {:?} {:?}", text, min, max, refused);
        }
    }

    #[test]
    fn a_place_has_names_and_indices() {
        let lists = Some(vec![vec!["a".to_owned()], vec!["b".to_owned(), "cc".to_owned()]]);
        let found = said(|checks| length(checks, "grid", &lists, None, Some(1)));
        assert_eq!(found, ["grid[1][1]: must have at most 1 character, not 2"]);
        let map = BTreeMap::from([("key".to_owned(), 3_i64)]);
        let found = said(|checks| range(checks, "map", &map, None, Some(Number::Int(2))));
        assert_eq!(found, ["map.key: must be at most 2"]);
    }

    #[test]
    fn ranges_are_exact_beyond_the_precision_of_a_float() {
        let limit = Some(Number::Int(i64::MAX - 1));
        assert_eq!(said(|checks| range(checks, "n", &i64::MAX, None, limit)).len(), 1);
        assert_eq!(said(|checks| range(checks, "n", &(i64::MAX - 1), None, limit)).len(), 0);
        assert_eq!(
            said(|checks| range(checks, "n", &0.5, Some(Number::Int(1)), None)),
            ["n: must be at least 1"]
        );
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for good in ["2024-02-29", "2000-02-29", "2025-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2024-02-30",
            "2025-02-29",
            "2025-04-31",
            "2025-12-32",
            "2025-13-01",
            "2025-00-01",
            "2025-01-00",
            "2025-1-1",
            "2025-01-01-",
            "",
            "+025-01-01",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn json_inside_of_texts_is_whole() {
        let texts =
            vec!["{\"a\": 1}".to_owned(), "null".to_owned(), String::new(), "{".to_owned(), "1 2".to_owned()];
        assert_eq!(
            said(|checks| json(checks, "data", &texts)),
            [2, 3, 4].map(|at| format!("data[{at}]: must be JSON inside a string"))
        );
    }

    #[test]
    fn a_condition_looks_inside_of_lists_and_options() {
        assert!(is_set(&Some(vec![1_i64, 2]), &[Literal::Int(2)]));
        assert!(!is_set(&None::<i64>, &[Literal::Int(2)]));
        assert!(is_set(&"b".to_owned(), &[Literal::String("a"), Literal::String("b")]));
        for (number, is) in [(0.5, true), (2.0, true), (1.5, false), (f64::NAN, false)] {
            assert_eq!(is_set(&number, &[Literal::Float(0.5), Literal::Int(2)]), is, "{number}");
        }
    }
}
