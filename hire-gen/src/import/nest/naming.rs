//! The evidence of words in names: `chat_tab_config` is a field of a `chat.tab`, and `phone_value` one beside `text_value`.

use std::collections::BTreeMap;

use super::Flat;

/// The words of every row's name and of its type's, as numbers.
pub(super) struct Naming {
    names: Vec<Vec<u32>>,
    types: Vec<Vec<u32>>,
}

impl Naming {
    pub(super) fn of(rows: &[Flat<'_>]) -> Self {
        let known = EMPTY.into_iter().chain(PARTNERS.into_iter().flatten());
        let mut numbers: BTreeMap<String, u32> =
            known.zip(0..).map(|(word, at)| (word.to_owned(), at)).collect();
        let mut number = |text: &str| {
            let numbered = words(text).into_iter().map(|word| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(word).or_insert(next)
            });
            numbered.collect()
        };
        let names = rows.iter().map(|row| number(row.name)).collect();
        let types = rows.iter().map(|row| number(row.type_name.unwrap_or_default())).collect();
        Self { names, types }
    }

    /// How well the type of a field takes up that of an object: the words before its last one begin with those of the
    /// object's type, or end like them.
    pub(super) fn takes_up(&self, object: usize, field: usize) -> i32 {
        let (Some(outer), Some(inner)) = (self.types.get(object), self.types.get(field)) else {
            return 0;
        };
        let Some((_, stem)) = inner.split_last() else { return 0 };
        let name = self.names.get(field).map_or(&[][..], Vec::as_slice);
        let tail = outer.len().saturating_sub(2);
        match outer.len() {
            0 => 0,
            // A `property` of type `table_property` is one of a `table`; a `table_cell` of this type may be beside it.
            1 if stem == outer && !name.starts_with(outer) => 10,
            1 => 0,
            _ if name.starts_with(outer) => 0,
            _ if stem.starts_with(outer) => 10,
            _ if outer
                .get(tail..)
                .is_some_and(|tail| stem.ends_with(tail) || self.owner_ends(field, tail)) =>
            {
                10
            }
            _ => 0,
        }
    }

    /// Whether the words of a type before the name of its field end in these words: `field_property` in an `auto_serial` of
    /// type `app_field_property_auto_serial`.
    fn owner_ends(&self, field: usize, words: &[u32]) -> bool {
        self.owner(field).is_some_and(|owner| owner.ends_with(words))
    }

    /// How many words a field's type and that of an object begin with, if these are the object's whole type.
    pub(super) fn closeness(&self, object: usize, field: usize) -> usize {
        let (Some(outer), Some(inner)) = (self.types.get(object), self.types.get(field)) else { return 0 };
        if inner.len() > outer.len() && inner.starts_with(outer) { outer.len() } else { 0 }
    }

    /// The words of a type before the name of its field: `table` in a `sort_order` of type `table_sort_order`.
    fn owner(&self, field: usize) -> Option<&[u32]> {
        let name = self.names.get(field).filter(|name| !name.is_empty())?;
        self.types.get(field)?.strip_suffix(name.as_slice()).filter(|owner| !owner.is_empty())
    }

    /// Whether the type of a field takes up only the first word of an object's: `table_sort_order` and `table_view`.
    pub(super) fn is_of_family(&self, object: usize, field: usize) -> bool {
        let (Some(owner @ [_]), Some(outer)) = (self.owner(field), self.types.get(object)) else {
            return false;
        };
        outer.len() > 1 && outer.starts_with(owner)
    }

    /// Whether an object's type is the part of a field's type before its name.
    pub(super) fn is_owner(&self, object: usize, field: usize) -> bool {
        self.owner(field).is_some_and(|owner| self.types.get(object).is_some_and(|outer| outer == owner))
    }

    /// Whether the types of two rows begin with the same word.
    pub(super) fn same_first_type(&self, a: usize, b: usize) -> bool {
        let first = |row: usize| self.types.get(row).and_then(|words| words.first());
        first(a).is_some_and(|word| first(b) == Some(word))
    }

    /// Whether two names of several words begin with the same one.
    pub(super) fn same_start(&self, a: usize, b: usize) -> bool {
        let (Some([a, _, ..]), Some([b, _, ..])) =
            (self.names.get(a).map(Vec::as_slice), self.names.get(b).map(Vec::as_slice))
        else {
            return false;
        };
        a == b && says_something(*a)
    }

    /// Whether a name is that of the identifiers of objects: `follower_ids` of `followers`.
    pub(super) fn are_ids(&self, objects: usize, ids: usize) -> bool {
        let name = |row: usize| {
            let words = self.names.get(row).map_or(&[][..], Vec::as_slice);
            words.strip_suffix(&[LIST]).unwrap_or(words)
        };
        name(ids).strip_suffix(&[ID]).is_some_and(|stem| !stem.is_empty() && stem == name(objects))
    }

    /// Whether two names share a word that is not common.
    pub(super) fn share_word(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.names.get(a), self.names.get(b)) else { return false };
        a.iter().any(|word| says_something(*word) && b.contains(word))
    }

    /// Whether two names differ in partners only: `start_time` and `end_time`.
    pub(super) fn are_partners(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.names.get(a), self.names.get(b)) else { return false };
        a != b && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || partner(*a) == Some(*b))
    }

    /// Whether all of these names have several words and end in the same one, and another name does not.
    pub(super) fn ends_apart(&self, beside: impl Iterator<Item = usize>, at: usize) -> bool {
        let last = |row: usize| match self.names.get(row).map(Vec::as_slice) {
            Some([.., _, last]) => Some(*last),
            _ => None,
        };
        let mut beside = beside.map(last);
        let Some(Some(word)) = beside.next() else { return false };
        says_something(word)
            && self.names.get(at).and_then(|name| name.last()) != Some(&word)
            && beside.all(|other| other == Some(word))
    }

    /// Whether two names of several words end in the same one, or their types differ in the last word only.
    pub(super) fn akin(&self, a: usize, b: usize) -> bool {
        same_end(&self.names, a, b) || same_stem(&self.types, a, b)
    }
}

/// Last words of names that are common to fields of any object.
const EMPTY: [&str; 6] = ["list", "id", "info", "name", "data", "time"];

/// The numbers of the first two.
const LIST: u32 = 0;
const ID: u32 = 1;

/// Words for two halves or ends, whose fields are beside each other.
const PARTNERS: [[&str; 2]; 12] = [
    ["min", "max"],
    ["start", "end"],
    ["from", "to"],
    ["width", "height"],
    ["row", "column"],
    ["x", "y"],
    ["latitude", "longitude"],
    ["before", "after"],
    ["old", "new"],
    ["create", "update"],
    ["created", "updated"],
    ["first", "last"],
];

/// The other word of a pair. Their numbers follow those of common words.
fn partner(word: u32) -> Option<u32> {
    let first = u32::try_from(EMPTY.len()).ok()?;
    let at =
        word.checked_sub(first).filter(|at| usize::try_from(at / 2).is_ok_and(|at| at < PARTNERS.len()))?;
    Some(first + (at ^ 1))
}

fn same_end(words: &[Vec<u32>], a: usize, b: usize) -> bool {
    let (Some([.., _, a]), Some([.., _, b])) =
        (words.get(a).map(Vec::as_slice), words.get(b).map(Vec::as_slice))
    else {
        return false;
    };
    a == b && says_something(*a)
}

/// Whether a word is not common; common words have the lowest numbers.
fn says_something(word: u32) -> bool {
    usize::try_from(word).is_ok_and(|word| word >= EMPTY.len())
}

fn same_stem(words: &[Vec<u32>], a: usize, b: usize) -> bool {
    let (Some([a @ .., _]), Some([b @ .., _])) =
        (words.get(a).map(Vec::as_slice), words.get(b).map(Vec::as_slice))
    else {
        return false;
    };
    a.len() > 1 && a == b
}

/// `chatTab_config` → `chat`, `tab`, `config`; a plural is its singular.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for c in text.chars() {
        if !c.is_alphanumeric() || c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        if (word.len() > 3 || word == "ids") && word.ends_with('s') {
            word.pop();
        }
    }
    words
}
