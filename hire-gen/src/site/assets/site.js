// The switch for dark pages, copying, opening and closing, and the search. Text becomes text nodes, never markup.
"use strict";

/** An element with attributes and children. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Puts a button on the line of a heading. */
function beside(heading, button) {
  const line = make("div", { class: "top" });
  heading.replaceWith(line);
  line.append(heading, button);
}

/** Copies a text and says so on the button. Browsers give a page from the disk no clipboard unless it is selected. */
async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    const area = make("textarea", { readonly: "" }, text);
    button.after(area);
    area.select();
    button.textContent = document.execCommand("copy") ? "Copied" : "Failed";
    area.remove();
    button.focus();
  }
  setTimeout(() => (button.textContent = before), 1500);
}

// Dark and light. What the system wants anyway is not remembered, so that the page goes on following it.
{
  const button = document.getElementById("theme");
  const page = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (page.dataset.theme ? page.dataset.theme === "dark" : system.matches);
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    const asSystem = (theme === "dark") === system.matches;
    if (asSystem) delete page.dataset.theme;
    else page.dataset.theme = theme;
    try {
      if (asSystem) localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // It holds for this page, then.
    }
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}

// The list of resources: the present entry is in sight, and narrow screens open it by the menu.
{
  const nav = document.getElementById("nav");
  const present = nav.querySelector("[aria-current]");
  if (present) nav.scrollTop = present.offsetTop - nav.clientHeight / 2;
  const show = (shown) => (event) => {
    event.preventDefault();
    nav.classList.toggle("shown", shown);
    (shown ? nav.querySelector(".close") : document.querySelector(".menu")).focus();
  };
  document.querySelector(".menu").addEventListener("click", show(true));
  nav.querySelector(".close").addEventListener("click", show(false));
}

// Trees: a link to a field opens what is around it, a section opens and closes as a whole, and paper has everything.
{
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.closest("#nav")) return;
    for (let at = target.parentElement; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView({ behavior: "instant" });
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  for (const section of document.querySelectorAll(".sections > section, main > section")) {
    const all = section.querySelectorAll("details");
    if (all.length < 2 || !section.querySelector(".fields")) continue;
    const button = make("button", { type: "button" });
    const open = () => [...all].every((one) => one.open);
    const show = () => (button.textContent = open() ? "Close all" : "Open all");
    button.addEventListener("click", () => {
      const opens = !open();
      for (const one of all) one.open = opens;
    });
    for (const one of all) one.addEventListener("toggle", show);
    show();
    beside(section.querySelector("h2"), button);
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
}

for (const pre of document.querySelectorAll("pre")) {
  const button = make("button", { type: "button" }, "Copy");
  button.addEventListener("click", () => copy(button, pre.textContent));
  beside(pre.parentElement.querySelector("h2"), button);
}

// The search. Its data is read when it is first wanted.
{
  const SHOWN = 60;
  const root = document.documentElement.dataset.root;
  const input = document.getElementById("search");
  const found = document.querySelector(".found");
  const list = document.getElementById("results");
  const count = document.getElementById("count");
  let rows = null;
  let active = -1;

  const load = () => {
    if (rows || document.getElementById("index")) return;
    const script = make("script", { id: "index", src: `${root}assets/index.js` });
    script.addEventListener("error", () => {
      count.textContent = "The index could not be read.";
    });
    document.head.append(script);
  };

  window.hireIndex = (data) => {
    const at = (page, anchor) => `${root}${data.pages[page][0]}${anchor ? `#${encodeURIComponent(anchor)}` : ""}`;
    const plain = (text) => text.replace(/~([0-9a-f]+)~/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
    const row = (kind, bonus, name, label, where, href, also = "") => {
      const texts = [name, label, `${where} ${also}`].map((text) => text.toLowerCase());
      rows.push({ kind, bonus, name, label, where, href, texts });
    };
    rows = [];
    for (const [page, method, path, name, title, label] of data.operations) {
      row(method, 40, title, label, `${name}  ${path}`, at(page));
    }
    for (const [page, name, group, size] of data.resources) {
      row("resource", 30, name, "", `${group}, ${counted(size, "operation")}`, at(page));
    }
    for (const [page, name, label] of data.types) {
      const [service, version] = data.pages[page][0].split("/");
      row("type", 12, name, label, `${service} ${version}`, at(page));
    }
    for (const [name, label, uses] of data.scopes) {
      row("scope", 10, name, label, counted(uses, "operation"), `${root}scopes.html#scope=${encodeURIComponent(name)}`);
    }
    for (const [page, anchor, code, name, label, uses] of data.errors) {
      row("code", 8, String(code), label, `${name}, ${counted(uses, "operation")}`, at(page, anchor));
    }
    for (const [page, anchor, label] of data.fields) {
      const name = plain(anchor.slice(anchor.lastIndexOf(".") + 1));
      row("field", 0, name, label, `${data.pages[page][1]}: ${plain(anchor)}`, at(page, anchor), data.pages[page][0]);
    }
    for (const [page, anchor, value, name, label] of data.values) {
      row("value", 0, name, label, `${value} in ${data.pages[page][1]}`, at(page, anchor), data.pages[page][0]);
    }
    show();
  };

  const counted = (n, noun) => (n === 1 ? `1 ${noun}` : `${n} ${noun}s`);

  /** How well a word fits a text: not at all, inside, at the start of a word, at the start, as a whole. */
  const fit = (text, word) => {
    const at = text.indexOf(word);
    if (at < 0) return 0;
    if (text.length === word.length) return 100;
    if (at === 0) return 60;
    // Chinese does not show where a word starts.
    return /[a-z0-9]/.test(text[at - 1]) ? 20 : 40;
  };

  const score = (row, words) => {
    // All words together may be a name: `talent id` is `talent_id`.
    let sum = row.bonus + (words.length > 1 ? fit(row.texts[0].replaceAll("_", " "), words.join(" ")) : 0);
    for (const word of words) {
      const [name, label, where] = row.texts;
      const best = Math.max(fit(name, word), 0.9 * fit(label, word), 0.3 * fit(where, word));
      if (best === 0) return 0;
      sum += best;
    }
    return sum;
  };

  /** The text with what was searched for marked. */
  const marked = (text, words) => {
    const lower = text.toLowerCase();
    const parts = [];
    let done = 0;
    // Where lower case is longer than the text, places do not fit.
    while (lower.length === text.length) {
      const hits = words.map((word) => [lower.indexOf(word, done), word.length]).filter(([at]) => at >= 0);
      if (hits.length === 0) break;
      const [at, length] = hits.reduce((a, b) => (b[0] < a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a));
      parts.push(text.slice(done, at), make("mark", {}, text.slice(at, at + length)));
      done = at + length;
    }
    return [...parts, text.slice(done)];
  };

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = words.length > 0 && document.activeElement === input;
    found.hidden = !wanted;
    input.setAttribute("aria-expanded", String(wanted));
    list.replaceChildren();
    if (!wanted) return choose(-1);
    if (!rows) return (count.textContent = "Reading the index …");
    const hits = rows.map((row) => [score(row, words), row]).filter(([points]) => points > 0);
    // Sorting keeps the order of equal ones, which is that of the schema.
    hits.sort((a, b) => b[0] - a[0]);
    for (const [index, [, row]] of hits.slice(0, SHOWN).entries()) {
      const kind = make("span", { class: /^[A-Z]/.test(row.kind) ? `method ${row.kind.toLowerCase()}` : "kind" }, row.kind);
      const what = make("span", { class: "what" }, ...marked(row.name, words));
      if (row.label) what.append(" ", make("span", { class: "label" }, ...marked(row.label, words)));
      const link = make("a", { href: row.href, tabindex: "-1" }, kind, what);
      link.append(make("span", { class: "where" }, ...marked(row.where, words)));
      list.append(make("li", { role: "option", id: `result-${index}`, "aria-selected": "false" }, link));
    }
    const more = hits.length > SHOWN ? `; the first ${SHOWN} are shown` : "";
    count.textContent = hits.length === 0 ? "Nothing is called so." : `${counted(hits.length, "result")}${more}`;
    found.scrollTop = 0;
    choose(hits.length > 0 ? 0 : -1);
  };

  const choose = (index) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const one = list.children[active];
    if (!one) return input.removeAttribute("aria-activedescendant");
    one.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", one.id);
    if (active > 0) one.scrollIntoView({ block: "nearest", behavior: "instant" });
    else found.scrollTop = 0;
  };

  input.addEventListener("focus", () => (load(), show()));
  input.addEventListener("input", () => (load(), show()));
  input.addEventListener("keydown", (event) => {
    const size = list.children.length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && size) choose((active + 1) % size);
    else if (event.key === "ArrowUp" && size) choose((active - 1 + size) % size);
    else if (event.key === "Enter") list.children[active]?.querySelector("a").click();
    else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
  });
  // A link that is pressed takes the focus with it, and has to be there still when it is let go.
  input.addEventListener("blur", (event) => {
    if (!found.contains(event.relatedTarget)) show();
  });
  list.addEventListener("click", (event) => {
    if (event.target.closest("a") && !event.ctrlKey && !event.metaKey) (input.blur(), (found.hidden = true));
  });
  addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/.test(document.activeElement?.localName ?? "");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing && document.activeElement.type !== "checkbox") return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  input.closest(".search").hidden = false;
}
