package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of COPYUID, and of what a client is told of its mailbox.
var (
	// CopyUIDTagged tells COPYUID of MOVE in the tagged OK, behind the EXPUNGEs. Gmail. RFC 6851,
	// section 4.3, advises an untagged OK before them. net-imap PR#398.
	CopyUIDTagged = imaptest.Quirk{
		Name: "copyuid-tagged", Doc: "COPYUID of MOVE is in the tagged OK", Needs: []string{"UIDPLUS", "MOVE"},
		Sources: []string{"ruby/net-imap PR#398 (2025-02-06)", "MailKit's uid-move.txt (2026-08)"},
		Acts:    []imaptest.Act{imaptest.TellAct{How: "copyuid-tagged"}},
	}
	// CopyUIDDescending tells the UIDs of COPYUID from the highest to the lowest. Gmail. Legal, and
	// Jakarta Mail and Thunderbird note it as unexpected.
	CopyUIDDescending = imaptest.Quirk{
		Name: "copyuid-descending", Doc: "COPYUID goes from the highest UID to the lowest", Needs: []string{"UIDPLUS"},
		Sources: []string{"comm-central nsImapProtocol.cpp", "Jakarta Mail IMAPFolder.java"}, Excludes: []string{"copyuid-permuted", "copyuid-empty"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "copyuid-descending"}},
	}
	// CopyUIDPermuted tells wrong pairs when several messages are moved: 2 of 18 were right. Yahoo,
	// seen live. Clients then mark the wrong message.
	CopyUIDPermuted = imaptest.Quirk{
		Name: "copyuid-permuted", Doc: "COPYUID of several messages has wrong pairs", Fault: true, Needs: []string{"UIDPLUS"},
		Sources: []string{"Mailspring-Sync personalities.py (2026-09-24)"}, Excludes: []string{"copyuid-descending", "copyuid-empty"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "copyuid-permuted"}},
	}
	// CopyUIDEmpty tells a COPYUID without UIDs: "[COPYUID 701  ]". Microsoft 365. MailKit#555.
	CopyUIDEmpty = imaptest.Quirk{
		Name: "copyuid-empty", Doc: "COPYUID has no UIDs", Fault: true, Needs: []string{"UIDPLUS"},
		Sources: []string{"MailKit#555", "ruby/net-imap quirky_behaviors.yml (2026-07)"}, Excludes: []string{"copyuid-permuted", "copyuid-descending"},
		Acts: []imaptest.Act{
			imaptest.EditAct{Response: "tagged OK", Find: `\[COPYUID (\d+) [\d:,]+ [\d:,]+\]`, Replace: "[COPYUID ${1}  ]"},
			imaptest.EditAct{Response: "OK", Find: `\[COPYUID (\d+) [\d:,]+ [\d:,]+\]`, Replace: "[COPYUID ${1}  ]"},
		},
	}
	// CopyUIDBare tells COPYUID of MOVE in a line that is nothing but the code: "[COPYUID 55 31
	// 6]". Exchange. MailKit#115.
	CopyUIDBare = imaptest.Quirk{
		Name: "copyuid-bare", Doc: `COPYUID of MOVE comes without "* OK"`, Fault: true, Needs: []string{"UIDPLUS", "MOVE"},
		Sources: []string{"MailKit#115"}, Excludes: []string{"copyuid-tagged", "copyuid-empty"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "OK", Find: `^\* OK (\[COPYUID [^\]]*\]).*$`, Replace: "${1}"}},
	}
	// ExistsAfterExpunge tells EXISTS after every run of EXPUNGEs. Gmail. Legal, and redundant.
	ExistsAfterExpunge = imaptest.Quirk{
		Name: "exists-after-expunge", Doc: "EXISTS follows EXPUNGEs", Sources: []string{"MailKit#726 (2018)", "MailKit's expunge.txt (2026-08)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "exists-after-expunge"}},
	}
	// ExistsOnCheck answers CHECK with EXISTS, whether or not anything is new. Gmail. Legal.
	ExistsOnCheck = imaptest.Quirk{
		Name: "exists-on-check", Doc: "CHECK is answered with EXISTS", Sources: []string{"MailKit#726 (2018-06-19)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "exists-on-check"}},
	}
	// AppendInvisible tells nothing of a message that this connection has appended to its own
	// mailbox, until NOOP, CHECK or SELECT. Courier. RFC 9051, section 6.3.12, has the server
	// tell at once. Thunderbird and Mailspring ask.
	AppendInvisible = imaptest.Quirk{
		Name: "append-invisible", Doc: "what is appended is told with NOOP",
		Sources: []string{"dovecot/core imapc-save.c (2026-08)", "comm-central nsImapProtocol.cpp", "Mailspring TaskProcessor.cpp"},
		Acts:    []imaptest.Act{imaptest.TellAct{How: "append-invisible"}},
	}
	// ExpungeHeld tells EXPUNGE with NOOP, CHECK, IDLE and SELECT alone, though other commands
	// allow it. Proton Mail Bridge.
	ExpungeHeld = imaptest.Quirk{
		Name: "expunge-held", Doc: "EXPUNGE is told with NOOP, CHECK, IDLE and SELECT alone", Sources: []string{"ProtonMail/gluon (2024-10-18)"},
		Excludes: []string{"expunge-in-fetch"}, Acts: []imaptest.Act{imaptest.TellAct{How: "expunge-held"}},
	}
	// ExpungeInFetch tells EXPUNGE during FETCH, STORE and SEARCH by number, where RFC 9051, section
	// 7.5.1, forbids it: the numbers that the client has sent are wrong then.
	ExpungeInFetch = imaptest.Quirk{
		Name: "expunge-in-fetch", Doc: "EXPUNGE is told during FETCH, STORE and SEARCH", Fault: true, Sources: []string{"jakartaee/mail-api#150 (2015)"},
		Excludes: []string{"expunge-held"}, Acts: []imaptest.Act{imaptest.TellAct{How: "expunge-in-fetch"}},
	}
	// ExistsJumps lets EXISTS fall without an EXPUNGE, and rise again.
	ExistsJumps = imaptest.Quirk{
		Name: "exists-jumps", Doc: "EXISTS falls without EXPUNGE", Fault: true, Sources: []string{unnamed},
		Acts: []imaptest.Act{imaptest.TellAct{How: "exists-jumps"}},
	}
	// NumbersAboveExists tells FETCH and EXPUNGE with numbers above EXISTS. Exchange. Dovecot's own
	// client and Jakarta Mail take no notice of them.
	NumbersAboveExists = imaptest.Quirk{
		Name: "numbers-above-exists", Doc: "FETCH and EXPUNGE with numbers above EXISTS", Fault: true,
		Sources: []string{"dovecot/core imapc-mailbox.c (2026-08)", "Jakarta Mail IMAPFolder.java"},
		Acts:    []imaptest.Act{imaptest.TellAct{How: "numbers-above-exists"}},
	}
	// FetchUnasked tells the flags of another message besides. Gmail, after a COPY; legal (RFC
	// 9051, section 7.5.2), and clients that count FETCH responses fail.
	FetchUnasked = imaptest.Quirk{
		Name: "fetch-unasked", Doc: "FETCH tells flags of a message that nobody asked for", Sources: []string{"jakartaee/mail-api#150 (2015)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "fetch-unasked"}},
	}
	// FetchZero tells "* 0 FETCH". Courier. MailKit.
	FetchZero = imaptest.Quirk{
		Name: "fetch-zero", Doc: "a FETCH of message 0", Fault: true, Sources: []string{"MailKit ImapEngine.cs (2026-08)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "fetch-zero"}},
	}
	// VanishedAll answers a SELECT with QRESYNC with VANISHED (EARLIER) of messages that are there.
	// Cyrus, once: "1:26183,26185". nextcloud/mail#11908 emptied its cache.
	VanishedAll = imaptest.Quirk{
		Name: "vanished-all", Doc: "VANISHED (EARLIER) names messages that are there", Fault: true, Needs: []string{"QRESYNC"},
		Sources: []string{"nextcloud/mail#11908 (2025-11)"}, Acts: []imaptest.Act{imaptest.TellAct{How: "vanished-all"}},
	}
	// VanishedClipped tells in UID FETCH 1:* (CHANGEDSINCE … VANISHED) of no expunge above the last
	// message that is there. Cyrus before 2957d50, which took "*" for that one. A client keeps
	// what it believes to be the newest mail.
	VanishedClipped = imaptest.Quirk{
		Name: "vanished-clipped", Doc: "UID FETCH with VANISHED tells of no expunge above the last message", Fault: true, Needs: []string{"QRESYNC"},
		Sources: []string{"cyrus-imapd#6071", "Mailspring-Sync personalities.py (2026-09)"}, Acts: []imaptest.Act{imaptest.TellAct{How: "vanished-clipped"}},
	}
	// FlagsSilent tells flags that another session sets with SELECT alone: a client that waits
	// for them in IDLE waits for ever.
	FlagsSilent = imaptest.Quirk{
		Name: "flags-silent", Doc: "flags that others set are told with SELECT alone", Sources: []string{unnamed},
		Acts: []imaptest.Act{imaptest.TellAct{How: "flags-silent"}},
	}
	// Window shows the newest ten thousand messages of a mailbox, and no others by any number.
	// Yahoo and AOL; deleting brings older ones back. A client that takes what is not there for
	// deleted empties its copy.
	Window = imaptest.Quirk{
		Name: "window", Doc: "only the newest 10,000 messages are there", Fault: true,
		Sources: []string{"FairEmail FAQ 88 (2026-08-22)", "a probe of 2026-07-18"}, Acts: []imaptest.Act{imaptest.SetAct{Line: "window 10000"}},
	}
)
