"""Compares every spec with the models of Feishu's SDK; `run.sh` calls it."""

import argparse
import json
import os
import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit("error: this needs Python 3.11 or later\n  help: set PYTHON to one, such as PYTHON=python3.12")

import difference
import report
import sdk
import verdicts

BEGIN, END = "<!-- sdk:begin -->", "<!-- sdk:end -->"


def main():
    """Exit codes as of `hire-gen`: 0 success, 1 a problem was found, 2 the command is invalid."""
    arguments = parse()
    try:
        return run(arguments)
    except OSError as problem:
        return fail([f"`{problem.filename}`: {problem.strerror}"], "give files and folders that are there")


def run(arguments):
    """Reads both sides, compares, judges, reports."""
    specs = [difference.Spec(said) for said in json.loads(Path(arguments.spec).read_text("utf-8"))]
    services = {spec.service for spec in specs} | set(arguments.whole)
    try:
        now, opened = sdk.read(arguments.sdk, services)
        before, _ = sdk.read(arguments.before, services)
    except sdk.Unreadable as problem:
        return fail([f"the SDK cannot be read: {problem}"], "teach `sdk.py` the new form")
    found = difference.compare(specs, now, before, opened, set(arguments.whole))
    rules, problems = verdicts.read(arguments.verdicts)
    problems = problems or verdicts.judge(found, rules)
    if problems:
        return fail(problems, f"lay the page beside it, and write into `{arguments.verdicts}` who is right")
    text = report.report(specs, now, found, rules, arguments.versions)
    return write(Path(arguments.report), text, len(specs), len(found))


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", required=True, help="output of `hire-gen show --format json`")
    parser.add_argument("--sdk", required=True, help="folder of the package `lark_oapi`")
    parser.add_argument("--before", required=True, help="the same of an earlier release")
    parser.add_argument("--versions", required=True, nargs=2, help="versions of both")
    parser.add_argument("--whole", action="append", default=[], help="service of which every endpoint is compared")
    parser.add_argument("--verdicts", required=True, help="who is right, as TOML")
    parser.add_argument("--report", required=True, help="markdown with a section for the result")
    return parser.parse_args()


def fail(problems, remedy):
    """Prints all problems."""
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    print(f"  help: {remedy}", file=sys.stderr)
    return 1


def write(path, text, endpoints, differences):
    """Writes the section with `BLESS=1`, otherwise compares it."""
    page = path.read_text("utf-8")
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        return fail([f"`{path}` has no section"], f"put `{BEGIN}` and `{END}` where it belongs")
    wanted = f"{head}{BEGIN}\n\n{text}\n{END}{tail}"
    print(f"{endpoints} endpoints, {differences} differences, each with its verdict")
    if wanted == page:
        return 0
    if os.environ.get("BLESS"):
        path.write_text(wanted, "utf-8")
        print(f"{path} is written")
        return 0
    return fail([f"`{path}` says something else"], "BLESS=1 writes it")


if __name__ == "__main__":
    sys.exit(main())
