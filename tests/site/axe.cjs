// Runs axe over each kind of page of a site: `axe.cjs SITE BROWSER`, with `axe-core` and `puppeteer-core` in NODE_PATH.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");

const [site, browserPath] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");

/** Pages by their depth and folder: the overview, planner and errors, resources, types, and some operations of each. */
function pages() {
  const all = fs
    .readdirSync(site, { recursive: true })
    .filter((file) => file.endsWith(".html"))
    .sort();
  const operations = all.filter((file) => file.split(path.sep).length === 4 && !/[\\/]types[\\/]/.test(file));
  const types = all.filter((file) => /[\\/]types[\\/]/.test(file));
  const others = all.filter((file) => !operations.includes(file) && !types.includes(file));
  const some = (files, count) => files.filter((_, index) => index % Math.ceil(files.length / count) === 0);
  const top = others.filter((file) => file.split(path.sep).length <= 2);
  return [...top, ...some(others.filter((file) => !top.includes(file)), 12), ...some(operations, 24), ...some(types, 12)];
}

async function check(page, scheme, width) {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map((one) => `${one.id} (${scheme}, ${width} px): ${one.nodes.length}, first ${one.nodes[0].html.slice(0, 160)}`);
}

async function main() {
  const browser = await puppeteer.launch({ executablePath: browserPath, args: ["--no-sandbox", "--allow-file-access-from-files"] });
  const page = await browser.newPage();
  // The site allows no scripts but its own; axe is injected from outside.
  await page.setBypassCSP(true);
  const wrong = [];
  const files = pages();
  for (const file of files) {
    await page.goto(pathToFileURL(path.join(site, file)).href);
    await page.evaluate(axe);
    for (const [scheme, width] of [["light", 1440], ["dark", 390]]) {
      wrong.push(...(await check(page, scheme, width)).map((text) => `${file}: ${text}`));
    }
  }
  await browser.close();
  console.log(`axe: ${files.length} pages, ${wrong.length} violations`);
  for (const text of wrong) console.log(`  ${text}`);
  process.exitCode = wrong.length > 0 || files.length < 20 ? 1 : 0;
}

main();
