"""Prints the resources of an OpenAPI document that no operation sends a form to, as `--resource` takes them."""

import json
import sys

with open(sys.argv[1]) as file:
    paths = json.load(file)["paths"]
operations = [operation for path in paths.values() for operation in path.values()]


def resources(operations):
    return {tag.replace(".", "-") for operation in operations for tag in operation["tags"]}


forms = [one for one in operations if "multipart/form-data" in one.get("requestBody", {}).get("content", {})]
print(*sorted(resources(operations) - resources(forms)), sep="\n")
