"""Prints what a run of schemathesis covered, and fails if that is not the whole document.

Arguments: its report, the document, and the configuration with the checks.
"""

import json
import sys
import tomllib

report, document, config = sys.argv[1:]
with open(report) as file:
    run = json.load(file)
with open(document) as file:
    operations = sum(len(path) for path in json.load(file)["paths"].values())
with open(config, "rb") as file:
    checks = [name for name, check in tomllib.load(file)["checks"].items() if isinstance(check, dict) and check["enabled"]]

tested, cases = run["operations"]["tested"], run["test_cases"]
if not run["complete"] or tested != operations:
    sys.exit(f"schemathesis tested {tested} of {operations} operations")
valid = {name: sum(phase["accepted"] for phase in phases.values()) for name, phases in run["valid_rates"].items()}
never = operations - sum(count > 0 for count in valid.values())
if never or cases["without_checks"] or cases["errored"]:
    sys.exit(f"{never} operations took no valid request; of the requests, {cases}")
print(
    f"covered: {tested} operations, {cases['generated']} requests, of which {sum(valid.values())} valid ones were taken; "
    f"{len(checks)} checks: {', '.join(checks)}"
)
