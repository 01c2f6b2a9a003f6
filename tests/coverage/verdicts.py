"""Verdicts on the differences, read from a file, with checks of their claims."""

import tomllib
from dataclasses import dataclass, field

from difference import ADDRESS, ONLY_SDK, ONLY_SPEC, TOKENS, TYPE

RIGHT = ("page", "example", "SDK", "both", "undecided")
KINDS = (ADDRESS, TOKENS, TYPE, ONLY_SPEC, ONLY_SDK)
EVIDENCE = {
    "shared": "the SDK has the field at another place of the same class, where a page has it",
    "new": "the release before agrees with the page",
    "example": "the documented example has the page's form and not the SDK's",
}


@dataclass
class Verdict:
    """One reason, and the differences it covers."""

    number: int
    right: str
    kinds: list
    evidence: list
    reason: str
    places: list = field(default_factory=list)
    covers: list = field(default_factory=list)


def read(path):
    """The verdicts of a file, or the problems with it."""
    with open(path, "rb") as file:
        try:
            rules = tomllib.load(file).get("verdict", [])
        except tomllib.TOMLDecodeError as problem:
            return [], [f"`{path}` is no TOML: {problem}"]
    verdicts, problems = [], []
    for number, rule in enumerate(rules, 1):
        wrong = wrong_keys(rule)
        if wrong:
            problems += [f"verdict {number}: {one}" for one in wrong]
            continue
        places = [(name, place) for name, places in rule["places"].items() for place in places]
        reason = " ".join(rule["reason"].split())
        verdicts.append(Verdict(number, rule["right"], rule["kinds"], rule.get("evidence", []), reason, places))
    return verdicts, problems


def wrong_keys(rule):
    """Problems with the keys of one verdict."""
    known = {"right": str, "kinds": list, "evidence": list, "reason": str, "places": dict}
    wrong = [f"`{key}` is no key of a verdict" for key in rule if key not in known]
    for key, of in known.items():
        if key not in rule and key != "evidence":
            wrong.append(f"`{key}` is missing")
        elif key in rule and (not isinstance(rule[key], of) or not rule[key]):
            wrong.append(f"`{key}` is empty or of the wrong type")
    if wrong:
        return wrong
    if rule["right"] not in RIGHT:
        wrong.append(f"`right` is one of {', '.join(RIGHT)}, not `{rule['right']}`")
    wrong += [f"`{kind}` is none of the kinds {', '.join(KINDS)}" for kind in rule["kinds"] if kind not in KINDS]
    wrong += [f"`{one}` is none of {', '.join(EVIDENCE)}" for one in rule.get("evidence", []) if one not in EVIDENCE]
    return wrong


def judge(differences, verdicts):
    """Assigns each difference to its verdict; returns the problems."""
    by_place, problems = {}, []
    for verdict in verdicts:
        for place in verdict.places:
            if place in by_place:
                problems.append(f"{show(*place)}: verdicts {by_place[place].number} and {verdict.number} both have it")
            by_place[place] = verdict
    there = set()
    for one in differences:
        there.add((one.endpoint, one.place))
        verdict = by_place.get((one.endpoint, one.place))
        if verdict is None:
            problems.append(f"{show(one.endpoint, one.place)}: {told(one)}; no verdict says who is right")
            continue
        verdict.covers.append(one)
        problems += [f"{show(one.endpoint, one.place)}: {why}" for why in contradictions(one, verdict)]
    for place, verdict in by_place.items():
        if place not in there:
            problems.append(f"{show(*place)}: verdict {verdict.number} has it, and nothing is different there")
    return problems


def contradictions(one, verdict):
    """Problems of a verdict with its differences."""
    if one.kind not in verdict.kinds:
        yield f"verdict {verdict.number} is about {' and '.join(verdict.kinds)}; this is {one.kind}"
    for claim in verdict.evidence:
        if not getattr(one, claim):
            yield f"verdict {verdict.number} claims `{claim}` ({EVIDENCE[claim]}), which does not hold"


def told(one):
    """`string in the spec, int in the SDK`"""
    sides = [("spec", one.spec), ("SDK", one.sdk)]
    text = ", ".join(f"`{value}` in the {side}" for side, value in sides if value)
    aids = [name for name in EVIDENCE if getattr(one, name)]
    return f"{one.kind} ({'; '.join([text] + aids)})"


def show(name, place):
    """`hire.v1.job.list query.keyword`"""
    return f"`{name} {place}`"
