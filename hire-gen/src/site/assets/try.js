// Sends the request of a page to a mock server on this machine. Text becomes text nodes, never markup.
"use strict";

{
  const call = JSON.parse(document.getElementById("call").textContent);
  const form = document.getElementById("try");
  const [server, address, body] = ["server", "address", "content"].map((name) => form.elements[name]);
  const output = form.querySelector("output");
  const words = form.dataset;

  const query = new URLSearchParams(call.query).toString();
  address.value = query ? `${call.path}?${query}` : call.path;
  if (call.body) body.value = JSON.stringify(call.body, null, 2);
  else body.closest("label").hidden = true;
  try {
    server.value = localStorage.getItem("mock") ?? server.value;
  } catch {
    // The default stays.
  }

  /** A token of the mock, which gives one to any app. */
  async function token(base) {
    if (call.token === null) return {};
    if (call.token) return { Authorization: "Bearer u-try" };
    const answer = await fetch(`${base}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ app_id: "cli_try", app_secret: "secret" }),
    });
    return { Authorization: `Bearer ${(await answer.json()).tenant_access_token}` };
  }

  function content() {
    if (call.body) return [body.value, { "Content-Type": "application/json; charset=utf-8" }];
    if (!call.form) return [undefined, {}];
    const data = new FormData();
    for (const [name, text] of call.form) {
      if (text === null) data.set(name, new Blob(["%PDF-1.7"], { type: "application/pdf" }), "resume.pdf");
      else data.set(name, text);
    }
    return [data, {}];
  }

  /** A link that saves a file under the server's name. */
  async function file(answer) {
    const named = /filename="([^"]*)"/.exec(answer.headers.get("Content-Disposition") ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = named?.[1] ?? "file";
    link.textContent = words.save;
    return link;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    output.textContent = words.sending;
    const base = server.value.replace(/\/+$/, "");
    try {
      localStorage.setItem("mock", base);
    } catch {
      // It holds for this page, then.
    }
    try {
      const [sent, type] = content();
      const headers = { ...Object.fromEntries(call.headers), ...(await token(base)), ...type };
      const answer = await fetch(base + address.value, { method: call.method, headers, body: sent });
      if (!/json|text/.test(answer.headers.get("Content-Type") ?? "text")) {
        return output.replaceChildren(`HTTP ${answer.status}\n`, await file(answer));
      }
      const text = await answer.text();
      let shown = text;
      try {
        shown = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // It is shown as received.
      }
      output.textContent = `HTTP ${answer.status}\n${shown}`;
    } catch {
      output.textContent = words.unreachable;
    }
  });
  form.hidden = false;
}
