//! Names that an import has to find: of endpoints, types, values; and the small texts of the language.

use super::doc::PageDoc;
use super::portal::Identity;
use crate::resolve::ir::EndpointId;

/// `https://open.feishu.cn/open-apis/hire/v1/talents/:talent_id` → `/open-apis/hire/v1/talents/:talent_id`
pub(super) fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default().to_owned()
}

/// `https://www.feishu.cn`, if an address is on another host than the open platform's own.
pub(super) fn own_host(url: &str) -> Option<&str> {
    const PLATFORM: [&str; 2] = ["open.feishu.cn", "open.larksuite.com"];
    let host = url.strip_prefix("https://")?.split('/').next()?;
    let fits =
        host.contains('.') && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    let end = url.len().min("https://".len() + host.len());
    url.get(..end).filter(|_| fits && !PLATFORM.contains(&host))
}

/// The name of an endpoint: from the reference's own address if that has the form
/// `<service>-<version>/<resource>/<action>`, otherwise from the path.
pub(super) fn endpoint_id(doc: &PageDoc, path: &str) -> Option<EndpointId> {
    if let Some(id) = doc.identity.as_ref().and_then(official) {
        return Some(id);
    }
    let rest = path.strip_prefix("/open-apis/").or_else(|| path.strip_prefix('/'))?;
    let mut segments = rest.split('/').filter(|segment| !segment.is_empty());
    let service = stem(segments.next()?)?;
    let mut rest: Vec<&str> = segments.collect();
    let version = match rest.iter().position(|segment| is_version(segment)) {
        Some(at) => rest.remove(at).to_owned(),
        None => "v1".to_owned(),
    };
    let literals: Vec<&str> = rest.iter().copied().filter(|segment| !segment.starts_with(':')).collect();
    let address = doc.address.as_deref().unwrap_or_default();
    let address: Vec<&str> = address.split(['/', '?', '#']).filter(|segment| !segment.is_empty()).collect();
    let place = address
        .iter()
        .position(|segment| segment.rsplit_once('-').is_some_and(|(_, version)| is_version(version)));
    let tail = place.and_then(|at| address.get(at + 1..)).unwrap_or_default();
    let mirrored = address.contains(&"server-docs");
    if let ([resource, action], false) = (tail, mirrored)
        && let (Some(resource), Some(action)) = (stem(resource), stem(action))
    {
        return Some(EndpointId { service, version, resource: not_types(resource), action });
    }
    let (resource, action) = by_path(&rest, &literals, doc, tail.last().copied())?;
    Some(EndpointId { service, version, resource: not_types(resource), action })
}

/// The name that the portal gives an operation.
pub(super) fn official(identity: &Identity) -> Option<EndpointId> {
    Some(EndpointId {
        service: stem(&identity.project)?,
        version: stem(&identity.version).filter(|version| is_version(version))?,
        resource: not_types(stem(&identity.resource)?),
        action: stem(&identity.method)?,
    })
}

/// Resource and action from the path, and from the page's name if that is a word.
fn by_path(all: &[&str], literals: &[&str], doc: &PageDoc, page: Option<&str>) -> Option<(String, String)> {
    let page = page.map(|page| page.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-'));
    let page = page.filter(|page| !page.chars().any(|c| c.is_ascii_uppercase())).and_then(stem);
    let mut nouns: Vec<String> =
        literals.iter().filter_map(|segment| stem(segment)).map(|noun| singular(&noun)).collect();
    let last = literals.last().and_then(|segment| stem(segment));
    let ends_in_id = all.last().is_some_and(|segment| segment.starts_with(':'));
    let action = match (page, &last) {
        (Some(page), Some(last)) if page == *last && nouns.len() > 1 => {
            nouns.pop();
            page
        }
        (Some(page), _) => page,
        (None, Some(last)) if !ends_in_id && nouns.len() > 1 && singular(last) == *last => {
            nouns.pop();
            last.clone()
        }
        _ => by_method(&doc.method, ends_in_id).to_owned(),
    };
    let resource = nouns.join("_");
    (!resource.is_empty()).then_some((resource, action))
}

fn by_method(method: &str, one: bool) -> &'static str {
    match (method, one) {
        ("GET", true) => "get",
        ("GET", false) => "list",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", _) => "delete",
        _ => "create",
    }
}

/// A folder called `types` holds types.
fn not_types(resource: String) -> String {
    if resource == "types" { "type_".to_owned() } else { resource }
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `functional_role-member`, `userGroup` → `functional_role_member`, `user_group`; `None` if that gives no name.
pub(super) fn stem(segment: &str) -> Option<String> {
    let mut stem = String::new();
    let mut before = '_';
    for c in segment.chars() {
        match c {
            'A'..='Z' => {
                if before != '_' && !before.is_ascii_uppercase() {
                    stem.push('_');
                }
                stem.push(c.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => stem.push(c),
            '_' | '-' | '.' if !stem.ends_with('_') && !stem.is_empty() => stem.push('_'),
            '_' | '-' | '.' => {}
            _ => return None,
        }
        before = c;
    }
    let stem = stem.trim_end_matches('_').to_owned();
    (stem.starts_with(|c: char| c.is_ascii_lowercase()) && stem.len() <= 60).then_some(stem)
}

/// `talents` → `talent`, `categories` → `category`, `option_list` → `option`
pub(super) fn singular(noun: &str) -> String {
    if let Some(items) = noun.strip_suffix("_list").filter(|items| !items.is_empty()) {
        return singular(items);
    }
    if let Some(root) = noun.strip_suffix("ies").filter(|root| root.len() > 1) {
        return format!("{root}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if noun.ends_with(ending) {
            return noun.strip_suffix("es").unwrap_or(noun).to_owned();
        }
    }
    match noun.strip_suffix('s') {
        Some(root) if !root.ends_with(['s', 'u', 'i']) && root.len() > 2 => root.to_owned(),
        _ => noun.to_owned(),
    }
}

/// `talent` → `a talent`
pub(super) fn one(noun: &str) -> String {
    if is_plural(noun) {
        return noun.to_owned();
    }
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// `talent` → `talents`, `JobCategory` → `JobCategories`
pub(super) fn plural(noun: &str) -> String {
    if is_plural(noun) {
        return noun.to_owned();
    }
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['s', 'x']) || noun.ends_with("ch") || noun.ends_with("sh") => {
            format!("{noun}es")
        }
        None => format!("{noun}s"),
    }
}

/// Also nouns without a singular or without a plural.
fn is_plural(noun: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "access",
        "attendance",
        "children",
        "content",
        "data",
        "feedback",
        "info",
        "information",
        "media",
        "metadata",
        "people",
        "speech",
        "staff",
        "text",
    ];
    let last = noun.rsplit(' ').next().unwrap_or_default();
    let last = last.get(last.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0)..).unwrap_or_default();
    let last = last.to_ascii_lowercase();
    OTHERS.contains(&last.as_str()) || last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us")
}

/// `talent_combined-basic info` → `TalentCombinedBasicInfo`; `None` if that gives no name.
pub(super) fn camel(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut start = true;
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            // `zh_CN` and `OPEN_ID` are words, too: of a word in capitals only the first letter stays a capital.
            let upper = start || c.is_ascii_uppercase() && before.is_ascii_lowercase();
            name.push(if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
            start = false;
        } else {
            start = true;
        }
        before = c;
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, 'N');
    }
    let fits = !name.is_empty()
        && name.len() <= 80
        && name != "Self"
        && crate::resolve::name::reserved_type(&name).is_none();
    fits.then_some(name)
}

/// The page's address, which every spec has to contain.
pub(super) fn address(doc: &PageDoc) -> String {
    let address = doc.address.as_deref().unwrap_or_default();
    let clean = |address: &str| {
        address.chars().filter(|c| !c.is_whitespace() && !"<>\"`\\".contains(*c)).collect::<String>()
    };
    if address.starts_with("https://") {
        clean(address)
    } else if address.starts_with('/') {
        format!("https://open.feishu.cn/document{}", clean(address))
    } else {
        "https://open.feishu.cn/document".to_owned()
    }
}

/// `1000 次/分钟、50 次/秒` → `1000/min, 50/s`
pub(super) fn quota(text: &str) -> Option<String> {
    if text.contains("特殊频控") || text.to_ascii_lowercase().contains("special") {
        return Some("special".to_owned());
    }
    let mut windows: Vec<(u32, &str)> = Vec::new();
    for part in text.split(['、', '，', ',', ';', '；']) {
        let digits: String =
            part.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        let count = digits.parse::<u32>().ok().filter(|count| *count > 0)?;
        let unit = if ["分钟", "minute", "/min"].iter().any(|unit| part.contains(unit)) {
            "min"
        } else if ["秒", "second", "/s"].iter().any(|unit| part.contains(unit)) {
            "s"
        } else {
            return None;
        };
        if windows.iter().any(|(_, known)| *known == unit) {
            return None;
        }
        windows.push((count, unit));
    }
    let windows: Vec<String> = windows.iter().map(|(count, unit)| format!("{count}/{unit}")).collect();
    (!windows.is_empty()).then(|| windows.join(", "))
}
