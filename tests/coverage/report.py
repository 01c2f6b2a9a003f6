"""The comparison as Markdown: totals, verdicts, every difference."""

from difference import ADDRESS, ONLY_SDK, ONLY_SPEC, SECTIONS, TOKENS, TYPE, both_have
from verdicts import RIGHT

COLUMNS = [section for section, _ in SECTIONS]
HEADS = {"path": "path", "query": "query", "body": "body", "data": "answer"}


def report(specs, sdk, differences, verdicts, versions):
    """The whole section of `docs/coverage.md`."""
    parts = [
        totals(specs, sdk, differences, versions),
        "### Verdicts\n\n" + reasons(verdicts),
        "### Every difference\n\n" + every(differences, verdicts),
        "### Differences from the pages\n\n" + marks(specs, sdk),
    ]
    return "\n".join(parts)


def totals(specs, sdk, differences, versions):
    """How much was compared, and how much of it is equal."""
    both = [spec for spec in specs if spec.key in sdk]
    different = {one.endpoint for one in differences}
    whole = [one for one in differences if one.place == "endpoint"]
    endpoints = {
        "with a spec": len(specs),
        "in both": len(both),
        "of these, without any difference": sum(spec.name not in different for spec in both),
        "of these, at another address": count(ADDRESS, differences),
        "of these, with other tokens": count(TOKENS, differences),
        ONLY_SPEC: count(ONLY_SPEC, whole),
        ONLY_SDK: count(ONLY_SDK, whole),
    }
    text = f"Compared with `lark-oapi` {versions[0]}; a difference is new if {versions[1]} does not have it.\n\n"
    text += "| endpoints | |\n|---|---|\n" + "".join(f"| {head} | {number} |\n" for head, number in endpoints.items())
    columns = [column(section, both, sdk, differences) for section in COLUMNS]
    text += f"\n| fields | {' | '.join(HEADS[section] for section in COLUMNS)} | all |\n|---{'|---' * len(COLUMNS)}|---|\n"
    for head in columns[0]:
        numbers = [numbers[head] for numbers in columns]
        text += f"| {head} | {' | '.join(map(str, numbers))} | {sum(numbers)} |\n"
    return text + (
        "\nA field is equal if its wire type, list dimensions and place are. An object that one side lacks is one difference; "
        "the last row counts its fields.\n"
    )


def column(section, both, sdk, differences):
    """The numbers of one section."""
    here = [one for one in differences if one.place.split(".")[0] == section]
    compared = sum(len(compared_places(spec, sdk[spec.key], section)) for spec in both)
    return {
        "compared": compared,
        "equal": compared - len(here),
        "of another type": count(TYPE, here),
        ONLY_SPEC: count(ONLY_SPEC, here),
        ONLY_SDK: count(ONLY_SDK, here),
        "inside those": sum(one.beneath for one in here),
    }


def count(kind, differences):
    """How many are of this kind."""
    return sum(one.kind == kind for one in differences)


def compared_places(spec, sdk, section):
    """Places of a section that either side has, inside objects that both have."""
    places = {place for side in (spec, sdk) for place in side.fields if place.split(".")[0] == section}
    return [place for place in places if both_have(place.rpartition(".")[0], spec, sdk)]


def reasons(verdicts):
    """How often each side is right, and one row for each verdict."""
    sums = {right: sum(len(verdict.covers) for verdict in verdicts if verdict.right == right) for right in RIGHT}
    text = f"| {' | '.join(sums)} |\n{'|---' * len(sums)}|\n| {' | '.join(map(str, sums.values()))} |\n\n"
    text += "| # | right | differences | checked | reason |\n|---|---|---|---|---|\n"
    for verdict in verdicts:
        checked = ", ".join(verdict.evidence)
        text += f"| {verdict.number} | {verdict.right} | {len(verdict.covers)} | {checked} | {verdict.reason} |\n"
    return text + (
        "\nThe command checks the claims under *checked* for each difference: *shared*, the SDK has one class for several places, "
        "and a page has the field at another of them; *new*, the SDK's earlier release agrees with the page; *example*, the "
        "documented example has the page's form and not the SDK's.\n"
    )


def every(differences, verdicts):
    """One row for each endpoint and verdict."""
    numbers = {(one.endpoint, one.place): verdict.number for verdict in verdicts for one in verdict.covers}
    rows = {}
    for one in differences:
        rows.setdefault((one.endpoint, numbers[one.endpoint, one.place]), []).append(one)
    text = "| endpoint | # | difference |\n|---|---|---|\n"
    # Endpoints without a spec, which begin with their method, come last.
    for (name, number), ones in sorted(rows.items(), key=lambda row: (" " in row[0][0], row[0])):
        text += f"| `{name}` | {number} | {what(ones)} |\n"
    return text + "\n`+` is only in the SDK, `-` only in the spec.\n"


def what(ones):
    """``query.page_size`: string in the spec, int in the SDK; `data.items` + `keyword`, `subject` (4 inside)``"""
    said, by_parent = [], {}
    for one in ones:
        if one.place == "endpoint":
            said.append(one.kind)
        elif one.kind in (TYPE, ADDRESS, TOKENS):
            said.append(f"`{one.place}`: {one.spec} in the spec, {one.sdk} in the SDK")
        else:
            parent, _, name = one.place.rpartition(".")
            inside = f" ({one.beneath} inside)" if one.beneath else ""
            sign = "+" if one.kind == ONLY_SDK else "-"
            by_parent.setdefault((parent, sign), []).append(f"`{name}`{inside}")
    return "; ".join(said + [f"`{parent}` {sign} {', '.join(names)}" for (parent, sign), names in by_parent.items()])


def marks(specs, sdk):
    """Fields with a `fix` or a `review`, and whether the SDK has them at the same place."""
    rows = {}
    for spec in specs:
        theirs = sdk[spec.key].fields if spec.key in sdk else {}
        for (place, mark), reason in spec.marks.items():
            same = "equal" if theirs.get(place) == spec.fields[place] else f"other: {theirs.get(place, 'none')}"
            rows.setdefault((mark, " ".join(reason.split()), same), []).append(f"`{spec.name} {place}`")
    if not rows:
        return "Nothing.\n"
    text = "| mark | text | the SDK's type and place | fields |\n|---|---|---|---|\n"
    for (mark, reason, same), places in sorted(rows.items()):
        shown = places[0] + (f" and {len(places) - 1} more" if len(places) > 1 else "")
        text += f"| `{mark}` | {reason} | {same} | {shown} |\n"
    return text

