//! English names and texts for Chinese labels, as data that anybody can extend.

use std::collections::BTreeMap;

use super::compose::Words;
use super::spelling::camel;
use super::text::{DEPRECATED_MARKS, unmarked};

/// Names and texts by label. The built-in one is `hire-gen/glossary/`.
#[derive(Clone, Debug, Default)]
pub struct Glossary {
    titles: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    /// The words that labels consist of.
    words: Words,
    /// By service.
    texts: BTreeMap<String, BTreeMap<String, String>>,
    texts_by_name: BTreeMap<String, String>,
    abouts: BTreeMap<String, String>,
    advice: BTreeMap<String, String>,
    sensitive: Vec<String>,
    sensitive_in_resumes: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    titles: BTreeMap<String, String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    errors: BTreeMap<String, String>,
    #[serde(default)]
    words: BTreeMap<String, String>,
    #[serde(default)]
    verbs: BTreeMap<String, [String; 3]>,
    #[serde(default)]
    units: BTreeMap<String, String>,
    #[serde(default)]
    endings: BTreeMap<String, String>,
    #[serde(default)]
    beginnings: BTreeMap<String, String>,
    #[serde(default)]
    texts: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    texts_by_name: BTreeMap<String, String>,
    #[serde(default)]
    abouts: BTreeMap<String, String>,
    #[serde(default)]
    advice: BTreeMap<String, String>,
    #[serde(default)]
    sensitive: Vec<String>,
    #[serde(default)]
    sensitive_in_resumes: Vec<String>,
}

impl Glossary {
    /// Returns the built-in glossary.
    ///
    /// # Errors
    ///
    /// Never; a test reads it.
    pub fn embedded() -> Result<Self, String> {
        let mut glossary = Self::default();
        glossary.add(include_str!("../../glossary/names.yaml"))?;
        glossary.add(include_str!("../../glossary/texts.yaml"))?;
        Ok(glossary)
    }

    /// Adds the entries of a file, which take precedence.
    ///
    /// # Errors
    ///
    /// If the text is not a glossary, or one of its names is not valid in Rust.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let file: File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let words = file.words.values().chain(file.verbs.values().flatten());
        let words =
            words.chain(file.units.values()).chain(file.endings.values()).chain(file.beginnings.values());
        for name in file.values.values().chain(file.errors.values()).chain(words) {
            if !crate::resolve::name::is_upper_camel(name)
                || crate::resolve::name::reserved_variant(name).is_some()
            {
                return Err(format!("`{name}` is not an `UpperCamelCase` name for a value"));
            }
        }
        self.titles.extend(file.titles);
        self.values.extend(file.values.into_iter().map(|(label, name)| (normal(&label), name)));
        self.errors.extend(file.errors.into_iter().map(|(label, name)| (normal(&label), name)));
        self.words.add(Words {
            words: file.words,
            verbs: file.verbs,
            units: file.units,
            endings: file.endings,
            beginnings: file.beginnings,
        });
        for (service, texts) in file.texts {
            let texts = texts.into_iter().map(|(label, text)| (normal(&label), text));
            self.texts.entry(service).or_default().extend(texts);
        }
        self.texts_by_name.extend(file.texts_by_name);
        self.abouts.extend(file.abouts);
        self.advice.extend(file.advice);
        self.sensitive.extend(file.sensitive);
        self.sensitive_in_resumes.extend(file.sensitive_in_resumes);
        Ok(())
    }

    /// Returns the English title of a page.
    pub(super) fn title(&self, label: &str) -> Option<String> {
        self.titles.get(label.trim()).cloned()
    }

    /// Returns an English title that is made of the words of a page's own.
    pub(super) fn title_by_words(&self, label: &str) -> Option<String> {
        self.words.title(label)
    }

    /// Returns the name of an enum value: by its meaning, otherwise by the value itself if it is a word.
    pub(super) fn value(&self, value: &str, label: &str) -> Option<String> {
        let word = value.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| camel(value)).flatten();
        word.or_else(|| self.meaning(&self.values, label))
            .filter(|name| crate::resolve::name::reserved_variant(name).is_none())
    }

    /// Returns the name of an error.
    pub(super) fn error(&self, label: &str) -> Option<String> {
        self.meaning(&self.errors, label)
            .filter(|name| crate::resolve::name::reserved_variant(name).is_none())
    }

    /// Returns the description of a field or an object of a service, by its label.
    pub(super) fn text(&self, service: &str, label: &str) -> Option<&str> {
        self.texts.get(service)?.get(&normal(label)).map(String::as_str)
    }

    /// Returns the description of a field without a label.
    pub(super) fn text_by_name(&self, name: &str) -> Option<&str> {
        self.texts_by_name.get(name).map(String::as_str)
    }

    /// Returns the description of an operation.
    pub(super) fn about(&self, operation: &str) -> Option<&str> {
        self.abouts.get(operation).map(String::as_str)
    }

    /// Returns the advice for an error, by the name from [`error`](Self::error) and perhaps its code. One that is named by
    /// words only may be about another service than the advice.
    pub(super) fn advice(&self, name: &str, label: &str) -> Option<&str> {
        let entry = Self::entry(&self.errors, label).or_else(|| english(&unmarked(label)))?;
        self.advice.get(name).filter(|_| name.starts_with(&entry)).map(String::as_str)
    }

    /// Returns whether a field contains personal data, by its name and that of its object.
    pub(super) fn is_sensitive(&self, field: &str, owner: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|known| known == field);
        if is_secret(field) || has(&self.sensitive) {
            return true;
        }
        if !has(&self.sensitive_in_resumes) {
            return false;
        }
        // The source of a résumé and the order of talents are shared by many people.
        let sorted = ["source", "tag", "pool", "folder", "option"].iter().any(|word| owner.contains(word));
        let resume = [
            "talent",
            "resume",
            "candidate",
            "applicant",
            "career",
            "education",
            "note",
            "sentence",
            "attachment",
        ]
        .iter()
        .any(|word| owner.contains(word));
        resume && !sorted
    }

    fn meaning(&self, names: &BTreeMap<String, String>, label: &str) -> Option<String> {
        let text = unmarked(label);
        Self::entry(names, label)
            .or_else(|| english(&text))
            .or_else(|| self.words.name(&text))
            .or_else(|| capitals(&text))
    }

    fn entry(names: &BTreeMap<String, String>, label: &str) -> Option<String> {
        let label = unmarked(label);
        let shorter = |clause: &&str| clause.len() < label.len();
        let clause = |marks: &[char]| label.split(marks).next().filter(shorter).map(normal);
        names
            .get(&normal(&label))
            .or_else(|| names.get(&clause(&['。', '，', '\n', '；'])?))
            .or_else(|| names.get(&clause(&['。', '，', '\n', '；', '（', '('])?))
            .cloned()
    }
}

/// Whether a name means a credential, a person or an account: `app_secret`, `user_access_token`, `bankAccountNumber`.
fn is_secret(field: &str) -> bool {
    const SECRETS: [&str; 24] = [
        "secret",
        "password",
        "passwd",
        "access_token",
        "refresh_token",
        "id_token",
        "app_ticket",
        "ticket",
        "private_key",
        "encrypt_key",
        "verification_token",
        "session_key",
        "code_verifier",
        "bank_account_number",
        "bank_account",
        "bank_card_number",
        "bank_card",
        "account_number",
        "national_id",
        "national_id_number",
        "id_card_number",
        "passport_number",
        "social_security_number",
        "tax_id_number",
    ];
    let name = super::spelling::stem(field).unwrap_or_default();
    let within = |words: &str| {
        name.match_indices(words).any(|(at, _)| {
            let (before, rest) = name.split_at(at);
            let after = rest.get(words.len()..).unwrap_or_default();
            (before.is_empty() || before.ends_with('_')) && (after.is_empty() || after.starts_with('_'))
        })
    };
    // Facts about a secret are not secret: its validity, its kind.
    const ABOUT: [&str; 12] = [
        "type", "types", "time", "at", "in", "status", "expire", "expires", "id", "count", "length", "policy",
    ];
    let about = name.rsplit('_').next().is_some_and(|last| ABOUT.contains(&last)) && name != "national_id";
    !about && SECRETS.iter().any(|words| within(words))
}

/// A label without white space and without remarks on deprecation.
fn normal(label: &str) -> String {
    let label: String = label.chars().filter(|c| !c.is_whitespace()).collect();
    let mut label = label.to_ascii_lowercase();
    for mark in DEPRECATED_MARKS {
        if label.contains(mark) {
            label = label.replace(mark, "");
        }
    }
    label.trim_end_matches(['。', '.', '；', ';', '，']).to_owned()
}

/// A label that is already English; as many of its words as a name may have.
fn english(label: &str) -> Option<String> {
    const MOST_WORDS: usize = 14;
    // A name that is cut does not end in these.
    const OPEN: [&str; 16] = [
        "a", "an", "and", "as", "by", "for", "from", "in", "is", "not", "of", "on", "or", "the", "to", "with",
    ];
    let clause = first_clause(label);
    if !clause.is_ascii() || !clause.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let clause = clause.replace('\'', "");
    let words: Vec<&str> = clause.split_whitespace().take(MOST_WORDS).collect();
    camel(&words.join(" ")).or_else(|| {
        let is_end = |word: &str| !OPEN.contains(&word.to_ascii_lowercase().as_str());
        let ends = (1..words.len()).rev().filter(|most| words.get(most - 1).is_some_and(|word| is_end(word)));
        ends.filter_map(|most| camel(&words.get(..most)?.join(" "))).next()
    })
}

/// A label that begins with an English word in capitals, as in `CITY 市`.
fn capitals(label: &str) -> Option<String> {
    let first = first_clause(label).split_whitespace().next()?;
    (first.len() > 2 && first.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        .then(|| camel(first))
        .flatten()
}

fn first_clause(label: &str) -> &str {
    let marks = ['.', ',', ';', '\n', '(', '（', '。', '，', '；', '：'];
    label.split(marks).next().unwrap_or_default().trim()
}
