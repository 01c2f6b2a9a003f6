// Dark mode, the list of resources, copy buttons, and collapsible sections. Text becomes text nodes, never markup.
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

/** The texts of buttons, in the language of the page. */
const words = document.getElementById("theme").dataset;

/** Copies a text and reports it on the button. Pages from disk have no clipboard access, so the text is selected first. */
async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = words.copied;
  } catch {
    const area = make("textarea", { readonly: "" }, text);
    button.after(area);
    area.select();
    button.textContent = document.execCommand("copy") ? words.copied : words.failed;
    area.remove();
    button.focus();
  }
  setTimeout(() => (button.textContent = before), 1500);
}

// Dark and light. The system's own preference is not stored, so that the page keeps following it.
{
  const button = document.getElementById("theme");
  const page = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (page.dataset.theme ? page.dataset.theme === "dark" : system.matches);
  const show = () => {
    button.textContent = isDark() ? words.light : words.dark;
    button.setAttribute("aria-label", isDark() ? words.toLight : words.toDark);
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

// The list of resources. A page contains only its own resource; the others come from one file for all pages. Narrow
// screens open the list from the menu.
{
  const nav = document.getElementById("nav");
  const root = document.documentElement.dataset.root;
  const here = nav.dataset.resource;

  /** A line of the list. */
  const entry = (path, name) => make("li", {}, make("a", { href: `${root}${path}` }, name));

  window.hireNav = (groups) => {
    for (const { service, version, resources, types } of groups) {
      const group = nav.querySelector(`[data-group="${service}.${version}"]`);
      const list = group?.querySelector("ul") ?? make("ul", {});
      const present = list.querySelector("[data-present]");
      const minor = [...list.querySelectorAll(".minor")];
      list.replaceChildren(
        ...resources.map(([path, name]) => (path === here && present ? present : entry(path, name))),
        ...minor,
      );
      if (types && minor.length === 0) {
        const line = entry(types, nav.dataset.types);
        line.className = "minor";
        list.append(line);
      }
      if (group) continue;
      const summary = make("summary", {}, `${service} ${version}`);
      nav.append(make("details", { "data-group": `${service}.${version}` }, summary, list));
    }
    const current = nav.querySelector("[aria-current]");
    if (current) nav.scrollTop = current.offsetTop - nav.clientHeight / 2;
  };
  document.head.append(make("script", { src: `${document.documentElement.dataset.assets}nav.js` }));

  const show = (shown) => {
    nav.classList.toggle("shown", shown);
    (shown ? nav.querySelector(".close") : document.querySelector(".menu")).focus();
  };
  for (const [link, shown] of [[".menu", true], ["#nav .close", false]]) {
    document.querySelector(link).addEventListener("click", (event) => {
      event.preventDefault();
      show(shown);
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && nav.classList.contains("shown")) show(false);
  });
}

// Trees: a link to a field opens its parents, a section can be opened and closed as a whole, and print opens everything.
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
    const show = () => (button.textContent = open() ? words.close : words.open);
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

// The language of the samples, shared by all pages.
{
  const choices = [...document.querySelectorAll("[name=sample]")];
  let chosen = null;
  try {
    chosen = localStorage.getItem("sample");
  } catch {
    // Rust stays.
  }
  for (const one of choices) {
    one.checked ||= one.id === chosen;
    one.addEventListener("change", () => {
      try {
        localStorage.setItem("sample", one.id);
      } catch {
        // It holds for this page, then.
      }
    });
  }
}

for (const pre of document.querySelectorAll("pre:not(.plain)")) {
  const button = make("button", { type: "button" }, words.copy);
  button.addEventListener("click", () => copy(button, pre.textContent));
  const heading = pre.parentElement.querySelector("h2");
  if (heading) beside(heading, button);
  else pre.after(button);
}
