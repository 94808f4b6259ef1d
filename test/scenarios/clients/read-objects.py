"""Reads a bucket with google-auth's application default credentials; prints what a test compares."""

import json
import sys

import google.auth
from google.auth import exceptions
from google.auth.transport import requests

bucket_url, scope = sys.argv[1:]
credentials, _ = google.auth.default(scopes=[scope])
session = requests.AuthorizedSession(credentials)
try:
    answer = session.get(bucket_url)
    names = [item["name"] for item in answer.json().get("items", [])]
    print(json.dumps({"status": answer.status_code, "names": names, "valid": credentials.valid}))
except exceptions.OAuthError as error:
    print(json.dumps({"refused": str(error.args[0])}))
