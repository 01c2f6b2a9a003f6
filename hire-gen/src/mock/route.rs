//! Finds the endpoint of a method and a path.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use crate::resolve::ir::{Api, Method};

/// The paths of a schema as a tree of segments.
#[derive(Debug, Default)]
pub(super) struct Router {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    literals: BTreeMap<String, Node>,
    parameter: Option<Box<Node>>,
    ends: Vec<End>,
}

#[derive(Debug)]
struct End {
    method: Method,
    endpoint: usize,
    /// Names of the path parameters, in order.
    names: Vec<String>,
}

/// The result of a look-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An endpoint, by its index, and its path parameters, decoded.
    Endpoint(usize, Vec<(String, String)>),
    /// Only endpoints with these other methods.
    OtherMethod(BTreeSet<&'static str>),
    /// Nothing.
    Nothing,
}

impl Router {
    /// Adds every endpoint of the schema.
    pub(super) fn new(api: &Api) -> Self {
        let mut router = Self::default();
        for (index, endpoint) in api.endpoints.iter().enumerate() {
            router.add(endpoint.method, &endpoint.path, index);
        }
        router
    }

    fn add(&mut self, method: Method, pattern: &str, endpoint: usize) {
        let mut node = &mut self.root;
        let mut names = Vec::new();
        for segment in pattern.trim_end_matches('/').split('/').skip(1) {
            node = match segment.strip_prefix(':') {
                Some(name) => {
                    names.push(name.to_owned());
                    node.parameter.get_or_insert_default()
                }
                None => node.literals.entry(segment.to_owned()).or_default(),
            };
        }
        node.ends.push(End { method, endpoint, names });
    }

    /// Looks up a path as sent, still encoded. A literal segment takes precedence over a parameter, for the requested
    /// method. A trailing slash makes no difference, as with Feishu.
    pub(super) fn find(&self, method: &str, path: &str) -> Found {
        let Some(segments) = decode(path.strip_suffix('/').unwrap_or(path)) else { return Found::Nothing };
        let mut search = Search { method, known: BTreeSet::new(), values: Vec::new() };
        match search.walk(&self.root, &segments) {
            Some(end) => {
                Found::Endpoint(end.endpoint, end.names.iter().cloned().zip(search.values).collect())
            }
            None if search.known.is_empty() => Found::Nothing,
            None => Found::OtherMethod(search.known),
        }
    }
}

/// The segments after the first slash. Dot segments never reach an endpoint, in any spelling: proxies resolve them.
fn decode(path: &str) -> Option<Vec<String>> {
    let mut segments = path.split('/');
    if segments.next() != Some("") {
        return None;
    }
    segments
        .map(|segment| {
            let text = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
            (text != "." && text != "..").then_some(text)
        })
        .collect()
}

struct Search<'a> {
    method: &'a str,
    /// Methods of the endpoints at this path.
    known: BTreeSet<&'static str>,
    values: Vec<String>,
}

impl Search<'_> {
    fn walk<'n>(&mut self, node: &'n Node, segments: &[String]) -> Option<&'n End> {
        let Some((segment, rest)) = segments.split_first() else {
            self.known.extend(node.ends.iter().map(|end| end.method.as_str()));
            return node.ends.iter().find(|end| end.method.as_str() == self.method);
        };
        if let Some(end) = node.literals.get(segment).and_then(|next| self.walk(next, rest)) {
            return Some(end);
        }
        let parameter = node.parameter.as_deref().filter(|_| !segment.is_empty())?;
        self.values.push(segment.clone());
        let found = self.walk(parameter, rest);
        if found.is_none() {
            self.values.pop();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router() -> Router {
        let mut router = Router::default();
        let patterns = [
            (Method::Get, "/open-apis/hire/v1/talents/:talent_id"),
            (Method::Post, "/open-apis/hire/v1/talents/combined_create"),
            (Method::Get, "/open-apis/hire/v1/talents/recent"),
            (Method::Post, "/open-apis/hire/v1/talents/:id/onboard_status"),
            (Method::Get, "/open-apis/hire/v1/talent_pools/"),
        ];
        for (index, (method, pattern)) in patterns.into_iter().enumerate() {
            router.add(method, pattern, index);
        }
        router
    }

    fn found(method: &str, path: &str) -> Found {
        router().find(method, &format!("/open-apis/hire/v1/{path}"))
    }

    fn endpoint(index: usize, values: &[(&str, &str)]) -> Found {
        Found::Endpoint(index, values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn a_literal_segment_wins_over_a_parameter() {
        assert_eq!(found("GET", "talents/recent"), endpoint(2, &[]));
        assert_eq!(found("GET", "talents/7"), endpoint(0, &[("talent_id", "7")]));
    }

    #[test]
    fn a_literal_segment_with_another_method_leaves_room_for_the_parameter() {
        assert_eq!(found("GET", "talents/combined_create"), endpoint(0, &[("talent_id", "combined_create")]));
    }

    #[test]
    fn parameters_keep_the_names_of_their_own_endpoint() {
        assert_eq!(found("POST", "talents/7/onboard_status"), endpoint(3, &[("id", "7")]));
    }

    #[test]
    fn a_parameter_is_one_segment_whatever_it_holds() {
        assert_eq!(found("GET", "talents/a%2Fb"), endpoint(0, &[("talent_id", "a/b")]));
        assert_eq!(
            found("GET", "talents/exGeIjow7zIqWMy+ONkFxA%3D%3D"),
            endpoint(0, &[("talent_id", "exGeIjow7zIqWMy+ONkFxA==")])
        );
        assert_eq!(found("GET", "talents/%E4%BA%BA"), endpoint(0, &[("talent_id", "人")]));
    }

    #[test]
    fn a_trailing_slash_makes_no_difference() {
        assert_eq!(found("GET", "talent_pools/"), endpoint(4, &[]));
        assert_eq!(found("GET", "talent_pools"), endpoint(4, &[]));
        assert_eq!(found("GET", "talents/7/"), endpoint(0, &[("talent_id", "7")]));
        assert_eq!(found("GET", "talents/7//"), Found::Nothing);
    }

    #[test]
    fn empty_and_dot_segments_are_no_parameters() {
        for path in [
            "talents/",
            "talents//onboard_status",
            "talents/..",
            "talents/%2e%2E",
            "talents/.%2e",
            "talents/.",
        ] {
            assert_eq!(found("GET", path), Found::Nothing, "{path}");
            assert_eq!(found("POST", path), Found::Nothing, "{path}");
        }
    }

    #[test]
    fn a_known_path_with_another_method_is_told_from_an_unknown_one() {
        let others = |methods: &[&'static str]| Found::OtherMethod(methods.iter().copied().collect());
        assert_eq!(found("DELETE", "talents/7"), others(&["GET"]));
        assert_eq!(found("get", "talents/7"), others(&["GET"]));
        assert_eq!(found("DELETE", "talents/combined_create"), others(&["GET", "POST"]));
        assert_eq!(found("GET", "people/7"), Found::Nothing);
        assert_eq!(router().find("GET", "*"), Found::Nothing);
    }

    #[test]
    fn what_is_not_utf_8_is_no_path() {
        assert_eq!(found("GET", "talents/%ff"), Found::Nothing);
    }
}
