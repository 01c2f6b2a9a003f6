//! Compares endpoints: which exist, what they require, and what they send and receive.

use super::kind::{Effect, Kind};
use super::pair::unnamed;
use super::structs::{Slot, Struct};
use super::{At, Compare, spell};
use crate::resolve::ir::{Api, App, Base, BaseUrl, Endpoint, Example, Field, Home, Paging, Quota, Safety};
use crate::rust;

impl Compare<'_> {
    pub(super) fn endpoints(&mut self) {
        let (old, new) = (self.old.api, self.new.api);
        let pairs = self.pairs.endpoints.clone();
        for (index, endpoint) in new.endpoints.iter().enumerate() {
            let at = At::endpoint(&endpoint.id);
            let before = pairs.iter().find(|(_, new)| *new == index);
            match before.and_then(|(before, _)| old.endpoints.get(*before)) {
                Some(before) => self.endpoint(&at, before, endpoint),
                None => {
                    let change = at.change(Kind::EndpointAdded, Effect::ADDS);
                    self.say(change.added(spell::call(endpoint)));
                }
            }
        }
        for endpoint in &old.endpoints {
            if self.pairs.id(&endpoint.id).is_some() {
                continue;
            }
            let change = At::endpoint(&endpoint.id).change(Kind::EndpointRemoved, Effect::BREAKS);
            self.say(change.removed(spell::call(endpoint)));
        }
    }

    fn endpoint(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        if old.id != new.id {
            let why = "the paths of its method, module and types change";
            let change = at.change(Kind::EndpointRenamed, Effect::BREAKS_RUST).key("name").why(why);
            self.say(change.changed(old.id.to_string(), new.id.to_string()));
        }
        self.address(at, old, new);
        self.hosts(at, &old.base_urls, &new.base_urls);
        self.deprecated(at, old.deprecated.as_deref(), new.deprecated.as_deref());
        self.callers(at, old, new);
        self.scopes(at, &old.scopes, &new.scopes);
        self.section_scopes(at, &old.field_scopes, &new.field_scopes);
        self.quota(at, old.quota, new.quota);
        self.safety(at, &old.safety, &new.safety);
        if old.envelope != new.envelope {
            let change = at.change(Kind::Envelope, Effect::BREAKS_WIRE).key("envelope");
            let change = change.changed(spell::envelope(old.envelope), spell::envelope(new.envelope));
            self.say(change.why("existing clients cannot read the answer"));
        }
        let (body_has_pairs, answer_has_pairs) =
            (self.body_form(at, old, new), self.answer_form(at, old, new));
        self.encoding(at, old, new);
        let same_path = unnamed(&old.path) == unnamed(&new.path);
        let (old_home, new_home) = (Home::Local(old.id.clone()), Home::Local(new.id.clone()));
        let (from, to) = (self.old.api, self.new.api);
        let sent = |endpoint| request_slots(endpoint, same_path, body_has_pairs);
        let before = structure(from, &old_home, sent(old), true);
        self.structs(at, &before, &structure(to, &new_home, sent(new), true));
        if answer_has_pairs {
            let before = structure(from, &old_home, Slot::all("response", &old.response), false);
            self.structs(at, &before, &structure(to, &new_home, Slot::all("response", &new.response), false));
        }
        self.paging(at, old, new);
        self.errors(at, &old.errors, &new.errors);
        self.endpoint_texts(at, old, new);
    }

    /// Whether the bodies can be compared field by field: a list and an object cannot.
    fn body_form(&mut self, at: &At, old: &Endpoint, new: &Endpoint) -> bool {
        let lists = (old.body_list(), new.body_list());
        // If there was or is none, the fields of the body report it.
        if old.body.is_none() || new.body.is_none() || lists.0.is_some() == lists.1.is_some() {
            return true;
        }
        let why = match lists.1 {
            Some(list) => format!("the body is a list, and `new` takes its `{}`", list.ident),
            None => "the body is an object, no list".to_owned(),
        };
        let change = at.change(Kind::Type, Effect::BREAKS).key("body").why(why);
        self.say(change.changed(form(self.old.api, lists.0), form(self.new.api, lists.1)));
        false
    }

    /// The same of the answers, which may also be files.
    fn answer_form(&mut self, at: &At, old: &Endpoint, new: &Endpoint) -> bool {
        let lists = (old.response_list(), new.response_list());
        let same_form = lists.0.is_some() == lists.1.is_some();
        if same_form && old.answers_file == new.answers_file {
            return true;
        }
        let why = match lists.1 {
            _ if new.answers_file => "a `Download` replaces `Response`",
            _ if old.answers_file => "`Response` replaces the `Download`",
            Some(_) => "the answer is a list, which `Response` has as its only field",
            None => "the answer is an object, no list",
        };
        let word = |api, endpoint: &Endpoint, list| {
            if endpoint.answers_file { "file".to_owned() } else { form(api, list) }
        };
        let (before, after) = (word(self.old.api, old, lists.0), word(self.new.api, new, lists.1));
        self.say(at.change(Kind::Type, Effect::BREAKS).key("response").changed(before, after).why(why));
        same_form
    }

    fn address(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let why = "existing clients call an address that no longer exists";
        if old.method != new.method {
            let change = at.change(Kind::Method, Effect::BREAKS_WIRE).key("method").why(why);
            self.say(change.changed(old.method.as_str(), new.method.as_str()));
        }
        if unnamed(&old.path) != unnamed(&new.path) {
            let change = at.change(Kind::Path, Effect::BREAKS_WIRE).key("path").why(why);
            self.say(change.changed(&old.path, &new.path));
        }
    }

    /// The base URLs of an endpoint on another host.
    fn hosts(&mut self, at: &At, old: &[BaseUrl], new: &[BaseUrl]) {
        let spelled = |urls: &[BaseUrl]| {
            let urls: Vec<String> =
                urls.iter().map(|base| format!("{}: {}", base.region, base.url)).collect();
            (!urls.is_empty()).then(|| urls.join(", "))
        };
        let (before, after) = (spelled(old), spelled(new));
        if before != after {
            let why = "existing clients call an address that no longer exists";
            let change = at.change(Kind::BaseUrl, Effect::BREAKS_WIRE).key("base_urls").why(why);
            self.say(change.values(before, after));
        }
    }

    fn callers(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let tokens = |endpoint: &Endpoint| words(endpoint.tokens.iter().map(|token| rust::token(*token)));
        let (before, after) = (tokens(old), tokens(new));
        let change = |effect| {
            let change = at.change(Kind::Tokens, effect).key("tokens");
            let spelled =
                |tokens: &[String]| if tokens.is_empty() { "none".to_owned() } else { tokens.join(", ") };
            change.changed(spelled(&before), spelled(&after))
        };
        if before.is_empty() && !after.is_empty() {
            self.say(change(Effect::BREAKS_WIRE).why("existing clients send no token"));
        } else if after.is_empty() && !before.is_empty() {
            self.say(change(Effect::BEHAVES).why("it is called without a token"));
        } else if before.iter().any(|token| !after.contains(token)) {
            self.say(
                change(Effect::BREAKS_WIRE)
                    .why("the client refuses calls with a token that is no longer accepted"),
            );
        } else if after.iter().any(|token| !before.contains(token)) {
            self.say(change(Effect::ADDS_WIRE));
        } else {
            self.order(at, "tokens", &before, &after);
        }
        self.apps(at, &old.apps, &new.apps);
    }

    pub(super) fn apps(&mut self, at: &At, old: &[App], new: &[App]) {
        let apps = |apps: &[App]| words(apps.iter().map(|app| rust::app(*app)));
        let (before, after) = (apps(old), apps(new));
        let known = !before.is_empty() && !after.is_empty();
        let change = |effect| {
            let listed = |apps: &[String]| (!apps.is_empty()).then(|| apps.join(", "));
            at.change(Kind::Apps, effect).key("apps").values(listed(&before), listed(&after))
        };
        // A schema without apps makes no promise that could be withdrawn.
        if !known && before != after {
            self.say(change(Effect::SAYS));
        } else if before.iter().any(|app| !after.contains(app)) {
            self.say(change(Effect::BREAKS_WIRE).why("other apps are refused"));
        } else if after.iter().any(|app| !before.contains(app)) {
            self.say(change(Effect::ADDS_WIRE));
        } else {
            self.order(at, "apps", &before, &after);
        }
    }

    fn quota(&mut self, at: &At, old: Quota, new: Quota) {
        let (effect, why) = match (old, new) {
            _ if old == new => return,
            (_, Quota::Special) => (Effect::BEHAVES, "the client no longer delays calls"),
            (Quota::Special, _) => (Effect::BEHAVES, "the client delays calls"),
            (
                Quota::Windows { per_second: old_second, per_minute: old_minute },
                Quota::Windows { per_second, per_minute },
            ) => {
                // No window is the widest.
                let lower =
                    |old: Option<u32>, new: Option<u32>| new.unwrap_or(u32::MAX) < old.unwrap_or(u32::MAX);
                if lower(old_second, per_second) || lower(old_minute, per_minute) {
                    (Effect::BEHAVES, "calls wait longer")
                } else {
                    (Effect::ADDS_WIRE, "calls wait less")
                }
            }
        };
        let change = at.change(Kind::Quota, effect).key("quota").why(why);
        self.say(change.changed(old.to_string(), new.to_string()));
    }

    fn safety(&mut self, at: &At, old: &Safety, new: &Safety) {
        let why = match (old, new) {
            _ if old == new => return,
            (Safety::Safe | Safety::Idempotent, Safety::Safe | Safety::Idempotent) => "",
            (_, Safety::Safe | Safety::Idempotent) => "requests that may have been processed are repeated",
            (_, Safety::Keyed(_)) => "requests that may have been processed are repeated if the key is set",
            (_, Safety::Unsafe) => "requests that may have been processed are no longer repeated",
        };
        let effect = if why.is_empty() { Effect::SAYS } else { Effect::BEHAVES };
        let change = at.change(Kind::Safety, effect).key("safety").why(why);
        self.say(change.changed(rust::safety(old), rust::safety(new)));
    }

    fn encoding(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let encoding = |endpoint: &Endpoint| {
            let body = endpoint.body.iter().flatten().filter(|field| field.unusable.is_none());
            let files = body.clone().any(|field| field.ty.base == Base::File);
            body.clone().next().map(|_| if files { "form" } else { "JSON" })
        };
        // If there was or is none, the fields of the body report it.
        let (Some(old), Some(new)) = (encoding(old), encoding(new)) else { return };
        let (effect, why) = match (old, new) {
            _ if old == new => return,
            ("JSON", _) => (Effect::BREAKS, "`Request` no longer implements `Serialize`"),
            _ => (Effect::BREAKS_WIRE, ""),
        };
        let change = at.in_("body").change(Kind::Encoding, effect).key("encoding").why(why);
        self.say(change.changed(old, new));
    }

    fn paging(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let written = |endpoint: &Endpoint| endpoint.paging.as_ref().map(Paging::to_string);
        let (before, after) = (written(old), written(new));
        let (effect, why) = match (&old.paging, &new.paging) {
            _ if before == after => return,
            (None, _) => (Effect::ADDS_RUST, "`Request` implements `Paged`"),
            (_, None) => (Effect::BREAKS_RUST, "`Request` does not implement `Paged` any more"),
            (Some(a), Some(b)) if a.items == b.items => (Effect::BEHAVES, "pages are turned by other fields"),
            (Some(a), Some(b))
                if listed_type(self.old.api, old, &a.items) == listed_type(self.new.api, new, &b.items) =>
            {
                (Effect::BEHAVES, "pages contain another list")
            }
            _ => (Effect::BREAKS_RUST, "pages contain items of another type"),
        };
        self.say(at.change(Kind::Paging, effect).key("paging").values(before, after).why(why));
    }

    fn endpoint_texts(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        self.text(at, "title", Some(&old.title), Some(&new.title));
        self.text(at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(at, "about", old.about.as_deref(), new.about.as_deref());
        self.text(at, "doc", Some(&old.doc), Some(&new.doc));
        self.text(at, "revised", old.revised.as_deref(), new.revised.as_deref());
        self.example(at, "request.json", old.request_example.as_ref(), new.request_example.as_ref());
        self.example(at, "response.json", old.response_example.as_ref(), new.response_example.as_ref());
    }

    /// Examples are compared as JSON, not as text.
    pub(super) fn example(
        &mut self,
        at: &At,
        key: &'static str,
        old: Option<&Example>,
        new: Option<&Example>,
    ) {
        let value = |example: Option<&Example>| -> Option<serde_json::Value> {
            serde_json::from_str(&example?.text).ok()
        };
        let same = value(old).is_some_and(|before| value(new).is_some_and(|after| before == after));
        if !same {
            let text = |example: &Example| example.text.clone();
            self.text(at, key, old.map(text).as_deref(), new.map(text).as_deref());
        }
    }

    pub(super) fn base_urls(&mut self) {
        let (old, new) = (&self.old.api.base_urls, &self.new.api.base_urls);
        let names = |urls: &[BaseUrl]| words(urls.iter().map(|base| base.region.as_str()));
        for BaseUrl { region, url, .. } in new {
            let at = At::api().in_("base_urls").in_(region);
            match old.iter().find(|known| known.region == *region) {
                None => self.say(at.change(Kind::BaseUrl, Effect::ADDS_RUST).added(url)),
                Some(before) if before.url != *url => {
                    let change = at.change(Kind::BaseUrl, Effect::BREAKS_WIRE).changed(&before.url, url);
                    self.say(change.why("existing clients call an address that no longer exists"));
                }
                Some(_) => {}
            }
        }
        for BaseUrl { region, url, .. } in old {
            if new.iter().any(|known| known.region == *region) {
                continue;
            }
            let at = At::api().in_("base_urls").in_(region);
            let why = format!("the constant `{}` is gone", region.to_ascii_uppercase());
            self.say(at.change(Kind::BaseUrl, Effect::BREAKS_RUST).removed(url).why(why));
        }
        self.order(&At::api(), "base_urls", &names(old), &names(new));
    }
}

pub(super) fn structure<'a>(api: &'a Api, home: &'a Home, slots: Vec<Slot<'a>>, sent: bool) -> Struct<'a> {
    Struct { api, home, owner: None, sent, slots }
}

/// Names the shape of a body or an answer: `fields`, or the type of a list.
fn form(api: &Api, list: Option<&Field>) -> String {
    list.map_or_else(|| "fields".to_owned(), |list| spell::ty(api, list))
}

/// If two paths differ only in names, parameters are matched by position.
fn request_slots(endpoint: &Endpoint, same_path: bool, with_body: bool) -> Vec<Slot<'_>> {
    let mut slots = Slot::all("path", &endpoint.path_params);
    let segments: Vec<&str> = endpoint.path.split('/').collect();
    for slot in slots.iter_mut().filter(|_| same_path) {
        let place = segments.iter().position(|segment| segment.strip_prefix(':') == Some(&slot.field.wire));
        slot.key = place.unwrap_or_default().to_string();
    }
    slots.extend(Slot::all("query", &endpoint.query));
    slots.extend(Slot::all("headers", &endpoint.headers));
    slots.extend(Slot::all("body", endpoint.body.as_deref().filter(|_| with_body).unwrap_or_default()));
    slots
}

/// The items of a list in an answer, in Rust.
fn listed_type(api: &Api, endpoint: &Endpoint, path: &str) -> Option<String> {
    let mut fields: &[Field] = &endpoint.response;
    let mut found = None;
    for step in path.split('.') {
        let field = fields.iter().find(|field| field.wire == step)?;
        fields = match field.ty.base {
            Base::Type(id) => rust::object_fields(api, id),
            _ => &[],
        };
        found = Some(field);
    }
    let home = Home::Local(endpoint.id.clone());
    found.map(|field| rust::spelled(api, &home, None, false, field).inside)
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    words.map(str::to_owned).collect()
}
