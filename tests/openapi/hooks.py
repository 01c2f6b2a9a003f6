"""Settings of schemathesis for Feishu and for the limits of HTTP."""

import json

import schemathesis
from hypothesis import strategies

SCALARS = strategies.none() | strategies.booleans() | strategies.integers() | strategies.text()
JSON = strategies.recursive(
    SCALARS, lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner), max_leaves=5
)
schemathesis.openapi.format("json-text", JSON.map(json.dumps))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """`contentMediaType` is an annotation in JSON Schema 2020-12: without our own format, texts without JSON count as valid."""
    mark(raw_schema)


def mark(value):
    if isinstance(value, dict):
        if value.get("contentMediaType") == "application/json":
            value["format"] = "json-text"
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            mark(item)


@schemathesis.hook
def before_call(context, case, kwargs):
    """In JSON Schema 483.0 is an integer; Feishu and the mock require 483."""
    body = whole(case.body)
    # Setting a body checks it again, so an unchanged one must not be set. 483.0 equals 483; their texts differ.
    if case.media_type == "application/json" and repr(body) != repr(case.body):
        case.body = body


@schemathesis.hook
def filter_case(context, case):
    """A form contains texts: a part with an invalid `null` or empty list is absent, and a text or a fraction 3539 in place of
    the integer is the integer, so the request is valid."""
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    return not any(value is None or value == [] or reads_as_integer(value) for value in case.body.values())


def reads_as_integer(value):
    return isinstance(value, float) and value.is_integer() or isinstance(value, str) and value.removeprefix("-").isdecimal()


def whole(value):
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {name: whole(item) for name, item in value.items()}
    return value
