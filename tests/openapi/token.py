"""Prints a tenant access token of the mock at the address that is given."""

import json
import sys
import urllib.request

credentials = json.dumps({"app_id": "cli_check", "app_secret": "secret"}).encode()
address = sys.argv[1] + "/open-apis/auth/v3/tenant_access_token/internal"
with urllib.request.urlopen(address, credentials) as answer:
    print(json.load(answer)["tenant_access_token"])
