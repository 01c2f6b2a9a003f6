//! Endpoints: which there are, what calling them takes, and what they send and answer.

use super::kind::{Effect, Kind};
use super::pair::unnamed;
use super::structs::{Slot, Struct};
use super::{At, Compare, spell};
use crate::emit;
use crate::ir::{Api, Base, BaseUrl, Endpoint, Field, Home, Quota, Safety};

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
            let why = "its method, its module and what it declares are reached by another path";
            let change = at.change(Kind::EndpointRenamed, Effect::BREAKS_RUST).key("name").why(why);
            self.say(change.changed(old.id.to_string(), new.id.to_string()));
        }
        self.address(at, old, new);
        self.callers(at, old, new);
        self.scopes(at, old, new);
        self.quota(at, old.quota, new.quota);
        self.safety(at, &old.safety, &new.safety);
        if old.envelope != new.envelope {
            let change = at.change(Kind::Envelope, Effect::BREAKS_WIRE).key("envelope");
            let change = change.changed(spell::envelope(old.envelope), spell::envelope(new.envelope));
            self.say(change.why("clients built before do not understand the answer"));
        }
        self.encoding(at, old, new);
        let same_path = unnamed(&old.path) == unnamed(&new.path);
        let (old_home, new_home) = (Home::Local(old.id.clone()), Home::Local(new.id.clone()));
        let (from, to) = (self.old.api, self.new.api);
        let before = structure(from, &old_home, request_slots(old, same_path), true);
        self.structs(at, &before, &structure(to, &new_home, request_slots(new, same_path), true));
        let before = structure(from, &old_home, Slot::all("response", &old.response), false);
        self.structs(at, &before, &structure(to, &new_home, Slot::all("response", &new.response), false));
        self.paging(at, old, new);
        self.errors(at, &old.errors, &new.errors);
        self.endpoint_texts(at, old, new);
    }

    fn address(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let why = "clients built before call what is not there any more";
        if old.method != new.method {
            let change = at.change(Kind::Method, Effect::BREAKS_WIRE).key("method").why(why);
            self.say(change.changed(old.method.as_str(), new.method.as_str()));
        }
        if unnamed(&old.path) != unnamed(&new.path) {
            let change = at.change(Kind::Path, Effect::BREAKS_WIRE).key("path").why(why);
            self.say(change.changed(&old.path, &new.path));
        }
    }

    fn callers(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let tokens = |endpoint: &Endpoint| words(endpoint.tokens.iter().map(|token| emit::token(*token)));
        let (before, after) = (tokens(old), tokens(new));
        let change = |effect| {
            let change = at.change(Kind::Tokens, effect).key("tokens");
            change.changed(before.join(", "), after.join(", "))
        };
        if before.iter().any(|token| !after.contains(token)) {
            self.say(
                change(Effect::BREAKS_WIRE).why("the client refuses calls with what is not taken any more"),
            );
        } else if after.iter().any(|token| !before.contains(token)) {
            self.say(change(Effect::ADDS_WIRE));
        } else {
            self.order(at, "tokens", &before, &after);
        }
        let apps = |endpoint: &Endpoint| words(endpoint.apps.iter().map(|app| emit::app(*app)));
        let (before, after) = (apps(old), apps(new));
        let known = !before.is_empty() && !after.is_empty();
        let change = |effect| {
            let listed = |apps: &[String]| (!apps.is_empty()).then(|| apps.join(", "));
            at.change(Kind::Apps, effect).key("apps").values(listed(&before), listed(&after))
        };
        // A schema that does not say which apps may call says nothing that could be taken back.
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
            (_, Quota::Special) => (Effect::BEHAVES, "the client does not hold calls back any more"),
            (Quota::Special, _) => (Effect::BEHAVES, "the client holds calls back"),
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
            (_, Safety::Safe | Safety::Idempotent) => "requests that may have been processed are sent again",
            (_, Safety::Keyed(_)) => "requests that may have been processed are sent again if the key is set",
            (_, Safety::Unsafe) => "requests that may have been processed are not sent again any more",
        };
        let effect = if why.is_empty() { Effect::SAYS } else { Effect::BEHAVES };
        let change = at.change(Kind::Safety, effect).key("safety").why(why);
        self.say(change.changed(emit::safety(old), emit::safety(new)));
    }

    fn encoding(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let encoding = |endpoint: &Endpoint| {
            let body = endpoint.body.iter().flatten().filter(|field| field.unusable.is_none());
            let files = body.clone().any(|field| field.ty.base == Base::File);
            body.clone().next().map(|_| if files { "form" } else { "JSON" })
        };
        // Where there was none or is none, the fields of the body say so.
        let (Some(old), Some(new)) = (encoding(old), encoding(new)) else { return };
        let (effect, why) = match (old, new) {
            _ if old == new => return,
            ("JSON", _) => (Effect::BREAKS, "`Request` does not implement `Serialize` any more"),
            _ => (Effect::BREAKS_WIRE, ""),
        };
        let change = at.in_("body").change(Kind::Encoding, effect).key("encoding").why(why);
        self.say(change.changed(old, new));
    }

    fn paging(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        let items = |endpoint: &Endpoint| endpoint.paging.as_ref().map(|paging| paging.items.clone());
        let (before, after) = (items(old), items(new));
        let (effect, why) = match (&before, &after) {
            _ if before == after => return,
            (None, _) => (Effect::ADDS_RUST, "`Request` implements `Paged`"),
            (_, None) => (Effect::BREAKS_RUST, "`Request` does not implement `Paged` any more"),
            (Some(a), Some(b)) if listed_type(self.old.api, old, a) == listed_type(self.new.api, new, b) => {
                (Effect::BEHAVES, "pages hold another list")
            }
            _ => (Effect::BREAKS_RUST, "pages hold items of another type"),
        };
        self.say(at.change(Kind::Paging, effect).key("paging").values(before, after).why(why));
    }

    fn endpoint_texts(&mut self, at: &At, old: &Endpoint, new: &Endpoint) {
        self.text(at, "title", Some(&old.title), Some(&new.title));
        self.text(at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(at, "about", old.about.as_deref(), new.about.as_deref());
        self.text(at, "doc", Some(&old.doc), Some(&new.doc));
        self.text(at, "revised", old.revised.as_deref(), new.revised.as_deref());
        let request =
            |endpoint: &Endpoint| endpoint.request_example.as_ref().map(|example| example.text.clone());
        self.text(at, "request.json", request(old).as_deref(), request(new).as_deref());
        let response =
            |endpoint: &Endpoint| endpoint.response_example.as_ref().map(|example| example.text.clone());
        self.text(at, "response.json", response(old).as_deref(), response(new).as_deref());
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
                    self.say(change.why("clients built before call what is not there any more"));
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

fn structure<'a>(api: &'a Api, home: &'a Home, slots: Vec<Slot<'a>>, sent: bool) -> Struct<'a> {
    Struct { api, home, owner: None, sent, slots }
}

/// Where the path is the same but for names, a parameter is what stands in its place.
fn request_slots(endpoint: &Endpoint, same_path: bool) -> Vec<Slot<'_>> {
    let mut slots = Slot::all("path", &endpoint.path_params);
    let segments: Vec<&str> = endpoint.path.split('/').collect();
    for slot in slots.iter_mut().filter(|_| same_path) {
        let place = segments.iter().position(|segment| segment.strip_prefix(':') == Some(&slot.field.wire));
        slot.key = place.unwrap_or_default().to_string();
    }
    slots.extend(Slot::all("query", &endpoint.query));
    slots.extend(Slot::all("body", endpoint.body.as_deref().unwrap_or_default()));
    slots
}

/// What is in a list of an answer, as Rust has it.
fn listed_type(api: &Api, endpoint: &Endpoint, path: &str) -> Option<String> {
    let mut fields: &[Field] = &endpoint.response;
    let mut found = None;
    for step in path.split('.') {
        let field = fields.iter().find(|field| field.wire == step)?;
        fields = match field.ty.base {
            Base::Type(id) => emit::object_fields(api, id),
            _ => &[],
        };
        found = Some(field);
    }
    let home = Home::Local(endpoint.id.clone());
    found.map(|field| emit::spelled(api, &home, None, false, field).inside)
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    words.map(str::to_owned).collect()
}
