"""Writes the programs of a README into folders and its commands into scripts: `extract.py README.md DIR`.

A block of code belongs to a program if the line before it is `<!-- program: NAME PATH -->`, and is a script if that line is
`<!-- commands: NAME -->`.
"""

import pathlib
import re
import sys

BLOCK = re.compile(r"<!-- program: (\w+) (\S+) -->\n```[^\n]*\n(.*?)```\n", re.DOTALL)
COMMANDS = re.compile(r"<!-- commands: (\w+) -->\n```sh\n(.*?)```\n", re.DOTALL)


def main():
    readme, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    text = readme.read_text(encoding="utf-8")
    found, scripts = BLOCK.findall(text), COMMANDS.findall(text)
    if not found or not scripts:
        sys.exit(f"{readme}: no programs or no commands")
    for program, path, text in found:
        target = folder / program / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for name, commands in scripts:
        (folder / f"{name}.sh").write_text(f"set -euo pipefail\n{commands}", encoding="utf-8")


if __name__ == "__main__":
    main()
