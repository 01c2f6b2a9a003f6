"""Reads the SDK's models as text: nothing of the package is imported or run."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

SCALARS = {"str": "string", "int": "int", "float": "float", "bool": "bool", "Any": "json", "object": "json"}


@dataclass(frozen=True)
class Shape:
    """The contents of a field: a wire type, its list dimensions, or a map from strings."""

    base: str
    list: int = 0
    map: bool = False

    def __str__(self):
        return f"map<{self.base}>" if self.map else self.base + "[]" * self.list


@dataclass
class Endpoint:
    """One request of the SDK, or one spec: fields by their place, `body.items.id`, in the order of the source."""

    method: str
    address: str
    tokens: frozenset
    fields: dict = field(default_factory=dict)
    # The class of each field by place, and the places of each class.
    owner: dict = field(default_factory=dict)

    @property
    def key(self):
        """Equal for both sides: names of path parameters and a trailing slash do not matter."""
        parts = self.address.rstrip("/").split("/")
        return self.method + " " + "/".join(":" if part.startswith(":") else part for part in parts)


class Unreadable(Exception):
    """The SDK contains code that this reader does not understand."""


def read(package, services):
    """The endpoints of these services by their key, and the places of each class."""
    endpoints, opened = {}, {}
    for service in sorted(services):
        folders = sorted(Path(package, "api", service).glob("v*/model"))
        if not folders:
            raise Unreadable(f"`{package}` has no models of `{service}`")
        for folder in folders:
            models = Models(folder)
            for name, builder in models.requests.items():
                endpoint = models.endpoint(name, builder)
                if endpoint.key in endpoints:
                    raise Unreadable(f"two requests are `{endpoint.key}`")
                endpoints[endpoint.key] = endpoint
                for place, owner in endpoint.owner.items():
                    opened.setdefault(owner, set()).add((endpoint.key, place.rpartition(".")[0]))
    return endpoints, opened


class Models:
    """The classes of one folder: those with `_types`, and the builders of requests."""

    def __init__(self, folder):
        self.folder, self.types, self.requests = folder, {}, {}
        bases, builders = {}, {}
        for file in sorted(folder.glob("*.py")):
            for node in statements(file):
                if not isinstance(node, ast.ClassDef):
                    continue
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                if node.name.endswith("Builder"):
                    builders[node.name.removesuffix("Builder")] = node
                types = class_types(node)
                if types is not None:
                    self.types[node.name] = types
        for name, node in builders.items():
            if "BaseRequest" in bases.get(name, []):
                self.requests[name] = node

    def endpoint(self, name, builder):
        """The parameters that the builder of a request sets, and the fields that its response reads."""
        facts, path, query, body = {}, [], [], None
        for method in builder.body:
            if method.name == "__init__":
                facts = constants(method)
            elif method.name != "build":
                kind, wire = goes_to(method, name)
                annotation = method.args.args[1].annotation
                if kind == "body":
                    body = annotation
                else:
                    (path if kind == "path" else query).append((wire, annotation))
        try:
            endpoint = Endpoint(facts["http_method"], facts["uri"], facts["token_types"])
        except KeyError as missing:
            raise Unreadable(f"`{name}` in `{self.folder}` has no {missing}") from None
        self.open("path", path, None, (), endpoint)
        self.open("query", query, None, (), endpoint)
        if body is not None:
            self.open_class("body", self.shape(body), (), endpoint)
        for key, annotation in self.types.get(name.removesuffix("Request") + "Response", []):
            self.open_class(key, self.shape(annotation), (), endpoint)
        return endpoint

    def open_class(self, prefix, shape, inside, endpoint):
        """Reads a body or an answer, which must be an object."""
        if shape.base not in self.types or shape.list or shape.map:
            raise Unreadable(f"`{prefix}` of `{endpoint.key}` is `{shape}` and no object")
        self.open(prefix, self.types[shape.base], shape.base, inside + (shape.base,), endpoint)

    def open(self, prefix, fields, owner, inside, endpoint):
        """Records fields and the fields inside them; a class inside itself is not expanded again."""
        for wire, annotation in fields:
            place, shape = f"{prefix}.{wire}", self.shape(annotation)
            known = shape.base in self.types
            base = "object" if known else SCALARS.get(shape.base)
            if base is None:
                raise Unreadable(f"`{place}` of `{endpoint.key}` has the unknown type `{shape.base}`")
            endpoint.fields[place] = Shape(base, shape.list, shape.map)
            if owner is not None:
                endpoint.owner[place] = (str(self.folder), owner)
            if known and shape.base not in inside:
                self.open(place, self.types[shape.base], shape.base, inside + (shape.base,), endpoint)

    def shape(self, annotation):
        """`List[List[X]]`, `Dict[str, X]`, `X`; the base is still the name of a class."""
        dimensions, is_map = 0, False
        while isinstance(annotation, ast.Subscript):
            outer = annotation.value.id
            if outer == "List":
                dimensions, annotation = dimensions + 1, annotation.slice
            elif outer == "Dict" and not dimensions:
                is_map, annotation = True, annotation.slice.elts[1]
            elif outer == "IO":
                return Shape("file", dimensions, is_map)
            else:
                raise Unreadable(f"`{self.folder}` has the unknown type `{ast.unparse(annotation)}`")
        name = annotation.value if isinstance(annotation, ast.Constant) else annotation.id
        return Shape(name, dimensions, is_map)


def statements(file):
    """The top-level statements of a file."""
    try:
        return ast.parse(file.read_text("utf-8")).body
    except (SyntaxError, ValueError) as problem:
        raise Unreadable(f"`{file.name}` is no Python of this version: {problem}") from None


def class_types(node):
    """The `_types` of a class, in order; `None` if it has none."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == "_types":
            return [(key.value, value) for key, value in zip(statement.value.keys, statement.value.values)]
    return None


def constants(method):
    """Method, address and kinds of tokens, as `__init__` of a builder sets them."""
    found = {"token_types": frozenset()}
    for node in ast.walk(method):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            target, value = node.targets[0].attr, node.value
            if target == "http_method":
                found[target] = value.attr
            elif target == "uri":
                found[target] = ast.literal_eval(value)
            elif target == "token_types":
                found[target] = frozenset(one.attr.lower() for one in getattr(value, "elts", []))
    return found


def goes_to(method, request):
    """The section and the name under which a builder's setter stores its argument."""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "add_query":
            return "query", node.args[0].value
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Subscript) and target.value.attr == "paths":
                return "path", target.slice.value
            if isinstance(target, ast.Attribute) and target.attr == "body":
                return "body", None
    raise Unreadable(f"`{method.name}` of `{request}` goes neither into the path nor into query or body")
