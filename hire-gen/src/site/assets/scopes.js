// Plans the scopes of an app. `plan` and its helpers mirror hire-gen's `scopes` and `scopes/cover`, step by step.
"use strict";

{
  /** A scope that can write costs more than all that only read. */
  const WRITE = 2 ** 20;
  /** Steps of the search in one group of requirements. */
  const STEPS = 20000;

  const { scopes, operations } = JSON.parse(document.getElementById("needs").textContent);
  const cost = (scope) => (scopes[scope][2] ? 1 : WRITE);
  const byPrice = (a, b) => cost(a) - cost(b) || a - b;
  const sum = (chosen) => chosen.reduce((all, scope) => all + cost(scope), 0);
  const sorted = (set) => [...new Set(set)].sort((a, b) => a - b);
  const meets = (set, other) => set.some((scope) => other.includes(scope));

  /** The cheapest scopes that include one of each set. */
  function cover(required) {
    let sets = reduce(required.filter((set) => set.length > 0).map(sorted));
    const chosen = [];
    let exact = true;
    while (sets.length > 0) {
      const [group, rest] = takeGroup(sets);
      const search = { best: greedy(group), steps: STEPS };
      search.spent = sum(search.best);
      branch(search, group, [], 0);
      exact &&= search.steps > 0;
      chosen.push(...search.best);
      sets = rest;
    }
    return { chosen: sorted(chosen), exact };
  }

  const bySize = (a, b) => {
    if (a.length !== b.length) return a.length - b.length;
    const at = a.findIndex((scope, index) => scope !== b[index]);
    return at < 0 ? 0 : a[at] - b[at];
  };

  /** Removes requirements that are implied by others, and scopes that a better one can replace. */
  function reduce(given) {
    let sets = given;
    for (;;) {
      const before = JSON.stringify(sets);
      sets = [...sets].sort(bySize).filter((set, index, all) => index === 0 || bySize(set, all[index - 1]) !== 0);
      const all = sets;
      sets = sets.filter((set) => !all.some((other) => other !== set && other.every((scope) => set.includes(scope))));
      const known = sorted(sets.flat());
      const better = (one, other) =>
        byPrice(one, other) < 0 && sets.every((set) => !set.includes(other) || set.includes(one));
      const dominated = known.filter((scope) => known.some((one) => better(one, scope)));
      sets = sets.map((set) => set.filter((scope) => !dominated.includes(scope)));
      if (JSON.stringify(sets) === before) return sets;
    }
  }

  /** The first requirement with all that are connected to it by scopes, and the others. */
  function takeGroup(sets) {
    const group = [];
    let reached = sets[0];
    let rest = sets;
    for (;;) {
      const inside = rest.filter((set) => meets(set, reached));
      rest = rest.filter((set) => !meets(set, reached));
      if (inside.length === 0) return [group, rest];
      reached = sorted([...reached, ...inside.flat()]);
      group.push(...inside);
    }
  }

  /** Repeatedly takes the scope with the lowest cost per requirement. */
  function greedy(sets) {
    const chosen = [];
    let open = sets;
    while (open.length > 0) {
      const met = (scope) => open.filter((set) => set.includes(scope)).length;
      const [best] = sorted(open.flat()).sort((a, b) => cost(a) * met(b) - cost(b) * met(a) || a - b);
      chosen.push(best);
      open = open.filter((set) => !set.includes(best));
    }
    return chosen;
  }

  /** Branch and bound. */
  function branch(search, open, chosen, spent) {
    if (open.length === 0) {
      if (spent < search.spent) [search.best, search.spent] = [chosen, spent];
      return;
    }
    if (search.steps === 0 || spent + bound(open) >= search.spent) return;
    search.steps -= 1;
    const hardest = open.reduce((a, b) => (b.length < a.length ? b : a));
    for (const scope of [...hardest].sort(byPrice)) {
      branch(search, open.filter((set) => !set.includes(scope)), [...chosen, scope], spent + cost(scope));
    }
  }

  /** Requirements without a common scope need a scope each. */
  function bound(open) {
    const used = [];
    let least = 0;
    for (const set of open) {
      if (meets(set, used)) continue;
      least += Math.min(...set.map(cost));
      used.push(...set);
    }
    return least;
  }

  /** The result of hire-gen's `scopes::plan`, with scopes by number. */
  function plan(names) {
    const wanted = [...new Set(names)].filter((name) => name in operations).sort();
    const must = cover(wanted.map((name) => operations[name][0]));
    const needs = wanted.flatMap((name) => operations[name][1].map(([anyOf, fields]) => ({ name, anyOf, fields })));
    const empty = needs.filter(({ anyOf }) => !meets(anyOf, must.chosen));
    const may = cover(empty.map(({ anyOf }) => anyOf));
    const fields = (scope) => {
      const filled = new Map();
      for (const need of empty.filter(({ anyOf }) => anyOf.includes(scope))) {
        filled.set(need.name, [...(filled.get(need.name) ?? []), ...need.fields]);
      }
      return [...filled];
    };
    return {
      scopes: must.chosen.map((scope) => [scope, wanted.filter((name) => operations[name][0].includes(scope))]),
      fieldScopes: may.chosen.map((scope) => [scope, fields(scope)]),
      free: wanted.filter((name) => operations[name][0].length === 0),
      exact: must.exact && may.exact,
    };
  }

  window.hirePlan = (names) => {
    const { scopes: must, fieldScopes, free, exact } = plan(names);
    const named = ([scope, rest]) => [scopes[scope][0], rest];
    return { scopes: must.map(named), fieldScopes: fieldScopes.map(named), free, exact };
  };

  const form = document.getElementById("operations");
  const boxes = [...form.querySelectorAll("[type=checkbox]")];
  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const result = document.getElementById("plan");
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const texts = result.dataset;
  const chinese = document.documentElement.lang === "zh";
  const counted = (n, noun) => (chinese ? `${n} 个${noun}` : n === 1 ? `1 ${noun}` : `${n} ${noun}s`);
  const pages = new Map(boxes.map((box) => [box.value, box.dataset.page]));
  const haystack = new Map(
    boxes.map((box) => {
      const own = operations[box.value][0].map((scope) => scopes[scope].slice(0, 2).join(" "));
      const text = [box.value, box.dataset.path, box.parentElement.textContent, ...own].join(" ");
      return [box, text.toLowerCase()];
    }),
  );

  function narrow() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const box of boxes) {
      const fits = words.every((word) => haystack.get(box).includes(word));
      box.parentElement.hidden = !fits;
      count += fits;
    }
    for (const group of form.querySelectorAll("fieldset")) group.hidden = !group.querySelector("label:not([hidden])");
    shown.textContent = texts.shown.replace("{shown}", counted(count, texts.choice)).replace("{n}", chosen().length);
  }

  /** A scope, its label, and its operations with what it unlocks. */
  function wanted(scope, lines) {
    const [name, label, readsOnly] = scopes[scope];
    const item = make("div", { class: "wanted" }, make("code", {}, name), " ");
    if (label) item.append(make("span", { class: "label", lang: "zh" }, label), " ");
    item.append(make("small", { class: "tag" }, readsOnly ? texts.reads : texts.writes));
    const page = (name) => make("a", { href: pages.get(name) }, name);
    item.append(make("ul", {}, ...lines.map(([name, rest]) => make("li", {}, page(name), rest))));
    return item;
  }

  function show() {
    const names = chosen();
    const { scopes: must, fieldScopes, free, exact } = plan(names);
    result.hidden = false;
    result.replaceChildren(make("h2", {}, names.length === 0 ? texts.nothing : counted(must.length, texts.scope)));
    const say = (text) => result.append(make("p", { class: "none" }, text));
    if (names.length === 0) return say(texts.tick);
    say(texts.for.replace("{n}", counted(names.length, texts.choice)) + (exact ? "" : texts.stopped));
    result.append(...must.map(([scope, calls]) => wanted(scope, calls.map((name) => [name, ""]))));
    if (free.length > 0) say(texts.free.replace("{names}", free.join(", ")));
    if (fieldScopes.length > 0) {
      result.append(make("h2", {}, texts.fields));
      say(texts.also);
      for (const [scope, calls] of fieldScopes) {
        const filled = (fields) => `: ${fields.join(", ") || texts.unknown}`;
        result.append(wanted(scope, calls.map(([name, fields]) => [name, filled(fields)])));
      }
    }
    const listed = (some) => some.map(([scope]) => `${scopes[scope][0]}\n`).join("");
    const actions = [[texts.copyScopes, () => listed(must)], [texts.copyLink, () => location.href]];
    if (fieldScopes.length > 0) actions.splice(1, 0, [texts.copyAll, () => listed([...must, ...fieldScopes])]);
    const buttons = actions.map(([name, text]) => {
      const button = make("button", { type: "button" }, name);
      button.addEventListener("click", () => copy(button, text()));
      return button;
    });
    result.append(make("div", { class: "do" }, ...buttons));
  }

  function update() {
    const names = chosen();
    history.replaceState(null, "", names.length > 0 ? `#ops=${names.join(",")}` : location.pathname.split("/").pop());
    narrow();
    show();
  }

  /** `#ops=` selects operations, `#scope=` shows the operations of a scope. */
  function follow() {
    const [, key, value] = /^#(ops|scope)=(.*)$/.exec(location.hash) ?? [];
    if (key === "ops") {
      const names = decodeURIComponent(value).split(",");
      for (const box of boxes) box.checked = names.includes(box.value);
    } else if (key === "scope") filter.value = decodeURIComponent(value);
    narrow();
    show();
  }

  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("input", narrow);
  document.getElementById("all").addEventListener("click", () => {
    for (const box of boxes) box.checked ||= !box.parentElement.hidden;
    update();
  });
  document.getElementById("none").addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    update();
  });
  addEventListener("hashchange", follow);
  form.querySelector(".tools").hidden = false;
  follow();
}
