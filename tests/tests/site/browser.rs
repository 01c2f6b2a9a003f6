//! The site in a real browser, from disk. It needs Chromium: `HIRE_BROWSER` is its path.

use std::path::{Path, PathBuf};

use hire_gen::ir::Api;
use serde_json::{Value, json};

use super::devtools::Tab;
use crate::{committed, on_disk};

/// `None`, with a message, if there is no browser.
pub(super) fn browser() -> Option<PathBuf> {
    let browser = std::env::var_os("HIRE_BROWSER").map(PathBuf::from);
    if browser.is_none() {
        println!("skipped: HIRE_BROWSER is not set to the path of Chromium");
    }
    browser
}

/// A site that is open in a browser.
pub(super) struct Site {
    pub(super) tab: Tab,
    pub(super) root: String,
    /// Where requests go beside the site; their answers may be refusals.
    server: Option<String>,
    _dir: tempfile::TempDir,
}

impl Site {
    pub(super) fn open(api: &Api, browser: &Path) -> Self {
        let (dir, root) = on_disk(api);
        let mut tab = Tab::open(browser);
        tab.resize(1440, 900, false);
        tab.prefer("light");
        Self { tab, root: format!("file://{}/", root.display()), server: None, _dir: dir }
    }

    /// Lets the site call a server, which may refuse.
    pub(super) fn may_call(&mut self, server: &str) {
        self.server = Some(server.to_owned());
    }

    pub(super) fn go(&mut self, path: &str) {
        let address = format!("{}{path}", self.root);
        self.tab.go(&address);
    }

    /// The current path, below the root.
    pub(super) fn place(&mut self) -> String {
        let address = self.tab.text("location.href");
        address.strip_prefix(&self.root).unwrap_or_else(|| panic!("{address}")).to_owned()
    }

    /// Opens the search with its key and types.
    pub(super) fn search(&mut self, text: &str) {
        self.tab.key("/");
        self.tab.type_text(text);
        self.tab.until("document.querySelectorAll('#results li').length > 0");
    }

    /// The name of the selected result.
    pub(super) fn chosen(&mut self) -> String {
        self.tab.text("document.querySelector('#results [aria-selected=true] .what').textContent")
    }

    /// A picture for people, if `HIRE_PICTURES` names a folder.
    pub(super) fn picture(&mut self, name: &str) {
        if let Some(dir) = std::env::var_os("HIRE_PICTURES") {
            let png = self.tab.picture();
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(Path::new(&dir).join(format!("{name}.png")), png).unwrap();
        }
    }

    /// The console has no messages, and all requests are for the site's folder or its server.
    pub(super) fn close(self) {
        let of_server = |text: &str| self.server.as_deref().is_some_and(|server| text.contains(server));
        let complaints: Vec<&String> = self.tab.complaints.iter().filter(|text| !of_server(text)).collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        assert!(!self.tab.requests.is_empty());
        let origins = [self.root.as_str(), "about:blank"].into_iter().chain(self.server.as_deref());
        for request in &self.tab.requests {
            assert!(origins.clone().any(|origin| request.starts_with(origin)), "{request}");
        }
    }
}

#[test]
fn the_search_finds_names_labels_paths_codes_and_values_by_the_keyboard_alone() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    site.go("index.html");
    for (text, first, place) in [
        (
            "website_delivery_task",
            "Get the result of an application on a website 获取招聘官网投递任务结果",
            "hire/v1/website_delivery_task/get.html",
        ),
        ("create a talent", "Create a talent 创建人才", "hire/v1/talent/combined_create.html"),
        ("创建人才", "Create a talent 创建人才", "hire/v1/talent/combined_create.html"),
        (
            "talents/:talent_id/onboard",
            "Update a talent's onboarding status 更新人才在职状态",
            "hire/v1/talent/onboard_status.html",
        ),
        ("hire.v2.talent.get", "Get a talent in detail 获取人才详情", "hire/v2/talent/get.html"),
        (
            "actual_onboard_time",
            "actual_onboard_time 实际入职时间",
            "hire/v1/application/transfer_onboard.html#body.actual_onboard_time",
        ),
        ("99991672", "99991672", "errors.html#common.99991672"),
        ("UserIdType", "UserIdType 用户 ID 类型", "contact/v3/types/UserIdType.html"),
        ("doctor degree", "Doctor 博士", "hire/v1/types/Degree.html#value.8"),
        (
            "hire:note:readonly",
            "hire:note:readonly 获取招聘备注信息",
            "scopes.html#scope=hire%3Anote%3Areadonly",
        ),
    ] {
        site.search(text);
        assert_eq!(site.chosen(), first, "{text}");
        site.tab.key("Enter");
        let there = format!("decodeURI(location.href).endsWith({})", Value::from(place));
        site.tab.until(&there);
        site.tab.until("document.readyState === 'complete'");
        // If the address contains an anchor, its target is visible.
        let seen = "!location.hash.includes('.') || (({top}) => top > 0 && top < innerHeight)\
                    (document.getElementById(decodeURIComponent(location.hash.slice(1))).getBoundingClientRect())";
        site.tab.until(seen);
    }
    site.go("index.html");
    site.search("list");
    let first = site.chosen();
    site.tab.key("ArrowDown");
    let second = site.chosen();
    assert_ne!(first, second);
    site.tab.key("ArrowUp");
    assert_eq!(site.chosen(), first);
    site.tab.key("ArrowUp");
    assert_eq!(
        site.tab.text("document.querySelector('#results li:last-child').getAttribute('aria-selected')"),
        "true"
    );
    assert!(site.tab.text("document.getElementById('count').textContent").contains("the first 60 are shown"));
    site.tab.key("Escape");
    assert_eq!(site.tab.eval("document.querySelector('.found').hidden"), json!(true));
    site.tab.key("/");
    site.tab.type_text("qqqqq");
    site.tab.until("document.getElementById('count').textContent === 'No results'");
    site.close();
}

/// Typed texts, and the operations of which one is expected.
const TYPED: [(&str, &[&str]); 19] = [
    ("interview", &["hire.v1.interview.list"]),
    ("offer", &["hire.v1.offer.list", "hire.v1.offer.get", "hire.v1.offer.create"]),
    ("talent", &["hire.v1.talent.get", "hire.v1.talent.list"]),
    ("job", &["hire.v1.job.get", "hire.v1.job.list"]),
    ("attachment", &["hire.v1.attachment.get"]),
    ("resume", &["hire.v1.resume_source.list", "hire.v1.evaluation.list"]),
    ("ＯＦＦＥＲ", &["hire.v1.offer.list", "hire.v1.offer.get", "hire.v1.offer.create"]),
    ("create candidate", &["hire.v1.talent.combined_create"]),
    ("webhook talent deleted", &["hire.talent.deleted_v1"]),
    ("resume evaluations", &["hire.v1.evaluation.list"]),
    ("简历", &["hire.v1.resume_source.list", "hire.v1.evaluation.list"]),
    ("mianshi", &["hire.v1.interview.list"]),
    ("POST talents", &["hire.v1.talent.combined_create"]),
    ("crate offer", &["hire.v1.offer.create"]),
    ("lst jobs", &["hire.v1.job.list"]),
    ("stage changed", &["hire.application.stage_changed_v1"]),
    ("event offer", &["hire.offer.status_changed_v1"]),
    ("删除人才", &["hire.talent.deleted_v1"]),
    ("hire.eco_exam.created_v1", &["hire.eco_exam.created_v1"]),
];

#[test]
fn the_operation_that_is_meant_is_among_the_first_three() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    for (text, meant) in TYPED {
        site.go("index.html");
        site.search(text);
        let first = "[...document.querySelectorAll('#results li .where')].slice(0, 3).map((one) => one.textContent).join('  ')";
        let first = site.tab.text(first);
        let names: Vec<&str> = first.split("  ").collect();
        assert!(meant.iter().all(|name| names.contains(name)), "{text}: {first}");
    }
    site.close();
}

#[test]
fn every_page_has_its_chinese_counterpart() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    for path in
        ["index.html", "hire/v1/talent/get.html", "hire/v1/offer/events/status_changed.html", "scopes.html"]
    {
        site.go(path);
        site.tab.click(".language");
        site.tab.until(&format!(
            "location.href.endsWith('/zh/{path}') && document.documentElement?.lang === 'zh'"
        ));
        site.tab.until("document.readyState === 'complete'");
        // The list of resources, the search and the back button also work from there.
        site.tab.until("document.querySelectorAll('#nav details a').length > 70");
        site.search("创建人才");
        site.tab.key("Enter");
        site.tab.until("location.href.endsWith('/zh/hire/v1/talent/combined_create.html')");
        site.tab.until("document.readyState === 'complete'");
        assert_eq!(site.tab.text("document.querySelector('h1').textContent"), "创建人才");
        site.tab.click(".language");
        site.tab.until("document.documentElement?.lang === 'en'");
        assert_eq!(site.place(), "hire/v1/talent/combined_create.html");
    }
    site.close();
}

#[test]
fn a_link_to_a_field_opens_what_is_around_it() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    let field = "body.basic_info.identification.identification_type";
    site.go("hire/v1/talent/combined_create.html");
    let around = format!("document.getElementById('{field}').closest('details').open");
    assert_eq!(site.tab.eval(&around), json!(false), "so many fields begin closed");
    site.picture("endpoint");
    site.go(&format!("hire/v1/talent/combined_create.html#{field}"));
    site.tab.until(&around);
    let top = format!("document.getElementById('{field}').getBoundingClientRect().top");
    assert!((40.0..300.0).contains(&site.tab.eval(&top).as_f64().unwrap()), "below the bar, and in sight");
    site.picture("deep-link");
    // The name of a field links to it, with the same address as elsewhere.
    site.tab.click("[id='body.creator_id'] .name");
    site.tab.until("location.hash === '#body.creator_id'");
    let closed = "document.querySelectorAll('#body').length && [...document.querySelectorAll('details')].filter(one => \
                  one.closest('section')?.querySelector('#body') && !one.open).length";
    site.tab.click(".sections section:nth-of-type(2) .top button");
    site.tab.until(&format!("({closed}) === 0"));
    assert_eq!(
        site.tab.text("document.querySelector('.sections section:nth-of-type(2) .top button').textContent"),
        "Close all"
    );
    site.picture("open");
    // Print expands everything, and the screen is then as before.
    site.go("hire/v1/talent/combined_create.html");
    let open = site.tab.eval("document.querySelectorAll('details[open]').length");
    site.tab.eval("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(site.tab.eval("document.querySelectorAll('details:not([open])').length"), json!(0));
    site.tab.eval("dispatchEvent(new Event('afterprint'))");
    assert_eq!(site.tab.eval("document.querySelectorAll('details[open]').length"), open);
    assert!(site.tab.print() > 10_000);
    site.close();
}

const GROUND: &str = "getComputedStyle(document.body).backgroundColor";

#[test]
fn dark_pages_follow_the_system_until_somebody_chooses() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    site.go("index.html");
    let light = site.tab.text(GROUND);
    site.tab.prefer("dark");
    site.go("index.html");
    let dark = site.tab.text(GROUND);
    assert_ne!(light, dark);
    site.tab.click("#theme");
    assert_eq!(site.tab.text(GROUND), light, "the switch");
    site.go("hire/v1/talent/get.html");
    assert_eq!(site.tab.text(GROUND), light, "it is remembered");
    assert_eq!(site.tab.text("document.getElementById('theme').textContent"), "Dark");
    site.tab.click("#theme");
    assert_eq!(site.tab.text(GROUND), dark);
    // The system's preference is not stored.
    assert_eq!(site.tab.eval("localStorage.length"), json!(0));
    site.picture("dark");
    site.tab.prefer("light");
    assert_eq!(site.tab.text(GROUND), light);
    site.close();
}

/// Text with a contrast below 4.5 to 1, the minimum of WCAG 2 for text of any size.
const FAINT: &str = "(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (color) => {
    const [r, g, b] = [...rgba(color)].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (rgba(color)[3] === 255) return color;
    }
    return 'white';
  };
  const known = new Map();
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!text || element.closest('[hidden]') || !element.checkVisibility()) continue;
    const [front, back] = [getComputedStyle(element).color, behind(element)];
    const [a, b] = [light(front), light(back)].sort((a, b) => b - a);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) known.set(`${front} on ${back}: ${contrast.toFixed(2)}`, element.outerHTML.slice(0, 120));
  }
  return [...known].flat();
})()";

/// Elements wider than the window, and whether the page scrolls sideways.
pub(super) const WIDE: &str = "(() => {
  const page = document.documentElement;
  if (page.scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  return wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 200)).concat(String(page.scrollWidth));
})()";

#[test]
fn every_page_fits_a_phone_and_can_be_read_in_light_and_dark() {
    let Some(browser) = browser() else { return };
    let api = committed();
    let mut site = Site::open(&api, &browser);
    let (types, mut pages): (Vec<String>, Vec<String>) = crate::files(&api)
        .into_keys()
        .filter(|path| path.ends_with(".html"))
        .partition(|path| path.contains("/types/"));
    // There are many types, and they are similar.
    pages.extend(types.into_iter().step_by(10));
    for (index, path) in pages.iter().enumerate() {
        site.tab.resize(360, 740, true);
        site.go(path);
        assert_eq!(site.tab.eval(WIDE), json!([]), "{path}");
        site.tab.eval("for (const one of document.querySelectorAll('details')) one.open = true");
        assert_eq!(site.tab.eval(WIDE), json!([]), "{path} with everything open");
        site.tab.resize(1440, 900, false);
        assert_eq!(site.tab.eval(WIDE), json!([]), "{path} on a wide screen");
        // Colours depend on the kind of element, and every page has many kinds.
        for scheme in ["dark", "light"].into_iter().filter(|_| index.is_multiple_of(7)) {
            site.tab.prefer(scheme);
            assert_eq!(site.tab.eval(FAINT), json!([]), "{path}, {scheme}");
        }
    }
    site.tab.resize(360, 740, true);
    site.go("hire/v1/talent/onboard_status.html");
    site.picture("phone");
    // The list of resources is in the menu.
    let shown = "document.getElementById('nav').checkVisibility()";
    assert_eq!(site.tab.eval(shown), json!(false));
    site.tab.click(".menu");
    assert_eq!(site.tab.eval(shown), json!(true));
    site.picture("phone-menu");
    site.tab.click("#nav .close");
    assert_eq!(site.tab.eval(shown), json!(false));
    site.tab.click(".menu");
    site.tab.key("Escape");
    assert_eq!(site.tab.eval(shown), json!(false), "Escape closes the menu");
    site.search("人才");
    site.picture("phone-search");
    assert_eq!(site.tab.eval(WIDE), json!([]));
    site.go("scopes.html#ops=hire.v1.talent.get");
    site.picture("phone-scopes");
    site.tab.resize(1440, 900, false);
    for (path, name) in [
        ("index.html", "index"),
        ("errors.html", "errors"),
        ("hire/v1/talent.html", "resource"),
        ("hire/v1/types.html", "types"),
        ("hire/v1/types/Education.html", "type"),
        ("hire/v1/talent/onboard_status.html", "small-endpoint"),
        ("hire/v1/talent/events/tag_subscription.html", "event"),
    ] {
        site.go(path);
        site.picture(name);
    }
    site.search("talent id");
    site.picture("search");
    site.close();
}

#[test]
fn everything_can_be_reached_and_has_a_name() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    for path in [
        "index.html",
        "scopes.html#ops=hire.v1.talent.get",
        "errors.html",
        "hire/v1/talent/combined_create.html",
        "hire/v1/talent/events/tag_subscription.html",
        "hire/v1/types/Degree.html",
    ] {
        site.go(path);
        let tree = site.tab.command("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().unwrap();
        let role = |node: &Value| node["role"]["value"].as_str().unwrap_or_default().to_owned();
        for node in nodes.iter().filter(|node| node["ignored"] == json!(false)) {
            let acts =
                ["link", "button", "checkbox", "searchbox", "combobox", "listbox", "navigation", "form"];
            if acts.contains(&role(node).as_str()) {
                assert_ne!(node["name"]["value"], json!(""), "{path}: {node}");
            }
        }
        for one in ["banner", "main"] {
            assert_eq!(nodes.iter().filter(|node| role(node) == one).count(), 1, "{path}: {one}");
        }
        let headings = site.tab.eval(
            "[...document.querySelectorAll('main :is(h1, h2, h3)')].map((one) => Number(one.localName[1]))",
        );
        let levels: Vec<u64> =
            headings.as_array().unwrap().iter().map(|level| level.as_u64().unwrap()).collect();
        assert_eq!((levels[0], levels.iter().filter(|level| **level == 1).count()), (1, 1), "{path}");
        assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{path}: a level is left out: {levels:?}");
    }
    // The first tab stop skips the list.
    site.go("hire/v1/talent/get.html");
    site.tab.key("Tab");
    assert_eq!(site.tab.text("document.activeElement.className"), "skip");
    site.tab.key("Enter");
    site.tab.until("document.activeElement.id === 'main'");
    site.close();
}

#[test]
fn without_scripts_everything_can_be_read_and_reached() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    site.tab.command("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    site.tab.resize(360, 740, true);
    site.go("hire/v1/talent/get.html#nav");
    assert_eq!(site.tab.eval("document.getElementById('nav').checkVisibility()"), json!(true), "the menu");
    for hidden in [".search", "#theme"] {
        assert_eq!(
            site.tab.eval(&format!("document.querySelector('{hidden}').checkVisibility()")),
            json!(false)
        );
    }
    site.go("scopes.html");
    let said = site.tab.text("document.querySelector('noscript').textContent");
    assert!(said.contains("Choosing needs a script"), "{said}");
    site.close();
}
