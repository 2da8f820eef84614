"""A session of imaplib with each server of the list on standard input, and a line of JSON
about each."""

import imaplib
import json
import re
import sys

MAIL = b"Subject: Lunch?\r\n\r\nAt noon?\r\n"


def ok(answer):
    if answer[0] != "OK":
        raise RuntimeError(f"{answer}")
    return answer[1]


def log_in(imap, server):
    if "LOGINDISABLED" in imap.capabilities:
        bearer = f"user={server['user']}\x01auth=Bearer {server['token']}\x01\x01"
        ok(imap.authenticate("XOAUTH2", lambda challenge: bearer.encode()))
    else:
        ok(imap.login(server["user"], server["password"]))


def session(server):
    with imaplib.IMAP4(server["host"], server["port"], timeout=60) as imap:
        log_in(imap, server)
        words = ok(imap.capability())[0].decode().split()
        if "ID" in words:
            ok(imap.xatom("ID", '("name" "imaplib")'))
        prefix = ""
        if "NAMESPACE" in words:
            prefix = re.match(rb'\(\("([^"]*)"', ok(imap.namespace())[0])[1].decode()
        listed = [row.decode() for row in ok(imap.list())]
        other = prefix + "Work"
        ok(imap.create(other))
        ok(imap.append("INBOX", r"(\Seen)", None, MAIL))
        ok(imap.select("INBOX"))
        numbers = ok(imap.search(None, "SUBJECT", "Lunch"))[0].split()
        data = ok(imap.fetch(numbers[0], "(UID FLAGS BODY.PEEK[])"))
        around = data[0][0] + (data[1] if isinstance(data[1], bytes) else b"")
        uid = re.search(rb"UID (\d+)", around)[1].decode()
        ok(imap.uid("STORE", uid, "+FLAGS", r"(\Flagged)"))
        if "MOVE" in words:
            ok(imap.uid("MOVE", uid, other))
        else:
            ok(imap.uid("COPY", uid, other))
            ok(imap.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
            ok(imap.expunge())
        return {"listed": listed, "found": len(numbers), "body": data[0][1].decode(), "moved": other}


for server in json.load(sys.stdin):
    try:
        result = session(server)
    except Exception as err:  # which is what the test is about
        result = {"error": f"{type(err).__name__}: {err}"}
    print(json.dumps({"name": server["name"], **result}), flush=True)
