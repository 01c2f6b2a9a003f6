"""Asks a mock for every documented answer of a schema, and compares what comes back: answers.py SHOWN SCHEMA URL

SHOWN is what `hire-gen show --format json` says of the schema. Requests are the documented ones, with the examples of their parameters.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SAME = "the documented answer"
REFUSED = "a documented request that breaks its page's own rules"
OWN = "a token or a user of the mock itself"
# The mock answers these with what it gave out itself.
OWN_PATHS = ["/open-apis/auth/v3/", "/open-apis/authen/v1/user_info", "/open-apis/authen/v2/oauth/token"]


def main(shown, schema, url):
    """Prints what came of it, and exits with 1 where a documented answer did not come back."""
    tenant = token(url)
    counts = dict.fromkeys([SAME, "no documented answer", "a form, not sent", "a file", REFUSED, OWN], 0)
    wrong = []
    for endpoint in json.loads(Path(shown).read_text("utf-8")):
        stem = Path(schema, *endpoint["name"].split("."))
        said = ask(endpoint, stem, url, tenant)
        if said in counts:
            counts[said] += 1
        else:
            wrong.append(f"{endpoint['name']}: {said}")
    for what, count in counts.items():
        print(f"{count} {what}")
    print(f"{len(wrong)} another answer")
    print("\n".join(wrong[:50]), file=sys.stderr)
    return 1 if wrong else 0


def ask(endpoint, stem, url, tenant):
    """What came of one call."""
    example = stem.with_suffix(".response.json")
    if not example.exists() and endpoint["response"] != "file":
        return "no documented answer"
    if any(has_file(field) for field in endpoint["body"] or []):
        return "a form, not sent"
    request = urllib.request.Request(url + address(endpoint), body(endpoint, stem), method=endpoint["method"])
    if request.data is not None:
        request.add_header("Content-Type", "application/json")
    if endpoint["tokens"]:
        user = endpoint["tokens"] == ["user"]
        request.add_header("Authorization", "Bearer " + ("u-somebody" if user else tenant))
    try:
        with urllib.request.urlopen(request) as answer:
            answer = answer.read()
    except urllib.error.HTTPError as problem:
        answer = problem.read()
    if not example.exists():
        return "a file"
    said = json.loads(answer)
    if said == json.loads(example.read_text("utf-8")):
        return SAME
    if any(endpoint["path"].startswith(path) for path in OWN_PATHS):
        return OWN
    error = said.get("error")
    if isinstance(error, dict) and error.get("field_violations"):
        return REFUSED
    return answer.decode()[:300]


def address(endpoint):
    """The path and the query, with the examples of the parameters that have to be there."""
    path = endpoint["path"]
    for field in endpoint["path_params"]:
        path = path.replace(":" + field["name"], urllib.parse.quote(text(value(field)), safe=""))
    query = [(field["name"], value(field)) for field in endpoint["query"] if field["required"]]
    pairs = [(name, text(one)) for name, given in query for one in (given if isinstance(given, list) else [given])]
    return path + ("?" + urllib.parse.urlencode(pairs) if pairs else "")


def body(endpoint, stem):
    """The documented body, or one of the examples of the fields that have to be there."""
    example = stem.with_suffix(".request.json")
    if example.exists():
        return example.read_bytes()
    if endpoint["body"] is None:
        return None
    return json.dumps({field["name"]: value(field) for field in endpoint["body"] if field["required"]}).encode()


def value(field):
    """A value of a field: its example, the first of its values, or the least of its type."""
    given = field.get("fixed", field.get("example"))
    if given is None and field.get("values"):
        given = field["values"][0]["value"]
    if given is None:
        inside = field.get("fields") or []
        least = {"object": {one["name"]: value(one) for one in inside if one["required"]}}
        given = least.get(field["type"], {"int": 1, "float": 1.0, "bool": True}.get(field["type"], "1"))
    for _ in range(field["list"]):
        given = given if isinstance(given, list) else [given]
    return given


def has_file(field):
    """Whether a field is a file, or holds one."""
    return field["type"] == "file" or any(has_file(inside) for inside in field.get("fields") or [])


def text(given):
    """A value as a parameter is written."""
    return str(given).lower() if isinstance(given, bool) else str(given)


def token(url):
    """A tenant access token of the mock."""
    credentials = json.dumps({"app_id": "cli_scale", "app_secret": "secret"}).encode()
    with urllib.request.urlopen(url + "/open-apis/auth/v3/tenant_access_token/internal", credentials) as answer:
        return json.load(answer)["tenant_access_token"]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
