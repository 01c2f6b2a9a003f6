"""Draws terminal output as an SVG: the text on standard input, with its colours."""

import html
import re
import sys

COLOURS = {
    "30": "#5c6773", "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#56d4dd",
    "37": "#e6edf3", "90": "#8b949e", "91": "#ff7b72", "92": "#7ee787", "93": "#e3b341", "94": "#79c0ff", "95": "#d2a8ff",
    "96": "#56d4dd", "97": "#ffffff",
}
WIDTH, HEIGHT, LEFT, TOP = 8.4, 20, 20, 30


def cells(character):
    """Columns that a character takes: two for Chinese and full-width ones."""
    return 2 if ord(character) > 0x2E7F else 1


def spans(line):
    """Text with its style, piece by piece."""
    style, done = [], 0
    for match in re.finditer(r"\x1b\[([0-9;]*)m", line):
        if line[done : match.start()]:
            yield line[done : match.start()], list(style)
        for code in match.group(1).split(";"):
            style = [] if code in ("", "0") else style + [code]
        done = match.end()
    if line[done:]:
        yield line[done:], list(style)


def main():
    lines = [f"\x1b[1m{sys.argv[1]}\x1b[0m", *sys.stdin.read().rstrip("\n").split("\n")]
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = LEFT * 2 + WIDTH * max(sum(map(cells, line)) for line in plain)
    height = TOP + HEIGHT * len(lines) + 14
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" role="img">')
    print(f"<title>{html.escape(plain[0])}</title>")
    print(f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>')
    print('<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">')
    for number, line in enumerate(lines):
        column = 0
        for text, style in spans(line):
            colour = next((COLOURS[code] for code in reversed(style) if code in COLOURS), None)
            attributes = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if "1" in style else "")
            # Renderers drop spaces at both ends.
            shown = text.strip(" ")
            x = LEFT + WIDTH * (column + len(text) - len(text.lstrip(" ")))
            size = WIDTH * sum(map(cells, shown))
            if shown:
                place = f'x="{x:.1f}" y="{TOP + HEIGHT * number}" textLength="{size:.1f}"'
                print(f"<text {place}{attributes}>{html.escape(shown)}</text>")
            column += sum(map(cells, text))
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
