"""Tests of a small importer as a team would write them: what it does to the mail, and what
it does when the server is not as it should be."""

import imaplib
import smtplib

import pytest


def import_mail(host, port):
    """Moves all mail of INBOX to Archive, and returns the subjects."""
    with imaplib.IMAP4(host, port) as imap:
        imap.login("user", "password")
        imap.select("INBOX")
        subjects = []
        for uid in imap.uid("SEARCH", "ALL")[1][0].split():
            _, data = imap.uid("FETCH", uid, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            subjects.append(data[0][1].decode().removeprefix("Subject: ").strip())
            status, answer = imap.uid("MOVE", uid, "Archive")
            if status != "OK":
                raise RuntimeError(answer[0].decode())
        return subjects


def test_moves_mail(mailtest):
    mailtest.deliver("Subject: Invoice 17\r\n\r\nPay.\r\n", flags=["\\Flagged"])
    before = mailtest.post("/snapshot")["id"]

    assert import_mail(*mailtest.imap) == ["Invoice 17"]

    mailtest.post("/wait/count", count=0)
    assert len(mailtest.changes(before)) == 2  # out of INBOX, into Archive
    archived = mailtest.post("/wait/message", mailbox="Archive", subject="Invoice 17")
    assert archived["flags"] == ["\\Flagged"]


def test_full_mailbox(mailtest):
    mailtest.deliver("Subject: Invoice 17\r\n\r\nPay.\r\n")
    mailtest.rule("UID MOVE", {"verb": "no", "text": "[OVERQUOTA] Archive is full"})

    with pytest.raises(RuntimeError, match="full"):
        import_mail(*mailtest.imap)

    mailtest.post("/wait/count", count=1)  # it is still there


def test_broken_connection(mailtest):
    mailtest.deliver("Subject: Invoice 17\r\n\r\nPay.\r\n")
    mailtest.rule("UID MOVE", {"verb": "dropBeforeReply"}, times=1)

    with pytest.raises(imaplib.IMAP4.abort):
        import_mail(*mailtest.imap)
    assert import_mail(*mailtest.imap) == []  # it had been moved, once

    mailtest.post("/wait/count", mailbox="Archive", count=1)


def test_sent_mail(mailtest):
    with smtplib.SMTP(*mailtest.smtp) as smtp:
        smtp.sendmail("shop@example.com", ["user@example.com"], "Subject: Your order\r\n\r\nThanks.\r\n")

    sent = mailtest.post("/wait/sent", subject="Your order")["messages"][0]
    assert sent["to"] == ["user@example.com"]
    mailtest.post("/wait/message", subject="Your order")  # and it is in user's INBOX
