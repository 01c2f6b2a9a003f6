"""What a spec and the SDK say differently, and what speaks for which of them."""

from dataclasses import dataclass

from sdk import Endpoint, Shape

SECTIONS = [("path", "path_params"), ("query", "query"), ("body", "body"), ("data", "response")]
# What can be different.
ADDRESS, TOKENS, TYPE = "address", "tokens", "type"
ONLY_SPEC, ONLY_SDK = "only in the spec", "only in the SDK"


@dataclass
class Difference:
    """One thing that is different; of an object that one side lacks, the object itself."""

    endpoint: str
    place: str
    kind: str
    spec: str
    sdk: str
    # Fields inside of what only one side has.
    beneath: int = 0
    # The documented example has the spec's form and not the SDK's. `hire-gen check` refuses an example of the SDK's.
    example: bool = False
    # The class of the SDK that has the field has it at another place, too, and there the page has it.
    shared: bool = False
    # The release before had what the page has.
    new: bool = False


class Spec(Endpoint):
    """An endpoint of `hire-gen show --format json`, in the form of the SDK's."""

    def __init__(self, said):
        super().__init__(said["method"], said["path"], frozenset(said["tokens"]))
        self.name, self.service = said["name"], said["name"].split(".")[0]
        # Field to what is said of it: where a spec differs from its page, or waits for somebody who looks.
        self.marks = {}
        for section, key in SECTIONS:
            self.open(section, said[key] or [])
        answer = said["response_example"]
        if said["envelope"] != "bare":
            answer = (answer or {}).get("data")
        self.examples = {"body": said["request_example"], "data": answer}

    def open(self, prefix, fields):
        """Puts down fields and what is in them."""
        for field in fields:
            place = f"{prefix}.{field['name']}"
            self.fields[place] = Shape(field["type"], field["list"], field["map"])
            for mark in ("fix", "review"):
                if mark in field:
                    self.marks[place, mark] = field[mark]
            self.open(place, field.get("fields", []))

    def values(self, place):
        """What the example has at a place, once for each object around it; lists and maps on the way are gone through."""
        section, *names = place.split(".")
        found, at = [self.examples.get(section)], section
        for name in names:
            through = [one for value in found for one in objects(value, self.is_map(at))]
            found, at = [value[name] for value in through if name in value], f"{at}.{name}"
        return found

    def is_map(self, place):
        """Whether keys at this place are data and not names of fields."""
        return place in self.fields and self.fields[place].map

    def example_speaks(self, place, spec, sdk):
        """Whether the example has the spec's form and not the SDK's; either may be missing."""
        if spec is None:
            # Then the example lacks the field, and speaks where it has the object that the field would be in.
            around = place.rpartition(".")[0]
            return any(objects(value, self.is_map(around)) for value in self.values(around))
        values = self.values(place)
        return bool(values) and (sdk is None or not all(fit(value, sdk) for value in values))


def objects(value, is_map):
    """The objects in a value: itself, those in its lists, or the values of a map."""
    if isinstance(value, list):
        return [one for item in value for one in objects(item, is_map)]
    if isinstance(value, dict) and is_map:
        return [one for item in value.values() for one in objects(item, False)]
    return [value] if isinstance(value, dict) else []


def fit(value, shape):
    """Whether a value of the example is of this shape; `null` and empty lists are of any."""
    if value is None or shape.base == "json":
        return True
    if shape.map:
        return isinstance(value, dict) and all(fit(one, Shape(shape.base)) for one in value.values())
    if shape.list:
        return isinstance(value, list) and all(fit(one, Shape(shape.base, shape.list - 1)) for one in value)
    known = {"string": str, "int": int, "float": (int, float), "bool": bool, "object": dict}.get(shape.base, ())
    return isinstance(value, known) and (shape.base == "bool" or not isinstance(value, bool))


def compare(specs, sdk, before, opened, whole):
    """All differences, in the order of the specs. `whole`: services of which everything the SDK has is compared."""
    by_key = {spec.key: spec for spec in specs}
    found = []
    for spec in specs:
        if spec.key in sdk:
            found += endpoint(spec, sdk[spec.key], before.get(spec.key), opened, by_key)
        else:
            found.append(Difference(spec.name, "endpoint", ONLY_SPEC, spec.key, ""))
    for key, other in sdk.items():
        if key not in by_key and other.address.split("/")[2] in whole:
            name = f"{other.method} {other.address}"
            found.append(Difference(name, "endpoint", ONLY_SDK, "", name, new=key not in before))
    return found


def endpoint(spec, sdk, before, opened, by_key):
    """The differences of one endpoint that both sides have."""
    found = []
    if spec.address != sdk.address:
        new = before is not None and before.address == spec.address
        found.append(Difference(spec.name, ADDRESS, ADDRESS, spec.address, sdk.address, new=new))
    if spec.tokens != sdk.tokens:
        new = before is not None and before.tokens == spec.tokens
        found.append(Difference(spec.name, TOKENS, TOKENS, words(spec.tokens), words(sdk.tokens), new=new))
    for place in list(spec.fields) + [place for place in sdk.fields if place not in spec.fields]:
        ours, theirs = spec.fields.get(place), sdk.fields.get(place)
        if ours == theirs or not both_have(place.rpartition(".")[0], spec, sdk):
            continue
        kind = ONLY_SDK if ours is None else ONLY_SPEC if theirs is None else TYPE
        one = Difference(spec.name, place, kind, str(ours or ""), str(theirs or ""))
        holder = sdk if ours is None else spec
        one.beneath = sum(other.startswith(place + ".") for other in holder.fields) if kind != TYPE else 0
        one.example = spec.example_speaks(place, ours, theirs)
        one.shared = kind == ONLY_SDK and elsewhere(place, sdk, opened, by_key)
        one.new = before is not None and before.fields.get(place) == ours
        found.append(one)
    return found


def both_have(place, spec, sdk):
    """Whether a place is on both sides: a section always is."""
    return "." not in place or place in spec.fields and place in sdk.fields


def elsewhere(place, sdk, opened, by_key):
    """Whether a page has the field where the SDK uses the same class for something else."""
    name = place.rpartition(".")[2]
    uses = opened.get(sdk.owner.get(place), [])
    return any(key in by_key and f"{prefix}.{name}" in by_key[key].fields for key, prefix in uses)


def words(tokens):
    """`tenant and user`"""
    return " and ".join(sorted(tokens))
