//! The direction of imports: a layer uses only the layers below it, and no two files use each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::{code, files};

/// Each folder or file directly below `src/`, with its layer.
type Layers = &'static [(&'static str, u32)];

const HIRE_GEN: Layers = &[
    ("derive", 1),
    ("read", 1),
    ("resolve", 2),
    ("rust", 3),
    ("validate", 3),
    ("scopes", 3),
    ("outline", 3),
    ("site", 4),
    ("openapi", 4),
    ("diff", 4),
    ("mock", 5),
    ("stage", 5),
    ("import", 5),
    ("cli", 6),
    ("lib", 7),
    ("main", 8),
];

const HIRE_API: Layers = &[
    ("check", 1),
    ("wire", 2),
    ("error", 3),
    ("secret", 3),
    ("clock", 3),
    ("transport", 4),
    ("call", 5),
    ("file", 6),
    ("sign_in", 7),
    ("client", 8),
    ("event", 9),
    ("redis", 10),
    ("fuzzing", 11),
    ("lib", 11),
];

/// Folder of the crate's sources, and its layers.
const CRATES: &[(&str, Layers)] = &[("hire-gen/src", HIRE_GEN), ("hire-api/src", HIRE_API)];

/// Generated code is in the root of hire-api, as are its macros.
const GENERATED: [&str; 3] = ["ERRORS", "FEISHU", "LARK"];

/// A module's path from the crate's root: `["read", "source", "tree"]`.
type Module = Vec<String>;

/// A crate's files by module. The root is `["lib"]`.
struct Crate {
    files: BTreeMap<Module, String>,
}

impl Crate {
    fn read(folder: &str) -> Self {
        let mut modules = BTreeMap::new();
        for (path, text) in files(&[folder], ".rs") {
            let path = path.strip_prefix(folder).unwrap().trim_start_matches('/');
            let path = path.strip_suffix(".rs").unwrap();
            let path = path.strip_suffix("/mod").unwrap_or(path);
            modules.insert(path.split('/').map(str::to_owned).collect(), code(&text));
        }
        Self { files: modules }
    }

    /// The file that a path leads to, such as `["read", "span", "Span"]` to `["read", "span"]`.
    fn file(&self, path: &[String]) -> Option<Module> {
        let lengths = (1..=path.len()).rev();
        lengths.map(|length| path[..length].to_vec()).find(|module| self.files.contains_key(module))
    }

    /// Every path below `crate::` that a file names.
    fn named_by(&self, module: &Module) -> BTreeSet<Module> {
        let tokens = tokens(&self.files[module]);
        let mut found = BTreeSet::new();
        for (at, token) in tokens.iter().enumerate() {
            let starts = tokens.get(at + 1).is_some_and(|next| next == "::");
            let continues = at > 0 && tokens[at - 1] == "::";
            if continues || !starts || !["crate", "super", "self"].contains(&token.as_str()) {
                continue;
            }
            let mut paths = Vec::new();
            tree(&tokens, at, &mut Vec::new(), &mut paths);
            found.extend(paths.into_iter().map(|path| absolute(module, path)));
        }
        for pair in tokens.windows(3).filter(|pair| pair[0] == "mod" && pair[2] == ";") {
            let parent: &[String] = if module == &["lib"] { &[] } else { module };
            found.insert([parent, &pair[1..2]].concat());
        }
        found
    }
}

/// Words, `::` and single characters, without string literals.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let length = match first {
            _ if word > 0 => word,
            '"' => text_length(rest),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        if first != '"' && !first.is_whitespace() {
            tokens.push(token.to_owned());
        }
        rest = after;
    }
    tokens
}

fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

/// The paths of a `use` tree, or the one path of an expression; returns where it ends.
fn tree(tokens: &[String], mut at: usize, before: &mut Vec<String>, found: &mut Vec<Module>) -> usize {
    let kept = before.len();
    while let Some(token) = tokens.get(at) {
        if token == "{" {
            while tokens.get(at).is_some_and(|token| token != "}") {
                at = tree(tokens, at + 1, before, found);
            }
            at += 1;
            break;
        }
        if token == "#" {
            // A name that a macro fills in: the path leads to generated code.
            break;
        }
        before.push(token.clone());
        at += 1;
        if tokens.get(at).is_none_or(|token| token != "::") {
            found.push(before.clone());
            // `as other`
            while tokens.get(at).is_some_and(|token| token == "as" || tokens[at - 1] == "as") {
                at += 1;
            }
            break;
        }
        at += 1;
    }
    before.truncate(kept);
    at
}

/// A path as seen from the crate's root.
fn absolute(module: &Module, path: Module) -> Module {
    let mut from = module.clone();
    let mut parts = path.into_iter().peekable();
    if parts.next_if(|part| part == "crate").is_some() {
        from.clear();
    }
    while let Some(part) = parts.next_if(|part| part == "super" || part == "self") {
        if part == "super" {
            from.pop();
        }
    }
    from.extend(parts);
    from
}

#[test]
fn a_layer_uses_only_layers_below_it() {
    let mut wrong = Vec::new();
    for (folder, layers) in CRATES {
        let height =
            |name: &String| layers.iter().find(|(layer, _)| layer == name).map(|(_, height)| *height);
        let whole = Crate::read(folder);
        for module in whole.files.keys().filter(|module| *module != &["lib"] && *module != &["main"]) {
            let Some(own) = height(&module[0]) else {
                wrong.push(format!("{folder}/{}: belongs to no layer", module.join("/")));
                continue;
            };
            for path in whole.named_by(module) {
                let Some(other) = path.first().filter(|other| *other != &module[0]) else { continue };
                let generated = GENERATED.contains(&other.as_str());
                if !generated && height(other).is_none_or(|height| height >= own) {
                    wrong.push(format!("{folder}/{}: names `crate::{}`", module.join("/"), path.join("::")));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A folder's `mod.rs` may be used by the files in the folder; apart from that, files form no cycle.
#[test]
fn no_two_files_use_each_other() {
    for (folder, _) in CRATES {
        let whole = Crate::read(folder);
        let mut uses: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for module in whole.files.keys() {
            let used = whole.named_by(module).into_iter().filter_map(|path| whole.file(&path));
            uses.insert(module.clone(), used.filter(|used| !module.starts_with(used)).collect());
        }
        // Remove files without remaining uses, until only cycles are left.
        loop {
            let left: BTreeSet<Module> = uses.keys().cloned().collect();
            uses.retain(|_, used| used.iter().any(|used| left.contains(used)));
            if uses.len() == left.len() {
                break;
            }
        }
        let circle: Vec<String> = uses
            .iter()
            .filter(|(module, _)| uses.values().any(|used| used.contains(*module)))
            .map(|(module, used)| {
                let used: Vec<String> =
                    used.iter().filter(|used| uses.contains_key(*used)).map(|used| used.join("/")).collect();
                format!("{} uses {}", module.join("/"), used.join(", "))
            })
            .collect();
        assert_eq!(circle, Vec::<String>::new(), "{folder}: files that use each other");
    }
}

#[test]
fn paths_are_found_in_code() {
    let found = |text: &str| {
        let module = ["a".to_owned(), "b".to_owned()].to_vec();
        let whole = Crate { files: [(module.clone(), text.to_owned())].into() };
        whole.named_by(&module).iter().map(|path| path.join("::")).collect::<Vec<_>>()
    };
    assert_eq!(found("use crate::x::{self, y::{Z, w as v}, q};"), ["x::q", "x::self", "x::y::Z", "x::y::w"]);
    assert_eq!(found("use super::c; let _ = super::super::d::e(); \"crate::no\""), ["a::c", "d::e"]);
    assert_eq!(found("quote!(super::types::#name)"), [""; 0]);
    assert_eq!(found("mod inner; pub(in crate::a) fn f() {} m::super_(crate::k)"), ["a", "a::b::inner", "k"]);
}
