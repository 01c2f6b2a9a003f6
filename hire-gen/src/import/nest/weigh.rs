//! How likely a row is at a place: every rule of the search, each a few lines.

use std::collections::BTreeSet;

use super::example::shown;
use super::likeness::topics;
use super::{Flat, Frame, Index, MANY, NONE, SOON, Search, shows_kinds};

impl<'a> Search<'a> {
    /// How well a row fits into an object.
    pub(super) fn weigh(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(at) else { return 0 };
        let mut weight = 0;
        let name = self.names.get(at);
        if self.fields(frame.last).any(|field| self.names.get(field as usize) == name) {
            weight -= 150;
        }
        weight += if self.is_free(frame, at) { -8 } else { self.weigh_example(frame, row) };
        weight += self.weigh_likeness(frame, row.name);
        weight += self.weigh_words(frame, row);
        weight += self.weigh_text(frame, at);
        weight += self.weigh_variants(frame, at);
        weight += self.weigh_naming(frame, at);
        weight += self.weigh_path(frame, at);
        weight += self.weigh_pattern(frame, at);
        weight += self.weigh_kind(frame, at);
        weight += self.weigh_owner(frame, at);
        if self.has_all_kinds(frame) {
            weight -= 6;
        }
        if self.is_pair(frame) {
            weight -= 4;
        }
        let within = self.reach.get(frame.row as usize).copied().unwrap_or(usize::MAX);
        if at > within {
            weight -= 4;
        }
        if at > frame.until {
            weight -= 20;
        }
        weight
    }

    /// Weighs the examples. An example whose objects each contain a different object shows only some kinds.
    fn weigh_example(&self, frame: &Frame<'a>, row: &Flat<'a>) -> i32 {
        let weight = shown(frame, row);
        let is_list = self.rows.get(frame.row as usize).is_some_and(|row| row.list);
        let some = row.opens && frame.shape.is_some_and(|shape| shows_kinds(is_list, shape));
        if some { weight.max(-2) } else { weight }
    }

    /// The evidence of other objects of the same type.
    fn weigh_likeness(&self, frame: &Frame<'a>, name: &str) -> i32 {
        if let Some(template) = frame.template {
            let expected = template.fields.get(usize::from(frame.fields)).is_some_and(|field| field == name);
            let weight = match (expected, template.fields.iter().any(|field| field == name)) {
                (true, _) => 8,
                (false, true) => 5,
                (false, false) => -9,
            };
            return if template.same_table { weight } else { weight / 2 };
        }
        if frame.like == NONE {
            return 0;
        }
        let before: Vec<Index> = self.fields(frame.like).collect();
        // Links run backwards.
        let expected = before.len().checked_sub(1 + usize::from(frame.fields)).and_then(|at| before.get(at));
        if expected.is_some_and(|field| self.name(*field) == name) {
            6
        } else if before.iter().any(|field| self.name(*field) == name) {
            3
        } else {
            -5
        }
    }

    /// The evidence of names alone.
    fn weigh_words(&self, frame: &Frame<'a>, row: &Flat<'a>) -> i32 {
        let mut weight = 0;
        let previous = (frame.last != NONE).then(|| self.links.get(frame.last as usize)).flatten();
        let previous = previous.map(|link| self.name(link.row));
        let locale = is_locale(row.name);
        if let Some(previous) = previous {
            if locale && is_locale(previous) {
                weight += 4;
            } else if is_locale(previous) && !locale {
                weight -= 4;
            }
        } else if locale {
            weight += 4;
        }
        if row.name == "id" && frame.row != NONE {
            weight += if frame.fields == 0 { 3 } else { -4 };
        }
        let around = self.rows.get(frame.row as usize).map(|row| row.name);
        let of_pages = matches!(row.name, "has_more" | "page_token" | "next_page_token" | "total");
        if of_pages {
            weight += if matches!(around, None | Some("data")) { 5 } else { -2 };
        }
        let shown = frame.shape.is_some_and(|shape| shape.position(row.name).is_some());
        if around == Some("data") && !of_pages && !shown && self.begins_with_object(frame) {
            // Answers that begin with an object hold nothing else besides what paging needs.
            weight -= 6;
        }
        if around.is_some_and(|around| takes_up(around, row.name)) {
            weight += 2;
        }
        weight
    }

    /// The evidence of words in names and types, and of rows that an object already has.
    fn weigh_naming(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(at).filter(|_| frame.row != NONE) else { return 0 };
        let mut weight = 0;
        let object = frame.row as usize;
        if self.repeats(frame, at) {
            weight -= 6;
        }
        if !row.opens {
            return weight;
        }
        let kind = self.kinds.get(at).copied().unwrap_or(NONE);
        let is_kind = |row: usize| kind != NONE && self.kinds.get(row) == Some(&kind);
        if is_kind(object) {
            weight -= 5;
        }
        let beside = || self.fields(frame.last).take(SOON).map(|field| field as usize);
        let beside = || beside().filter(|field| self.rows.get(*field).is_some_and(|row| row.opens));
        if beside().any(is_kind) {
            weight += 4;
        }
        // The name of a type with many places is no evidence for one of them, unless the object's type has as many
        // places.
        let places = |kind: Index| self.kinds.iter().filter(|other| **other == kind).count();
        let of_object = self.kinds.get(object).copied().filter(|kind| *kind != NONE);
        let count = places(kind);
        if count < MANY || of_object.is_some_and(|kind| count <= places(kind)) {
            weight += match self.naming.takes_up(object, at) {
                _ if self.ends_closer(frame, at) => 0,
                0 if self.is_of_family(frame, at) => 5,
                0 if self.naming.is_owner(object, at) && !self.ends_family(object, at) => 10,
                weight => weight,
            };
            weight += match beside().filter(|field| self.naming.akin(*field, at)).count() {
                0 => 0,
                1 => 4,
                _ => 6,
            };
        }
        weight
    }

    /// The evidence of types that are paths: `app.table.field.description` is beside `app.table.field.property`.
    fn weigh_path(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let path = |row: usize| Some(self.rows.get(row)?.type_name?.rsplit_once('.')?.0);
        let Some(of_row) = path(at).filter(|path| path.contains('.')) else { return 0 };
        let mut beside = self.fields(frame.last).take(SOON);
        if beside.any(|field| path(field as usize) == Some(of_row)) { 10 } else { 0 }
    }

    /// Whether an object in this one, which would have ended, is closer to a row by its type.
    fn ends_closer(&self, frame: &Frame<'a>, at: usize) -> bool {
        let object = frame.row as usize;
        let closeness = |object: usize| self.naming.closeness(object, at);
        let least = closeness(object).max(1);
        (object + 1..at).rev().take(SOON).any(|inside| closeness(inside) > least)
    }

    /// Whether an object in this one, which would have ended, is of the same family as a row.
    fn ends_family(&self, object: usize, at: usize) -> bool {
        (object + 1..at).rev().take(SOON).any(|inside| self.naming.is_of_family(inside, at))
    }

    /// Whether the rows below a row are called like the fields of an object: then it is an object beside this one.
    fn repeats(&self, frame: &Frame<'a>, at: usize) -> bool {
        let fields = usize::from(frame.fields);
        if !(2..=8).contains(&fields) {
            return false;
        }
        let below = self.names.iter().skip(at + 1).take(fields).rev();
        let mut mine = self.fields(frame.last).map(|field| self.names.get(field as usize));
        let below: Vec<_> = below.collect();
        below.len() == fields && below.into_iter().all(|name| mine.next() == Some(Some(name)))
    }

    fn begins_with_object(&self, frame: &Frame<'a>) -> bool {
        let first = self.fields(frame.last).last();
        first.and_then(|first| self.rows.get(first as usize)).is_some_and(|first| first.opens)
    }

    /// The evidence of objects side by side, such as the kinds of a block, of which each block has one.
    fn weigh_variants(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(at).filter(|row| row.is_object() && frame.row != NONE) else {
            return 0;
        };
        let opens = |field: Index| self.rows.get(field as usize).is_some_and(Flat::is_object);
        let whole = |field: Index| self.rows.get(field as usize).is_some_and(|row| !row.folded);
        let begins_plain = |field: Index| {
            whole(field) && self.rows.get(field as usize + 1).is_some_and(|first| !first.opens)
        };
        let mut weight = 0;
        let fields = i32::from(frame.fields);
        // A plain field that is known to be here does not separate them.
        let joins = |field: Index| opens(field) || self.is_known_in(frame, field);
        if fields > 2 && self.fields(frame.last).take(SOON).all(joins) {
            weight += fields.min(8) - self.unlike(frame, row);
        }
        if frame.fields == 0 && row.must_open && row.opens {
            let around = self.frames.get(frame.around as usize);
            let others = around.into_iter().flat_map(|around| self.fields(around.last)).skip(1).take(SOON);
            let others: Vec<Index> = others.collect();
            if others.len() >= 3 && others.iter().all(|field| opens(*field) && begins_plain(*field)) {
                weight -= 8;
            }
        }
        // An object beside others has what they have; one that is in another of them would have it twice.
        let Some(inner) = self.first_object(at) else { return weight };
        if self.fields(frame.last).any(|field| opens(field) && self.name(field) == inner) {
            weight -= 5;
        }
        let like = |field: Index| opens(field) && self.first_object(field as usize) == Some(inner);
        if self.fields(frame.last).take(8).any(like) {
            weight += 5;
        }
        weight
    }

    /// The cost of an object that differs from its siblings, which are kinds of one thing: all are named like their types,
    /// or most are described alike, as a table block and a list block are.
    fn unlike(&self, frame: &Frame<'a>, row: &Flat<'a>) -> i32 {
        let beside = || self.fields(frame.last).take(SOON).filter_map(|field| self.rows.get(field as usize));
        let count = beside().count();
        if count < MANY_VARIANTS {
            return 0;
        }
        let count = i32::try_from(count).unwrap_or(0);
        let is_named = |row: &Flat<'_>| row.type_name.is_none_or(|name| name == row.name);
        if beside().all(is_named) && !is_named(row) {
            return count + 5;
        }
        let like = |ending: &str| beside().filter(|row| !ending.is_empty() && row.ending == ending).count();
        let ending = beside().map(|row| row.ending).max_by_key(|ending| like(ending));
        let others = ending.filter(|ending| *ending != row.ending).map_or(0, like);
        i32::try_from(others).unwrap_or(0) * 2 / 3
    }

    /// How many of the last objects in an object have descriptions that end in a word.
    fn ending_alike(&self, frame: &Frame<'a>, ending: &str) -> usize {
        let alike = |row: &&Flat<'_>| row.is_object() && row.ending == ending;
        let beside = self.fields(frame.last).take(SOON).filter_map(|field| self.rows.get(field as usize));
        beside.filter(alike).count()
    }

    /// Whether the type of a field takes up the first word of an object's, and no object around is closer to it.
    fn is_of_family(&self, frame: &Frame<'a>, at: usize) -> bool {
        let around = std::iter::successors(Some(frame), |frame| self.frames.get(frame.around as usize));
        let mut around = around.map(|frame| frame.row as usize);
        self.naming.is_of_family(frame.row as usize, at) && !around.any(|row| self.naming.is_owner(row, at))
    }

    /// The evidence of patterns that fields beside each other follow.
    fn weigh_pattern(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(at) else { return 0 };
        let beside = || self.fields(frame.last).take(SOON).map(|field| field as usize);
        if !row.is_object() {
            return self.weigh_plain_name(frame, at) - self.among_objects(frame);
        }
        if frame.row == NONE {
            return 0;
        }
        let mut weight = 0;
        // Kinds of one thing are described alike.
        if !row.ending.is_empty() {
            weight += match self.ending_alike(frame, row.ending) {
                0 | 1 => 0,
                2 => 3,
                _ => 5,
            };
        }
        if let Some(own) = self.own_fields(at) {
            weight += match beside().filter(|field| self.own_fields(*field) == Some(own)).count() {
                0 => 0,
                1 => 3,
                _ => 6,
            };
        }
        weight
    }

    /// Weighs the name of a plain field against those of its siblings.
    fn weigh_plain_name(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let beside = || self.fields(frame.last).take(SOON).map(|field| field as usize);
        let is_list = |row: usize| self.rows.get(row).is_some_and(|row| row.list);
        // `follower_ids` are beside `followers`, and a `task_external_id` is beside a `task_id`.
        let weight = if beside().any(|field| is_list(field) && self.naming.are_ids(field, at)) {
            5
        } else if beside().any(|field| self.naming.same_start(field, at)) {
            3
        } else {
            let plain = |field: &usize| self.rows.get(*field).is_some_and(|row| !row.is_object());
            2 * i32::from(beside().filter(plain).any(|field| self.naming.share_word(field, at)))
        };
        let before = beside().next();
        let follows = before.is_some_and(|before| self.naming.are_partners(before, at));
        let weight = if follows { weight + 2 } else { weight };
        let alike = before.is_some_and(|before| before + 1 == at && self.begins_alike(before, at));
        let weight = if alike { weight + 3 } else { weight };
        // An object with a `row_span` and a `col_span` may have nothing else.
        if frame.fields >= 2 && self.naming.ends_apart(beside(), at) { weight - 3 } else { weight }
    }

    /// Whether the descriptions of two plain fields begin with the same eight letters.
    fn begins_alike(&self, before: usize, at: usize) -> bool {
        let about =
            |row: usize| self.rows.get(row).filter(|row| !row.is_object()).map_or("", |row| row.about);
        let common = about(before).chars().zip(about(at).chars()).take_while(|(a, b)| a == b);
        common.filter(|(c, _)| c.is_alphanumeric()).count() >= 8
    }

    /// The cost of a plain field after two or more objects and nothing else; less if something is before them.
    fn among_objects(&self, frame: &Frame<'a>) -> i32 {
        if frame.row == NONE {
            return 0;
        }
        let is_object = |field: Index| self.rows.get(field as usize).is_some_and(Flat::is_object);
        match self.fields(frame.last).take_while(|field| is_object(*field)).count() {
            objects if objects == usize::from(frame.fields) && objects > 1 => 5,
            2 => 1,
            _ => 0,
        }
    }

    /// The words after the object's name in the names of its first two fields: `id` and `name` in a `unit` with `unit_id` and
    /// `unit_name`.
    fn own_fields(&self, at: usize) -> Option<(&'a str, &'a str)> {
        let row = self.rows.get(at).filter(|row| row.opens)?;
        let own = |field: usize| {
            let name = self.rows.get(field)?.name;
            let rest = name.strip_prefix(row.name).or_else(|| name.strip_prefix(row.type_name?))?;
            rest.strip_prefix('_')
        };
        Some((own(at + 1)?, own(at + 2)?))
    }

    /// The first object of a named type that comes soon after a row.
    fn first_object(&self, at: usize) -> Option<&'a str> {
        if self.rows.get(at).is_some_and(|row| row.folded) {
            return None;
        }
        self.rows.iter().skip(at + 1).take(SOON).find(|row| row.type_name.is_some()).map(|row| row.name)
    }

    /// Evidence of values: an object with a `type` contains an object for each of its values, and rarely others.
    fn weigh_kind(&self, frame: &Frame<'a>, at: usize) -> i32 {
        if frame.row == NONE || !self.rows.get(at).is_some_and(Flat::is_object) {
            return 0;
        }
        let beside = || self.fields(frame.last).map(|field| field as usize);
        if beside().any(|field| self.variants.names(field, at)) {
            return 8;
        }
        let named = |kind: usize| beside().filter(|field| self.variants.names(kind, *field)).count();
        let excludes = |kind: &usize| self.variants.tells_apart(*kind) && !self.variants.begins(*kind, at);
        let apart = beside().filter(excludes).any(|kind| named(kind) >= MANY);
        if apart || self.is_stranger(frame, at) { -5 } else { 0 }
    }

    /// Whether an object is a key and its value.
    fn is_pair(&self, frame: &Frame<'a>) -> bool {
        let last = self.fields(frame.last).next();
        frame.row != NONE && frame.fields == 2 && last.is_some_and(|last| self.name(last) == "value")
    }

    /// Whether an object has an object for each value of its `type`.
    fn has_all_kinds(&self, frame: &Frame<'a>) -> bool {
        let fields = || self.fields(frame.last).map(|field| field as usize);
        let named = |kind: usize| fields().filter(|field| self.variants.names(kind, *field)).count();
        let values = |kind: usize| self.rows.get(kind).map_or(usize::MAX, |row| row.values.len());
        let mut kinds = fields().filter(|field| self.variants.tells_apart(*field));
        kinds.any(|kind| named(kind) >= values(kind))
    }

    /// The evidence of other tables that have the row, with its description.
    fn weigh_owner(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(name) = self.type_name(frame) else { return 0 };
        if self.apart.get(at).copied().flatten().is_some_and(|types| types.contains(name)) {
            return -12;
        }
        let Some(owners) = self.owners(at) else { return 0 };
        match owners.contains(name) {
            false => -12,
            true if owners.len() == 1 => 12,
            true => 0,
        }
    }

    /// Whether other tables have a plain field in objects of this one's type, and in no other type.
    fn is_known_in(&self, frame: &Frame<'a>, field: Index) -> bool {
        let Some(owners) = self.owners(field as usize) else { return false };
        let mut named = owners.iter().filter(|name| !name.is_empty());
        named.next().map(String::as_str) == self.type_name(frame) && named.next().is_none()
    }

    fn owners(&self, at: usize) -> Option<&'a BTreeSet<String>> {
        self.owners.get(at).copied().flatten()
    }

    fn type_name(&self, frame: &Frame<'a>) -> Option<&'a str> {
        self.rows.get(frame.row as usize)?.type_name
    }

    /// Whether the types of all objects in an object, or in one around it of the same family, begin like its own, and that of
    /// a row does not.
    fn is_stranger(&self, frame: &Frame<'a>, at: usize) -> bool {
        // A type that is called like its field has no word for what it belongs to.
        let row = self.rows.get(at);
        let says_more = row.is_some_and(|row| row.type_name.is_some_and(|name| name != row.name));
        let object = frame.row as usize;
        if !says_more || self.naming.same_first_type(object, at) {
            return false;
        }
        let of_family = |row: usize| self.naming.same_first_type(object, row);
        let around = std::iter::successors(Some(frame), |frame| self.frames.get(frame.around as usize));
        let family = around.map(|frame| frame.row as usize).take_while(|row| of_family(*row)).last();
        let named = |row: &usize| self.rows.get(*row).is_some_and(|row| row.type_name.is_some());
        let inside = || (family.unwrap_or(object) + 1..at).take(SOON * SOON).filter(named);
        inside().count() >= MANY && inside().all(of_family)
    }

    /// What descriptions say: fields of one object are about one thing.
    fn weigh_text(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let around = self.likeness.has(frame.row as usize, at);
        let (mut all, mut like) = (0, 0);
        for field in self.fields(frame.last).take(6) {
            all += 1;
            like += i32::from(self.likeness.has(field as usize, at));
        }
        let whole = self.rows.get(frame.row as usize).map_or("", |object| object.about);
        let part = self.rows.get(at).filter(|row| row.is_object()).map_or("", |row| row.about);
        let is_part =
            topics(whole).any(|whole| part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('的')));
        // Rounded up: one field that is about the same thing is worth something in an object with many fields.
        i32::from(around) * 2 + i32::from(is_part) * 9 + if all > 0 { (2 * like + all - 1) / all } else { 0 }
    }
}

/// Fewer objects beside each other may be described alike by chance.
const MANY_VARIANTS: usize = 5;

/// Whether a field begins with a word of its object's name, one that means something.
fn takes_up(object: &str, field: &str) -> bool {
    const EMPTY: [&str; 8] = ["name", "list", "info", "time", "type", "status", "data", "user"];
    let first = field.split('_').next().unwrap_or_default();
    first.len() > 3
        && first.len() < field.len()
        && !EMPTY.contains(&first)
        && object.split('_').any(|word| word == first)
}

fn is_locale(name: &str) -> bool {
    let name = name.as_bytes();
    matches!(name.get(2), Some(b'_' | b'-'))
        && name.len() == 5
        && matches!(
            name.get(..2),
            Some(
                b"zh"
                    | b"en"
                    | b"ja"
                    | b"ko"
                    | b"fr"
                    | b"de"
                    | b"es"
                    | b"it"
                    | b"pt"
                    | b"ru"
                    | b"th"
                    | b"vi"
                    | b"id"
                    | b"ms"
            )
        )
}
