"""The differences between a spec and the SDK, and the evidence for each side."""

from dataclasses import dataclass

from sdk import Endpoint, Shape

SECTIONS = [("path", "path_params"), ("query", "query"), ("body", "body"), ("data", "response")]
# The kinds of differences.
ADDRESS, TOKENS, TYPE = "address", "tokens", "type"
ONLY_SPEC, ONLY_SDK = "only in the spec", "only in the SDK"


@dataclass
class Difference:
    """One difference; if one side lacks an object, the object itself."""

    endpoint: str
    place: str
    kind: str
    spec: str
    sdk: str
    # Fields inside an object that only one side has.
    beneath: int = 0
    # The documented example has the spec's form and not the SDK's. `hire-gen check` refuses an example of the SDK's.
    example: bool = False
    # The SDK uses the class of the field at another place, too, and there the page has the field.
    shared: bool = False
    # The earlier release agrees with the page.
    new: bool = False


class Spec(Endpoint):
    """An endpoint of `hire-gen show --format json`, in the form of the SDK's."""

    def __init__(self, said):
        super().__init__(said["method"], said["path"], frozenset(said["tokens"]))
        self.name, self.service = said["name"], said["name"].split(".")[0]
        # Field to its `fix` or `review`.
        self.marks = {}
        for section, key in SECTIONS:
            self.open(section, said[key] or [])
        answer = said["response_example"]
        if said["envelope"] != "bare":
            answer = (answer or {}).get("data")
        self.examples = {"body": said["request_example"], "data": answer}

    def open(self, prefix, fields):
        """Records fields and the fields inside them."""
        for field in fields:
            place = f"{prefix}.{field['name']}"
            self.fields[place] = Shape(field["type"], field["list"], field["map"])
            for mark in ("fix", "review"):
                if mark in field:
                    self.marks[place, mark] = field[mark]
            self.open(place, field.get("fields", []))

    def values(self, place):
        """The values of the example at a place, once for each object around it; lists and maps on the way are flattened."""
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
            # The example lacks the field, which is evidence if it has the object around it.
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
    """Whether a value of the example has this shape; `null` and empty lists have any."""
    if value is None or shape.base == "json":
        return True
    if shape.map:
        return isinstance(value, dict) and all(fit(one, Shape(shape.base)) for one in value.values())
    if shape.list:
        return isinstance(value, list) and all(fit(one, Shape(shape.base, shape.list - 1)) for one in value)
    known = {"string": str, "int": int, "float": (int, float), "bool": bool, "object": dict}.get(shape.base, ())
    return isinstance(value, known) and (shape.base == "bool" or not isinstance(value, bool))


def compare(specs, sdk, before, opened, whole):
    """All differences, in the order of the specs. `whole`: services that are compared in full."""
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
    """Whether both sides have a place; they have every section."""
    return "." not in place or place in spec.fields and place in sdk.fields


def elsewhere(place, sdk, opened, by_key):
    """Whether a page has the field at another place where the SDK uses the same class."""
    name = place.rpartition(".")[2]
    uses = opened.get(sdk.owner.get(place), [])
    return any(key in by_key and f"{prefix}.{name}" in by_key[key].fields for key, prefix in uses)


def words(tokens):
    """`tenant and user`"""
    return " and ".join(sorted(tokens))
