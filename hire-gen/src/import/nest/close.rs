//! How likely an object ends before a row.

use super::{Frame, NONE, Search};
use crate::import::json::Shape;

impl<'a> Search<'a> {
    /// The cost of ending an object before a row (or at the end, if `at` is past the last).
    pub(super) fn close(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(frame.row as usize) else { return 0 };
        let mut weight = 0;
        if row.name == "data"
            && frame.depth == 1
            && self.rows.get(at).is_some_and(|next| !is_envelope(next.name))
        {
            // Only the envelope can be beside `data`.
            weight -= 1_000;
        }
        if self.common.get(frame.row as usize).is_some_and(|common| common.exact && at <= common.last) {
            weight -= 7;
        }
        if self.is_free(frame, at) {
            return weight;
        }
        if frame.fields == 0 {
            let empty =
                frame.shape.is_some_and(|shape| !matches!(shape, Shape::Unknown) && shape.keys().is_empty());
            weight -= match (empty, row.must_open) {
                (true, _) => 0,
                (false, true) => 8,
                (false, false) => 3,
            };
        }
        if row.list && frame.fields == 1 && frame.shape.is_none_or(|shape| shape.keys().is_empty()) {
            // It would rather be a list of plain values.
            weight -= 4;
        }
        for (key, _) in frame.shape.map_or(&[][..], Shape::keys) {
            if !self.fields(frame.last).any(|field| self.name(field) == key) {
                weight -= match self.last_seen.get(key.as_str()) {
                    Some(last) if *last >= at || *last > frame.row as usize && self.count(*last) == 1 => 4,
                    _ => 1,
                };
            }
        }
        if let Some(template) = frame.template {
            let has = |name: &String| self.fields(frame.last).any(|field| self.name(field) == name);
            let missing = template.fields.iter().filter(|name| !has(name)).count();
            weight -= i32::try_from(missing.min(4)).unwrap_or(4) * if template.same_table { 4 } else { 2 };
        } else if frame.like != NONE {
            let fields: Vec<&str> = self.fields(frame.last).map(|field| self.name(field)).collect();
            let missing = self.fields(frame.like).filter(|field| !fields.contains(&self.name(*field)));
            weight -= i32::try_from(missing.count().min(4)).unwrap_or(4) * 3;
        }
        weight
    }

    /// Whether an object without fields has any contents: the example shows some, and none of it is in the table.
    pub(super) fn is_free(&self, frame: &Frame<'a>, at: usize) -> bool {
        let keys = frame.shape.map_or(&[][..], Shape::keys);
        let comes = |key: &String| self.last_seen.get(key.as_str()).is_some_and(|last| *last >= at);
        frame.row != NONE && frame.fields == 0 && !keys.is_empty() && !keys.iter().any(|(key, _)| comes(key))
    }

    pub(super) fn close_top(&self, frame: &Frame<'a>) -> i32 {
        let keys = frame.shape.map_or(&[][..], Shape::keys).iter();
        let missing = keys.filter(|(key, _)| !self.fields(frame.last).any(|field| self.name(field) == key));
        -i32::try_from(missing.count()).unwrap_or(i32::MAX).min(1000)
    }
}

/// Whether a row at the top of an answer belongs to its envelope.
pub(in crate::import) fn is_envelope(name: &str) -> bool {
    matches!(name, "code" | "msg" | "message" | "error" | "log_id" | "request_id")
}
