"""Calls every operation through Feishu's Python SDK, unchanged, and compares the mock's answers with the documented ones.

usage: calls.py --spec spec.json --url URL [--explained explained.toml]

`spec.json` is the output of `hire-gen show --format json`; URL is a mock started by `hire-gen mock`. The request is the documented
one: the page's example as the body, the examples of the fields as path and query. The script fails if an operation fails without an
explanation in `explained.toml`, or if an explained one never fails.
"""

import argparse
import asyncio
import importlib
import inspect
import io
import json
import sys
import tomllib
from pathlib import Path

import lark_oapi as lark
from lark_oapi.core.model import BaseRequest

MARK = "sentinel"


class CannotCall(Exception):
    """The SDK has no way to send the documented request."""


def key(method, address):
    """Method and address; names of parameters and a slash at the end make no difference."""
    parts = address.rstrip("/").split("/")
    return method, "/".join(":" if part.startswith(":") else part for part in parts)


def requests_of(services):
    """The request classes of the SDK by method and address."""
    found = {}
    for service in services:
        folder = Path(lark.__file__).parent / "api" / service
        for version in sorted(path.name for path in folder.glob("v*")):
            module = importlib.import_module(f"lark_oapi.api.{service}.{version}")
            for _, cls in inspect.getmembers(module, inspect.isclass):
                if issubclass(cls, BaseRequest) and cls is not BaseRequest:
                    request = cls.builder().build()
                    found[key(request.http_method.name, request.uri)] = cls
    return found


def callers(client, services):
    """The functions of the client, waiting and not, by the class of their request."""
    found = {}
    for service in services:
        for version in vars(getattr(client, service)).values():
            for resource in vars(version).values():
                for _, call in inspect.getmembers(resource, inspect.ismethod):
                    parameters = inspect.signature(call).parameters
                    if "request" in parameters:
                        kind = "later" if inspect.iscoroutinefunction(call) else "now"
                        found.setdefault(parameters["request"].annotation, {})[kind] = call
    return found


def setters(cls):
    """The setters of a builder by where their argument goes: `path`, `query` or `body`, and its wire name."""
    found = {}
    for name, _ in inspect.getmembers(type(cls.builder()), inspect.isfunction):
        if name in ("build", "__init__"):
            continue
        builder = cls.builder()
        signature = inspect.signature(getattr(builder, name))
        (parameter,) = signature.parameters.values()
        getattr(builder, name)(MARK)
        request = builder.build()
        if request.body == MARK:
            found["body", None] = name, parameter.annotation
        for wire, value in request.queries:
            if value == MARK:
                found["query", wire] = name, parameter.annotation
        for wire, value in request.paths.items():
            if value == MARK:
                found["path", wire] = name, parameter.annotation
    return found


def example(field):
    """The value of a path or query parameter in the documented request; some pages give an example that is not one of its values."""
    value, values = field.get("example"), [one["value"] for one in field.get("values", [])]
    if value is None or (values and value not in values):
        value = field.get("default")
    if value is None and field["required"]:
        value = 1 if field["type"] == "int" else "1"
    return value


def documented(cls, endpoint):
    """The documented request as an object of the SDK."""
    known, builder = setters(cls), cls.builder()

    def put(place, wire, value):
        if (place, wire) not in known:
            raise CannotCall(f"the SDK has no `{wire or 'body'}` in the {place}")
        getattr(builder, known[place, wire][0])(value)

    for field in endpoint["path_params"]:
        put("path", field["name"], example(field) or "1")
    for field in endpoint["query"]:
        value = None if "unusable" in field else example(field)
        # A page token would ask for the page after the documented one.
        if value is not None and field["name"] != "page_token":
            put("query", field["name"], value)
    if any(field["type"] == "file" for field in endpoint["body"] or []):
        if ("body", None) not in known:
            raise CannotCall("the SDK sends no body")
        body = known["body", None][1].builder()
        for field in endpoint["body"]:
            value = io.BytesIO(b"%PDF-1.7") if field["type"] == "file" else example(field)
            if value is not None:
                body = getattr(body, field["name"])(value)
        put("body", None, body.build())
    elif endpoint["request_example"] is not None:
        if ("body", None) not in known:
            raise CannotCall("the SDK sends no body")
        put("body", None, known["body", None][1](endpoint["request_example"]))
    return builder.build()


def failure(response, endpoint):
    """The problem with an answer, or nothing."""
    raw = response.raw
    if raw is None or raw.status_code != 200:
        text = "" if raw is None else raw.content.decode("utf-8", "replace")
        return f"HTTP {raw and raw.status_code}: {text[:300]}"
    if endpoint.get("response") == "file":
        return None if response.file.read() else "the file is empty"
    if response.code != 0:
        return f"code {response.code}"
    expected = endpoint["response_example"]
    if expected is not None and json.loads(raw.content) != expected:
        return "not the documented answer"
    return None


def outcome(cls, calls, kind, endpoint):
    """Why the documented request does not get the documented answer, or nothing."""
    if kind not in calls:
        return "the SDK has no function for it"
    try:
        request = documented(cls, endpoint)
        option = lark.RequestOption.builder()
        if "tenant" not in endpoint["tokens"]:
            option = option.user_access_token("u-samples")
        response = calls[kind](request, option.build())
        if kind == "later":
            response = asyncio.run(response)
        return failure(response, endpoint)
    except CannotCall as error:
        return str(error)
    except Exception as error:  # The SDK raises whatever it meets.
        return f"the SDK fails: {type(error).__name__}: {error}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--spec", required=True)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--explained")
    arguments = arguments.parse_args()
    endpoints = json.loads(Path(arguments.spec).read_text("utf-8"))
    explained = tomllib.loads(Path(arguments.explained).read_text("utf-8")) if arguments.explained else {}
    services = sorted({endpoint["name"].split(".")[0] for endpoint in endpoints})
    client = lark.Client.builder().app_id("cli_sdk").app_secret("secret").domain(arguments.url)
    client = client.enable_set_token(True).log_level(lark.LogLevel.CRITICAL).build()
    requests, functions = requests_of(services), callers(client, services)
    wrong, unused = 0, set(explained)
    for kind in ("now", "later"):
        failed = {}
        for endpoint in endpoints:
            cls = requests.get(key(endpoint["method"], endpoint["path"]))
            told = "the SDK does not have it" if cls is None else outcome(cls, functions[cls], kind, endpoint)
            if told is not None:
                failed[endpoint["name"]] = told
        name = {"now": "requests", "later": "httpx"}[kind]
        print(f"{name}: {len(endpoints) - len(failed)} of {len(endpoints)} operations get the documented answer")
        for operation, told in sorted(failed.items()):
            reason = explained.get(operation)
            wrong += reason is None
            print(f"  {operation}: {told}\n    {reason or 'NOT EXPLAINED'}")
        unused -= set(failed)
    for operation in sorted(unused):
        wrong += 1
        print(f"{operation}: is explained and does not fail")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
