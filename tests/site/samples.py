"""Runs the samples of the reference site in curl, Python and Node against the mock server.

usage: samples.py SITE URL [--only LANGUAGE]

SITE is a folder written by `hire-gen docs`, URL a mock started by `hire-gen mock`. Every sample of every operation has to be
answered with HTTP 200. The samples in Rust are compiled and called by `cargo test -p hire-tests --test site`.
"""

import argparse
import html.parser
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

BASES = ("https://open.feishu.cn", "https://open.larksuite.com", "https://www.feishu.cn")


class Samples(html.parser.HTMLParser):
    """The text of each sample of a page, by language."""

    def __init__(self):
        super().__init__()
        self.found = {}
        self.language = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "div" and attributes.get("class") == "sample":
            self.language = attributes["data-language"]
            self.found[self.language] = ""

    def handle_endtag(self, tag):
        if tag == "div":
            self.language = None

    def handle_data(self, data):
        if self.language:
            self.found[self.language] += data


def samples(site, url):
    """Operation and samples of every page, sent to the mock instead of Feishu."""
    for page in sorted(pathlib.Path(site).glob("*/*/*/*.html")):
        if page.parts[-4] in ("zh", "en") or len(page.relative_to(site).parts) != 4:
            continue
        reader = Samples()
        reader.feed(page.read_text(encoding="utf-8"))
        if reader.found:
            name = ".".join(page.relative_to(site).with_suffix("").parts)
            found = {language: text.strip() for language, text in reader.found.items()}
            for base in BASES:
                found = {language: text.replace(base, url) for language, text in found.items()}
            yield name, found


def token(url):
    body = json.dumps({"app_id": "cli_samples", "app_secret": "secret"}).encode()
    request = urllib.request.Request(f"{url}/open-apis/auth/v3/tenant_access_token/internal", body)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["tenant_access_token"]


def curl(pages, names, folder):
    environment = os.environ | {name.upper(): value for name, value in names.items()}
    for name, code in pages:
        command = code.replace("curl -X", "curl --silent --show-error --fail-with-body -X", 1)
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            yield name, done.stdout + done.stderr


def python(pages, names, folder):
    os.chdir(folder)
    for name, code in pages:
        scope = dict(names) | {"print": lambda *_: None}
        try:
            exec(compile(code, name, "exec"), scope)
        except Exception as error:
            yield name, repr(error)
            continue
        if scope["answer"].status_code != 200:
            yield name, scope["answer"].text


def node(pages, names, folder):
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in names.items())
    for index, (name, code) in enumerate(pages):
        # The address is that of the module, whose export is the result.
        text = head + code.replace("console.log(await answer.json());", "export const failed = answer.status === 200 ? '' : await answer.text();")
        pathlib.Path(folder, f"{index}.mjs").write_text(text, encoding="utf-8")
    runner = (
        "const failed = [];\n"
        f"for (let index = 0; index < {len(pages)}; index += 1) {{\n"
        "  try {\n"
        "    const module = await import(`./${index}.mjs`);\n"
        "    if (module.failed !== '') failed.push([index, String(module.failed)]);\n"
        "  } catch (error) {\n"
        "    failed.push([index, String(error)]);\n"
        "  }\n"
        "}\n"
        "console.log(JSON.stringify(failed));\n"
    )
    pathlib.Path(folder, "all.mjs").write_text(runner, encoding="utf-8")
    done = subprocess.run(["node", "all.mjs"], cwd=folder, capture_output=True, text=True, check=True)
    for index, message in json.loads(done.stdout):
        yield pages[index][0], message


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("site")
    arguments.add_argument("url")
    arguments.add_argument("--only", choices=["curl", "python", "node"])
    arguments = arguments.parse_args()
    url = arguments.url.rstrip("/")
    pages = list(samples(arguments.site, url))
    if not pages:
        sys.exit(f"{arguments.site}: no samples")
    names = {"tenant_access_token": token(url), "user_access_token": "u-samples"}
    wrong = 0
    for run in (curl, python, node):
        if arguments.only not in (None, run.__name__):
            continue
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "resume.pdf").write_bytes(b"%PDF-1.7")
            failures = list(run([(name, found[run.__name__]) for name, found in pages], names, folder))
            os.chdir("/")
        for name, message in failures:
            print(f"{run.__name__}: {name}: {message[:500]}")
        wrong += len(failures)
        print(f"{run.__name__}: {len(pages) - len(failures)} of {len(pages)} samples are answered")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
