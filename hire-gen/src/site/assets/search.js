// The search. Its data is loaded on first use. Text becomes text nodes, never markup.
"use strict";

{
  const SHOWN = 60;
  /** Points of a row by its kind: operations that fit come before everything else. */
  const OPERATION = 1000;
  /** Words without meaning for a search. */
  const FILLERS = new Set(["a", "an", "the", "of", "for", "to", "by", "in", "on", "with"]);
  const { root, assets } = document.documentElement.dataset;
  const input = document.getElementById("search");
  const found = document.querySelector(".found");
  const list = document.getElementById("results");
  const count = document.getElementById("count");
  const words = (key) => found.dataset[key];
  let rows = null;
  let active = -1;

  /** Words that people type for those of the schema. */
  const ALIASES = {
    add: "create", new: "create", insert: "create", remove: "delete", edit: "update", modify: "update", change: "update",
    fetch: "get", read: "get", find: "search", candidate: "talent", applicant: "talent", cv: "resume", staff: "employee",
    position: "job", vacancy: "job", webhook: "event", notification: "event",
  };
  /** Lower case without accents and full-width letters: `résumé` is `resume`. */
  const fold = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().normalize("NFC");
  const counted = (n, noun) => (n === 1 ? `1 ${noun}` : `${n} ${noun}s`);
  const both = (operations, events) =>
    [[operations, "operation"], [events, "event"]].filter(([n]) => n > 0).map(([n, noun]) => counted(n, noun)).join(", ");

  const load = () => {
    if (rows || document.getElementById("index")) return;
    const script = make("script", { id: "index", src: `${assets}index.js` });
    script.addEventListener("error", () => {
      count.textContent = words("unread");
    });
    document.head.append(script);
  };

  window.hireIndex = (data) => {
    const at = (page, anchor) => `${root}${data.pages[page][0]}${anchor ? `#${encodeURIComponent(anchor)}` : ""}`;
    const plain = (text) => text.replace(/~([0-9a-f]+)~/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
    const row = (kind, bonus, name, label, where, href, also = "") => {
      const texts = [name, label, `${where} ${also}`].map(fold);
      rows.push({ kind, bonus, name, label, where, href, texts });
      return rows.at(-1);
    };
    rows = [];
    for (const [page, method, path, name, title, label, pinyin] of data.operations) {
      const one = row(method, 40, title, label, `${name}  ${path}`, at(page));
      one.operation = operation(name.split(".").slice(2), method, path, one.texts[0], pinyin);
    }
    for (const [page, name, title, label, pinyin] of data.events) {
      const one = row("EVENT", 40, title, label, name, at(page));
      one.operation = operation(name.split(".").slice(name.includes(".") ? 1 : 0), "EVENT", "", one.texts[0], pinyin);
    }
    for (const [page, name, group, operations, events] of data.resources) {
      row("resource", 30, name, "", `${group}, ${both(operations, events)}`, at(page));
    }
    for (const [page, name, label] of data.types) {
      const [service, version] = data.pages[page][0].split("/");
      row("type", 12, name, label, `${service} ${version}`, at(page));
    }
    for (const [name, label, operations, events] of data.scopes) {
      row("scope", 10, name, label, both(operations, events), `${root}scopes.html#scope=${encodeURIComponent(name)}`);
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

  /** The searchable parts of an operation or an event: its name from the resource on, its method, its address, and the pronunciation of its label. */
  const operation = (name, method, path, title, pinyin) => {
    const parts = name.map(fold);
    const fixed = path.split("/").filter((part) => part && !part.startsWith(":")).slice(3);
    const spoken = pinyin ? pinyin.split(" ") : [];
    return {
      resource: parts[0] ?? "",
      words: new Set([...parts, ...parts.flatMap((part) => part.split("_")), ...title.split(/[^\p{L}\p{N}]+/u)]),
      method: method.toLowerCase(),
      path: fold(path),
      segments: fixed.map(fold),
      spoken,
    };
  };

  /** Whether a word begins at a syllable, in full or by initials: `mianshi`, `ms`. */
  const sounds = ({ spoken }, word) =>
    /^[a-z]{2,}$/.test(word) &&
    spoken.some((_, at) => {
      const rest = spoken.slice(at);
      return rest.join("").startsWith(word) || rest.map((syllable) => syllable[0]).join("").startsWith(word);
    });

  /** How well a word fits a text: not at all, inside, at the start of a word, at the start, as a whole. */
  const fit = (text, word) => {
    const at = text.indexOf(word);
    if (at < 0) return 0;
    if (text.length === word.length) return 100;
    if (at === 0) return 60;
    // Chinese does not show where a word starts.
    return /[a-z0-9]/.test(text[at - 1]) ? 20 : 40;
  };

  /** The word as the schema may have it: `interviews` is `interview`. */
  const singular = (word) => (/^[a-z]{4,}s$/.test(word) && !word.endsWith("ss") ? word.slice(0, -1) : word);

  /** How well a piece of an address fits a path: not at all, inside, at its end, as a whole. */
  const leads = (path, piece) => {
    if (!path.includes(piece)) return 0;
    if (path.length === piece.length) return 120;
    return path.endsWith(piece) ? 100 : 70;
  };

  /** How well a word fits the searchable parts of an operation. */
  const known = (row, word) => {
    const { resource, words: names, method, path, segments, spoken } = row.operation;
    const one = singular(word);
    if (method === word) return 60;
    if (word.includes("/")) return leads(path, word);
    if (resource === word || resource === one) return 120;
    if (names.has(word) || names.has(one)) return 80;
    if (segments.includes(word)) return 70;
    const label = fit(row.texts[1], word);
    if (label > 0) return 0.9 * label;
    for (const name of names) if (name.startsWith(one)) return 50;
    if (Object.hasOwn(ALIASES, one)) return 0.6 * known(row, ALIASES[one]);
    return spoken.length > 0 && sounds(row.operation, word) ? 45 : 0;
  };

  /** Whether two words differ by one wrong, missing or additional letter, or by two swapped letters. */
  const nearly = (a, b) => {
    if (Math.abs(a.length - b.length) > 1 || a === b) return a === b;
    let start = 0;
    while (start < a.length && a[start] === b[start]) start += 1;
    const tails = [[1, 1], [1, 0], [0, 1]];
    if (tails.some(([i, j]) => a.slice(start + i) === b.slice(start + j))) return true;
    return a[start] === b[start + 1] && a[start + 1] === b[start] && a.slice(start + 2) === b.slice(start + 2);
  };

  const score = (row, wanted) => {
    if (row.operation) {
      const fits = wanted.map((word) => known(row, word));
      // If several fit equally, a shorter title is preferred, and an operation to an event.
      const later = row.name.length / 4 + (row.kind === "EVENT" ? 20 : 0);
      if (fits.every((points) => points > 0)) return OPERATION + fits.reduce((a, b) => a + b) - later;
    }
    // All words together may be a name: `talent id` is `talent_id`.
    let sum = row.bonus + (wanted.length > 1 ? fit(row.texts[0].replaceAll("_", " "), wanted.join(" ")) : 0);
    for (const word of wanted) {
      const [name, label, where] = row.texts;
      const best = Math.max(fit(name, word), 0.9 * fit(label, word), 0.3 * fit(where, word));
      if (best === 0) return 0;
      sum += best;
    }
    return sum;
  };

  /** An operation whose words are similar to those typed. */
  const guess = (row, wanted) => {
    if (!row.operation) return 0;
    let sum = 0;
    for (const word of wanted) {
      const exact = known(row, word);
      const near = exact === 0 && word.length > 2 && [...row.operation.words].some((name) => nearly(name, singular(word)));
      if (exact === 0 && !near) return 0;
      sum += exact || 30;
    }
    return sum - row.name.length / 4;
  };

  /** Matching rows, the best first. Equal rows keep the order of the schema. */
  const search = (typed) => {
    const all = fold(typed).split(/\s+/).filter(Boolean);
    const some = all.filter((word) => !FILLERS.has(word));
    const wanted = some.length > 0 ? some : all;
    const by = (points) =>
      rows.map((row) => [points(row, wanted), row]).filter(([value]) => value > 0).sort((a, b) => b[0] - a[0]);
    const hits = by(score);
    if (!hits.some(([, row]) => row.operation)) hits.push(...by(guess));
    const fitting = hits.map(([, row]) => row);
    // `combinedCreate` may mean the operation `combined_create`; `UserIdType` is a type.
    const apart = typed.replace(/([a-z0-9])([A-Z])/g, "$1 $2");
    if (apart === typed || fitting.some((row) => row.operation)) return [fitting, wanted];
    const whole = fitting.filter((row) => row.texts[0] === fold(typed));
    return [[...new Set([...whole, ...search(apart)[0], ...fitting])], wanted];
  };

  /** The text with its matches highlighted. */
  const marked = (text, wanted) => {
    const folded = fold(text);
    const parts = [];
    let done = 0;
    // If folding changes the length, positions do not match.
    while (folded.length === text.length) {
      const hits = wanted.map((word) => [folded.indexOf(word, done), word.length]).filter(([at]) => at >= 0);
      if (hits.length === 0) break;
      const [at, length] = hits.reduce((a, b) => (b[0] < a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a));
      parts.push(text.slice(done, at), make("mark", {}, text.slice(at, at + length)));
      done = at + length;
    }
    return [...parts, text.slice(done)];
  };

  const show = () => {
    const typed = input.value.trim();
    const open = typed !== "" && document.activeElement === input;
    found.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    list.replaceChildren();
    if (!open) return choose(-1);
    if (!rows) return (count.textContent = words("reading"));
    const [hits, wanted] = search(typed);
    for (const [index, row] of hits.slice(0, SHOWN).entries()) {
      const kind = make("span", { class: /^[A-Z]/.test(row.kind) ? `method ${row.kind.toLowerCase()}` : "kind" }, row.kind);
      const what = make("span", { class: "what" }, ...marked(row.name, wanted));
      if (row.label) what.append(" ", make("span", { class: "label" }, ...marked(row.label, wanted)));
      const link = make("a", { href: row.href, tabindex: "-1" }, kind, what);
      link.append(make("span", { class: "where" }, ...marked(row.where, wanted)));
      list.append(make("li", { role: "option", id: `result-${index}`, "aria-selected": "false" }, link));
    }
    const text = hits.length === 0 ? "none" : hits.length > SHOWN ? "many" : hits.length === 1 ? "one" : "some";
    count.textContent = words(text).replace("{n}", hits.length).replace("{shown}", SHOWN);
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
  // A pressed link takes the focus, and must still exist when it is released.
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
