//! English names and texts for what pages call in Chinese: data, which anybody can extend.

use std::collections::BTreeMap;

use super::spelling::camel;
use super::text::unmarked;

/// Names and texts by label. The one that comes with the importer is `hire-gen/glossary/`.
#[derive(Clone, Debug, Default)]
pub struct Glossary {
    titles: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
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
    /// The one that comes with the importer.
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

    /// Adds the entries of a file, which go before those that are there.
    ///
    /// # Errors
    ///
    /// Where the text is no glossary, or a name of it none that Rust can have.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let file: File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        for name in file.values.values().chain(file.errors.values()) {
            if !crate::name::is_upper_camel(name) || crate::name::reserved_variant(name).is_some() {
                return Err(format!("`{name}` is no `UpperCamelCase` name for a value"));
            }
        }
        self.titles.extend(file.titles);
        self.values.extend(file.values.into_iter().map(|(label, name)| (normal(&label), name)));
        self.errors.extend(file.errors.into_iter().map(|(label, name)| (normal(&label), name)));
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

    /// The English title of a page.
    pub(super) fn title(&self, label: &str) -> Option<String> {
        self.titles.get(label.trim()).cloned()
    }

    /// The name of an enum's value: by what it means, else by the value itself where that is a word.
    pub(super) fn value(&self, value: &str, label: &str) -> Option<String> {
        let word = value.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| camel(value)).flatten();
        word.or_else(|| self.meaning(&self.values, label))
            .filter(|name| crate::name::reserved_variant(name).is_none())
    }

    /// The name of an error.
    pub(super) fn error(&self, label: &str) -> Option<String> {
        self.meaning(&self.errors, label)
    }

    /// What a field or an object of a service is, by its label.
    pub(super) fn text(&self, service: &str, label: &str) -> Option<&str> {
        self.texts.get(service)?.get(&normal(label)).map(String::as_str)
    }

    /// What a field is that has no label.
    pub(super) fn text_by_name(&self, name: &str) -> Option<&str> {
        self.texts_by_name.get(name).map(String::as_str)
    }

    /// What an operation does.
    pub(super) fn about(&self, operation: &str) -> Option<&str> {
        self.abouts.get(operation).map(String::as_str)
    }

    /// What to do about an error, by the name that [`error`](Self::error) gave it.
    pub(super) fn advice(&self, name: &str) -> Option<&str> {
        self.advice.get(name).map(String::as_str)
    }

    /// Whether a field holds a person's data, as far as its name and that of its object tell.
    pub(super) fn is_sensitive(&self, field: &str, owner: &str) -> bool {
        let has = |list: &[String], name: &str| list.iter().any(|known| known == name);
        // Where a résumé came from, and how talents are sorted, is said of many at once.
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
        has(&self.sensitive, field) || resume && !sorted && has(&self.sensitive_in_resumes, field)
    }

    fn meaning(&self, names: &BTreeMap<String, String>, label: &str) -> Option<String> {
        let label = unmarked(label);
        let whole = normal(&label);
        let clause = |marks: &[char]| label.split(marks).next().map(normal);
        names
            .get(&whole)
            .or_else(|| names.get(&clause(&['。', '，', '\n', '；'])?))
            .or_else(|| names.get(&clause(&['。', '，', '\n', '；', '（', '('])?))
            .cloned()
            .or_else(|| english(&label))
    }
}

/// A label without blanks and without what only says that it is deprecated.
fn normal(label: &str) -> String {
    let label: String = label.chars().filter(|c| !c.is_whitespace()).collect();
    let mut label = label.to_ascii_lowercase();
    for mark in super::draft::DEPRECATED_MARKS {
        label = label.replace(mark, "");
    }
    label.trim_end_matches(['。', '.', '；', ';', '，']).to_owned()
}

/// A label that is English already, or begins with an English word in capitals, as in `CITY 市`.
fn english(label: &str) -> Option<String> {
    let clause = label.split(['.', ',', ';', '\n', '(', '（']).next().unwrap_or_default().trim();
    let first = clause.split_whitespace().next().unwrap_or_default();
    if clause.is_ascii() {
        let words = clause.split_whitespace().count();
        let fits = (1..=14).contains(&words) && clause.starts_with(|c: char| c.is_ascii_alphabetic());
        return fits.then(|| camel(clause)).flatten();
    }
    (first.len() > 2 && first.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        .then(|| camel(first))
        .flatten()
}
