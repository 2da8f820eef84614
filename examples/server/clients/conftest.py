"""A mail server for pytest: the fixture "mailtest", as it was at its start for each test.

It runs the program that MAILTEST_SERVER names (go build -o mailtest-server
github.com/go-mailtest/mailtest/examples/server), or in this repository builds it.
Python's standard library is all that it needs, besides pytest.
"""

import json
import os
import pathlib
import subprocess
import urllib.error
import urllib.request

import pytest


class Failed(AssertionError):
    """What a test in Go would have been told."""


class Server:
    """A mailtest server: each method is an operation of its API (see ../api/API.md)."""

    def __init__(self, url):
        self.url = url.rstrip("/") + "/api"
        health = self.get("/health")
        self.imap, self.smtp, self.ca = (address(health["imap"]), address(health["smtp"]), health["ca"])

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **fields):
        return self._ask("POST", path, fields)

    def delete(self, path):
        return self._ask("DELETE", path)

    def deliver(self, message, **fields):
        """Puts a message into a mailbox and returns its UID."""
        return self.post("/deliver", message=message, **fields)["uid"]

    def rule(self, on, *verbs, **fields):
        """Breaks something: rule("UID MOVE", {"verb": "dropBeforeReply"}, nth=2)."""
        return self.post("/rules", on=on, do=list(verbs), **fields)["id"]

    def changes(self, snapshot):
        """What has changed since a snapshot, a line each."""
        return self.get(f"/snapshot/{snapshot}/diff")["lines"]

    def _ask(self, method, path, fields=None):
        body = None if fields is None else json.dumps(fields).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise Failed(json.load(error)["error"]) from None
        return json.loads(text) if text.startswith("{") else text


def address(text):
    """The host and the port of "127.0.0.1:1143"."""
    host, port = text.rsplit(":", 1)
    return host, int(port)


@pytest.fixture(scope="session")
def mailtest_program(tmp_path_factory):
    if "MAILTEST_SERVER" in os.environ:
        return os.environ["MAILTEST_SERVER"]
    program = tmp_path_factory.mktemp("mailtest") / "mailtest-server"
    here = pathlib.Path(__file__).parent
    subprocess.run(["go", "build", "-o", program, ".."], cwd=here, check=True)  # "go run" would not end it
    return program


@pytest.fixture(scope="session")
def mailtest_server(mailtest_program):
    process = subprocess.Popen([mailtest_program, "-page", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            name, _, where = line.strip().partition(" ")
            if name == "page":
                yield Server(where)
                break
        else:
            pytest.fail("the server did not start")
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def mailtest(mailtest_server):
    yield mailtest_server
    mailtest_server.post("/reset")  # fails for a rule that never fired
