//! A small example request: the required fields, those that conditions then require, and some optional ones.
//!
//! Values come from the documented example, from the fields' own examples, or are plain ones within the limits.

use serde_json::Value;

use crate::resolve::ir::{
    Api, Base, Condition, Endpoint, Field, Format, Kind, Limits, Literal, Number, RequiredWhen, Safety,
    Shape, Test, TypeId, Variant,
};

/// The most optional fields of a request.
const SHOWN: usize = 4;
/// The most optional fields of an object inside it.
const SHOWN_INSIDE: usize = 2;
/// The deepest nesting of objects.
const DEPTH: usize = 3;
/// The longest optional text; longer ones would hide the call.
const LONG: usize = 60;
/// The longest text that is written out.
pub(crate) const FILLED: usize = 200;
/// The most items of a list that are written out.
pub(crate) const REPEATED: usize = 10;
/// The first of January 2026, in milliseconds and in seconds.
const MILLIS: i64 = 1_767_225_600_000;

/// Fields with their values, in the order of the file.
pub(crate) type Members<'a> = Vec<(&'a Field, Sample<'a>)>;

/// A value.
pub(crate) enum Sample<'a> {
    /// A type and what is in it.
    Object(TypeId, Members<'a>),
    List(Vec<Sample<'a>>),
    /// The same item this many times.
    Repeated(Box<Sample<'a>>, u64),
    /// One member of a map, or none.
    Map(Option<(String, Box<Sample<'a>>)>),
    Variant(TypeId, &'a Variant),
    Text(String),
    /// This many characters.
    Filler(u64),
    /// Milliseconds or seconds since 1970 in a string.
    Time(i64),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// Text of any JSON.
    Json(String),
    File,
}

/// The path, query and body of a request to show.
pub(crate) fn request<'a>(api: &'a Api, endpoint: &'a Endpoint) -> Members<'a> {
    let example = endpoint.request_example.as_ref();
    let example = example.and_then(|example| serde_json::from_str::<Value>(&example.text).ok());
    let none = None::<&Value>;
    let parameters = endpoint
        .path_params
        .iter()
        .chain(&endpoint.query)
        .chain(&endpoint.headers)
        .map(|field| (field, none));
    let body = endpoint.body.iter().flatten();
    let body = body.map(|field| {
        let known = example.as_ref();
        (field, if field.whole { known } else { known.and_then(|example| example.get(&field.wire)) })
    });
    let fields: Vec<_> = parameters.chain(body).collect();
    let mut sampler = Sampler { api, endpoint, open: Vec::new() };
    sampler.members(&fields, SHOWN)
}

struct Sampler<'a> {
    api: &'a Api,
    endpoint: &'a Endpoint,
    /// The types around the current value.
    open: Vec<TypeId>,
}

/// A field and its value in the documented example.
type Known<'a, 'e> = (&'a Field, Option<&'e Value>);

impl<'a> Sampler<'a> {
    fn members(&mut self, fields: &[Known<'a, '_>], room: usize) -> Members<'a> {
        let mut picked: Vec<Option<Sample<'a>>> = fields
            .iter()
            .map(|(field, example)| if must(field) { self.sample(field, *example) } else { None })
            .collect();
        for (index, (field, example)) in self.optional(fields).into_iter().take(room) {
            if let Some(slot @ None) = picked.get_mut(index) {
                *slot = self.sample(field, example);
            }
        }
        // A newly required field may require another one; every round fills a field or is the last.
        while let Some((index, sample)) = self.now_required(fields, &picked) {
            if let Some(slot) = picked.get_mut(index) {
                *slot = Some(sample);
            }
        }
        fields.iter().zip(picked).filter_map(|((field, _), sample)| Some((*field, sample?))).collect()
    }

    /// Optional fields that are useful to show, best first.
    fn optional<'e>(&self, fields: &[Known<'a, 'e>]) -> Vec<(usize, Known<'a, 'e>)> {
        let mut found: Vec<(u8, usize, Known<'a, 'e>)> = Vec::new();
        for (index, (field, example)) in fields.iter().enumerate() {
            let conditional = matches!(field.required_when, Some(RequiredWhen::All(_)));
            if must(field) || conditional || !self.shows(field) {
                continue;
            }
            let rank = match field {
                _ if self.endpoint.safety == Safety::Keyed(field.wire.clone()) => 0,
                _ if field.required_when.is_some() => 1,
                _ if example.is_some_and(worth_showing) => 2,
                _ if field.example.as_ref().is_some_and(|example| worth_showing(&plain(example))) => 3,
                _ => continue,
            };
            found.push((rank, index, (field, *example)));
        }
        found.sort_by_key(|(rank, index, _)| (*rank, *index));
        found.into_iter().map(|(_, index, known)| (index, known)).collect()
    }

    fn shows(&self, field: &Field) -> bool {
        let asked = self.endpoint.paging.as_ref().and_then(|paging| paging.asked().rsplit('.').next());
        let turns_pages = asked == Some(field.wire.as_str());
        let nested = matches!(field.ty.base, Base::Type(id) if self.is_object(id));
        let deep = nested && self.open.len() >= DEPTH;
        let usable = field.unusable.is_none() && field.deprecated.is_none() && field.limits.fixed.is_none();
        usable && !turns_pages && !deep
    }

    fn is_object(&self, id: TypeId) -> bool {
        matches!(self.api.type_(id).map(|ty| &ty.kind), Some(Kind::Object(_)))
    }

    /// A missing field that other fields require.
    fn now_required(
        &mut self,
        fields: &[Known<'a, '_>],
        picked: &[Option<Sample<'a>>],
    ) -> Option<(usize, Sample<'a>)> {
        let sibling = |wire: &str| {
            let found = fields.iter().zip(picked).find(|((field, _), _)| field.wire == wire);
            found.and_then(|(_, sample)| sample.as_ref())
        };
        let missing = fields.iter().zip(picked).enumerate().filter(|(_, ((field, _), sample))| {
            let Some(RequiredWhen::All(conditions)) = &field.required_when else { return false };
            let usable = field.unusable.is_none() && field.limits.fixed.is_none();
            sample.is_none()
                && usable
                && conditions.iter().all(|condition| holds(condition, sibling(&condition.field)))
        });
        // If one of two is required, take the one that is not deprecated.
        let mut missing: Vec<_> = missing.collect();
        missing.sort_by_key(|(_, ((field, _), _))| field.deprecated.is_some());
        let mut missing = missing.into_iter();
        missing.find_map(|(index, ((field, example), _))| Some((index, self.sample(field, *example)?)))
    }

    /// `None` if nothing sensible can be shown, which never applies to required fields.
    fn sample(&mut self, field: &'a Field, example: Option<&Value>) -> Option<Sample<'a>> {
        let own = field.example.as_ref().map(plain);
        let example = example.filter(|example| worth_showing(example)).or(own.as_ref());
        self.listed(field, field.ty, example)
    }

    fn listed(&mut self, field: &'a Field, ty: Shape, example: Option<&Value>) -> Option<Sample<'a>> {
        if ty.is_map() {
            let member = example.and_then(Value::as_object).and_then(|members| members.iter().next());
            let (key, inner) =
                member.map_or(("key".to_owned(), None), |(key, value)| (key.clone(), Some(value)));
            if self.holds_itself(field) {
                return Some(Sample::Map(None));
            }
            let member = self.listed(field, Shape { maps: ty.maps - 1, ..ty }, inner)?;
            return Some(Sample::Map(Some((key, Box::new(member)))));
        }
        if ty.list == 0 {
            return self.one(field, example);
        }
        let inner = Shape { list: ty.list - 1, ..ty };
        let items: Vec<Option<&Value>> = match example {
            Some(Value::Array(items)) if !items.is_empty() => items.iter().map(Some).collect(),
            other => vec![other],
        };
        let outermost = ty.list == field.ty.list;
        let least = if outermost { field.limits.min_items.unwrap_or(1).max(1) } else { 1 };
        // A list of its own type is empty: its items would need one, too.
        if self.holds_itself(field) {
            return Some(Sample::List(Vec::new()));
        }
        if least > REPEATED as u64 {
            let item = self.listed(field, inner, items.first().copied().flatten())?;
            return Some(Sample::Repeated(Box::new(item), least));
        }
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        let items = items.iter().cycle().take(least).map(|item| self.listed(field, inner, *item));
        items.collect::<Option<Vec<_>>>().map(Sample::List)
    }

    /// Whether a required list or map would contain the type of the current value.
    fn holds_itself(&self, field: &Field) -> bool {
        must(field) && matches!(field.ty.base, Base::Type(id) if self.open.contains(&id))
    }

    fn one(&mut self, field: &'a Field, example: Option<&Value>) -> Option<Sample<'a>> {
        Some(match field.ty.base {
            Base::String if matches!(field.format, Some(Format::Ms | Format::S)) => {
                Sample::Time(time(field.format, example))
            }
            Base::String => text(field, example),
            Base::Int => Sample::Int(example.and_then(whole).unwrap_or_else(|| small(&field.limits))),
            Base::Float => {
                Sample::Float(example.and_then(Value::as_f64).unwrap_or(small(&field.limits) as f64))
            }
            Base::Bool => Sample::Bool(example.and_then(Value::as_bool).unwrap_or(true)),
            Base::Json => Sample::Json(example.map_or_else(|| "{}".to_owned(), Value::to_string)),
            Base::File => Sample::File,
            Base::Type(id) => return self.declared(field, id, example),
        })
    }

    fn declared(&mut self, field: &'a Field, id: TypeId, example: Option<&Value>) -> Option<Sample<'a>> {
        match &self.api.type_(id)?.kind {
            Kind::Enum { variants, .. } => variant(variants, example).map(|one| Sample::Variant(id, one)),
            Kind::Object(_) if self.open.contains(&id) && !must(field) => None,
            Kind::Object(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|field| (field, example.and_then(|example| example.get(&field.wire))))
                    .collect();
                self.open.push(id);
                let members = self.members(&fields, SHOWN_INSIDE);
                self.open.pop();
                let empty = members.is_empty() && !must(field);
                (!empty).then_some(Sample::Object(id, members))
            }
        }
    }
}

/// It is an argument of `new`.
fn must(field: &Field) -> bool {
    field.required && field.unusable.is_none() && field.limits.fixed.is_none()
}

/// Not empty, and not so long that it hides everything else.
fn worth_showing(example: &Value) -> bool {
    match example {
        Value::Null => false,
        Value::String(text) => !text.is_empty() && text.chars().count() <= LONG,
        Value::Array(items) => items.first().is_some_and(worth_showing),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a condition holds, as the client judges it.
fn holds(condition: &Condition, sibling: Option<&Sample<'_>>) -> bool {
    match &condition.test {
        Test::Is(values) => values.iter().any(|value| sibling.is_some_and(|sample| is(sample, &value.value))),
        Test::Contains(value) => sibling.is_some_and(|sample| is(sample, &value.value)),
        Test::Present => sibling.is_some(),
        Test::Absent => sibling.is_none(),
    }
}

fn is(sample: &Sample<'_>, literal: &Literal) -> bool {
    match (sample, literal) {
        (Sample::List(items), _) => items.iter().any(|item| is(item, literal)),
        (Sample::Repeated(item, _), _) => is(item, literal),
        (Sample::Variant(_, variant), _) => variant.value == *literal,
        (Sample::Text(text), Literal::String(other)) => text == other,
        (Sample::Int(number), Literal::Int(other)) => number == other,
        (Sample::Bool(flag), Literal::Bool(other)) => flag == other,
        _ => false,
    }
}

/// The value of the example, or the first unused one.
fn variant<'a>(variants: &'a [Variant], example: Option<&Value>) -> Option<&'a Variant> {
    let current = || variants.iter().filter(|variant| variant.deprecated.is_none());
    let wanted = example.and_then(|example| current().find(|one| plain(&one.value) == *example));
    wanted.or_else(|| current().next()).or(variants.first())
}

fn time(format: Option<Format>, example: Option<&Value>) -> i64 {
    let known = example.and_then(|example| match example {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    });
    known.unwrap_or(if format == Some(Format::S) { MILLIS / 1000 } else { MILLIS })
}

/// An example converted to the type of its field: pages write the ID `1` for `"1"`.
fn text<'a>(field: &Field, example: Option<&Value>) -> Sample<'a> {
    match example {
        Some(Value::String(text)) => return Sample::Text(text.clone()),
        Some(other @ (Value::Number(_) | Value::Bool(_))) => return Sample::Text(other.to_string()),
        _ => {}
    }
    match (field.format, field.limits.min_length) {
        (Some(Format::Date), _) => return Sample::Text("2026-01-31".to_owned()),
        (Some(Format::Json), _) => return Sample::Text("{}".to_owned()),
        (_, Some(least)) if least > FILLED as u64 => return Sample::Filler(least),
        _ => {}
    }
    let count = |limit: Option<u64>| limit.and_then(|limit| usize::try_from(limit).ok());
    let most = count(field.limits.max_length).unwrap_or(usize::MAX);
    let mut text: String = field.wire.chars().take(most).collect();
    while text.chars().count() < count(field.limits.min_length).unwrap_or_default() {
        text.push('x');
    }
    Sample::Text(text)
}

fn whole(example: &Value) -> Option<i64> {
    example.as_i64().or_else(|| example.as_str()?.parse().ok())
}

/// The nearest allowed whole number.
fn small(limits: &Limits) -> i64 {
    let whole = |limit: Option<Number>, round: fn(f64) -> f64| {
        limit.map(|limit| match limit {
            Number::Int(number) => number,
            Number::Float(number) => round(number) as i64,
        })
    };
    let least = whole(limits.minimum, f64::ceil).unwrap_or(i64::MIN);
    let most = whole(limits.maximum, f64::floor).unwrap_or(i64::MAX);
    1.max(least).min(most)
}

/// A literal as JSON.
pub(crate) fn plain(literal: &Literal) -> Value {
    match literal {
        Literal::String(text) => Value::from(text.as_str()),
        Literal::Int(number) => Value::from(*number),
        Literal::Float(number) => Value::from(*number),
        Literal::Bool(flag) => Value::from(*flag),
        Literal::List(items) => items.iter().map(plain).collect(),
    }
}
