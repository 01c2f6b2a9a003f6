//! The operations of a schema: found by name, searched by words, and described to the client.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use hire_api::{Envelope, ErrorCode, Metadata, Method, Quota, Safety, Token};
use hire_gen::ir::{self, Api, Endpoint};
use hire_gen::source::Sources;

/// The embedded schema.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schema.rs"));

/// A schema, ready to be called.
pub(crate) struct Catalog {
    pub(crate) api: Api,
    /// Metadata for the client lives as long as the program; each is created once.
    metadata: Mutex<BTreeMap<String, &'static Metadata>>,
}

impl Catalog {
    /// The schema of a folder, or the embedded one.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, String> {
        let load = |sources: &Sources| match hire_gen::load_sources(sources) {
            Ok((api, _)) => Ok(api),
            Err(report) => Err(report.to_string()),
        };
        let api = match folder {
            Some(folder) => load(&Sources::read(folder))?,
            None => {
                // Resolving it takes a moment, and the result never changes.
                static API: OnceLock<Result<Api, String>> = OnceLock::new();
                API.get_or_init(|| load(&Sources::from_texts(EMBEDDED.iter().copied()))).clone()?
            }
        };
        Ok(Self { api, metadata: Mutex::default() })
    }

    /// An operation by its name, or by an unambiguous end of it: `note.create`.
    pub(crate) fn find(&self, name: &str) -> Result<&Endpoint, String> {
        let named = |endpoint: &&Endpoint| {
            let full = endpoint.id.to_string();
            full == name || full.strip_suffix(name).is_some_and(|before| before.ends_with('.'))
        };
        let exact = self.api.endpoints.iter().find(|endpoint| endpoint.id.to_string() == name);
        let mut found = self.api.endpoints.iter().filter(named);
        match (exact, found.next(), found.next()) {
            (Some(endpoint), _, _) | (None, Some(endpoint), None) => Ok(endpoint),
            (None, Some(_), Some(_)) => {
                let names: Vec<String> =
                    self.api.endpoints.iter().filter(named).map(|one| one.id.to_string()).collect();
                Err(format!("`{name}` is ambiguous: {}", names.join(", ")))
            }
            (None, None, _) => Err(self.unknown(name)),
        }
    }

    fn unknown(&self, name: &str) -> String {
        // As much of each name as was typed: `note.crete` is near `note.create`.
        let parts = name.split('.').count();
        let names = self.api.endpoints.iter().map(|endpoint| endpoint.id.to_string());
        let distance = |known: &str| {
            let skipped = known.split('.').count().saturating_sub(parts);
            let end: Vec<&str> = known.split('.').skip(skipped).collect();
            strsim::damerau_levenshtein(&end.join("."), name)
        };
        let nearest = names.map(|known| (distance(&known), known)).min();
        match nearest {
            Some((distance, known)) if distance <= name.chars().count() / 3 => {
                format!("there is no operation `{name}`; did you mean `{known}`?")
            }
            _ => format!("there is no operation `{name}`; `hire list` shows them all"),
        }
    }

    /// Operations whose name, title, label, path or method contain every word, best first.
    pub(crate) fn search(&self, words: &[String]) -> Vec<&Endpoint> {
        let score = |endpoint: &Endpoint| {
            let names = format!("{} {}", endpoint.id, endpoint.title).to_lowercase();
            let label = endpoint.label.as_deref().unwrap_or_default();
            let rest = format!("{label} {} {}", endpoint.path, endpoint.method.as_str()).to_lowercase();
            words.iter().try_fold(0_u32, |sum, word| {
                let word = fold(word);
                let points = match () {
                    () if endpoint.id.resource == word => 4,
                    () if fold(&names).contains(&word) => 2,
                    () if rest.contains(&word) => 1,
                    () => return None,
                };
                Some(sum + points)
            })
        };
        let mut found: Vec<(u32, &Endpoint)> =
            self.api.endpoints.iter().filter_map(|endpoint| Some((score(endpoint)?, endpoint))).collect();
        found.sort_by_key(|(score, endpoint)| (std::cmp::Reverse(*score), endpoint.title.len()));
        found.into_iter().map(|(_, endpoint)| endpoint).collect()
    }

    /// The metadata of an operation for the client.
    pub(crate) fn metadata(&self, endpoint: &Endpoint) -> &'static Metadata {
        let mut known = self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .entry(endpoint.id.to_string())
            .or_insert_with(|| Box::leak(Box::new(metadata(&self.api, endpoint))))
    }
}

/// Lower case, without the accents of `résumé`.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('é', "e")
}

/// A name that lives as long as the program; used once per operation.
pub(crate) fn keep(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn metadata(api: &Api, endpoint: &Endpoint) -> Metadata {
    let tokens: Vec<Token> = endpoint
        .tokens
        .iter()
        .map(|token| match token {
            ir::Token::Tenant => Token::Tenant,
            ir::Token::User => Token::User,
            ir::Token::App => Token::App,
        })
        .collect();
    let quota = match endpoint.quota {
        ir::Quota::Windows { per_second, per_minute } => {
            hire_api::__private::quota(per_second.unwrap_or(0), per_minute.unwrap_or(0))
        }
        ir::Quota::Special => Quota::Special,
    };
    let safety = match &endpoint.safety {
        ir::Safety::Safe => Safety::Safe,
        ir::Safety::Idempotent => Safety::Idempotent,
        ir::Safety::Keyed(field) => Safety::Keyed(keep(field)),
        ir::Safety::Unsafe => Safety::Unsafe,
    };
    let envelope = match endpoint.envelope {
        ir::Envelope::Standard => Envelope::Standard,
        ir::Envelope::Message => Envelope::Message,
        ir::Envelope::Flat => Envelope::Flat,
        ir::Envelope::Bare => Envelope::Bare,
    };
    let errors: Vec<ErrorCode> = endpoint
        .errors
        .iter()
        .chain(&api.errors)
        .map(|error| {
            let kept = |text: &Option<String>| text.as_deref().map_or("", keep);
            ErrorCode::new(error.code, error.http, keep(&error.name), kept(&error.label), kept(&error.advice))
        })
        .collect();
    // An endpoint on another host has one base URL per region.
    let base_urls: Vec<(&str, &str)> = endpoint
        .base_urls
        .iter()
        .filter_map(|there| {
            let usual = api.base_urls.iter().find(|usual| usual.region == there.region)?;
            Some((keep(&usual.url), keep(&there.url)))
        })
        .collect();
    Metadata::new(keep(&endpoint.id.to_string()), method(endpoint.method), keep(&endpoint.path))
        .with_page(keep(&endpoint.title), keep(&endpoint.doc))
        .with_callers(tokens.leak(), &[])
        .with_use(quota, safety)
        .with_answer(envelope, endpoint.paging.as_ref().map(|paging| keep(&paging.items)))
        .with_base_urls(base_urls.leak())
        .with_errors(errors.leak())
}

fn method(method: ir::Method) -> Method {
    match method {
        ir::Method::Get => Method::Get,
        ir::Method::Post => Method::Post,
        ir::Method::Put => Method::Put,
        ir::Method::Patch => Method::Patch,
        ir::Method::Delete => Method::Delete,
    }
}
