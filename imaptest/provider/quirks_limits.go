package provider

import (
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Quirks of limits, and of connections that end.
var (
	// ThrottledAtEnd puts [THROTTLED] at the end of OK's text, where it is no response code:
	// "a OK Success [THROTTLED]". Gmail. Dovecot's own client looks for it there.
	ThrottledAtEnd = imaptest.Quirk{
		Name: "throttled-at-end", Doc: "OK ends in [THROTTLED]",
		Sources: []string{"MailKit#1396 (2022)", "dovecot/core imapc-connection.c (2026-08)"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "tagged OK", Find: `^(.*)$`, Replace: "${1} [THROTTLED]"}},
	}
	// ThrottledBad refuses commands that come too quickly: "BAD Request is throttled. Suggested
	// Backoff Time: 92415 milliseconds". Microsoft 365; it has been seen as NO too. How many are
	// too many is not known: here, more than thirty a minute. imapflow#142 went on at once.
	ThrottledBad = imaptest.Quirk{
		Name: "throttled-bad", Doc: "more than thirty commands a minute are BAD, with a time to wait",
		Sources: []string{"imapflow#142", "imap_tools#135 (2021-08-20)", "imapsync FAQ (2025-07-17)"},
		Acts: []imaptest.Act{imaptest.GateAct{
			On: "*", When: "authenticated above 30/1m", Answer: "BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds",
		}},
	}
	// ThrottledNo is ThrottledBad with NO, as it was seen in 2021: "NO Request is throttled.
	// Suggested Backoff Time: 299910 milliseconds". A client that waits after BAD alone goes on.
	ThrottledNo = imaptest.Quirk{
		Name: "throttled-no", Doc: "more than thirty FETCHes a minute are NO, with a time to wait",
		Sources: []string{"imap_tools#135 (2021-08-20)"}, Excludes: []string{"throttled-bad"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "FETCH", When: "above 30/1m", Answer: "NO Request is throttled. Suggested Backoff Time: 299910 milliseconds"},
			imaptest.GateAct{On: "UID FETCH", When: "above 30/1m", Answer: "NO Request is throttled. Suggested Backoff Time: 299910 milliseconds"},
		},
	}
	// StatusPipelinedBad loses its place when fifty STATUS come before one is answered, and
	// refuses the next ones. Exchange; that the words are those of its other refusals is
	// inferred. Geary sends 25 at once.
	StatusPipelinedBad = imaptest.Quirk{
		Name: "status-pipelined-bad", Doc: "more than fifty STATUS at once are BAD", Fault: true, Sources: []string{"Geary's quirks, bgo#766552 (2016)"},
		Acts: []imaptest.Act{imaptest.GateAct{On: "STATUS", When: "pipelined 50", Answer: "BAD Command Argument Error. 12"}},
	}
	// ServerUnavailable refuses SELECT after thirty of them: "NO Server Unavailable. 15".
	// Microsoft 365 and Exchange, "after 30 to 40". It broke imapfilter#146.
	ServerUnavailable = imaptest.Quirk{
		Name: "server-unavailable", Doc: "more than thirty SELECTs a minute are refused",
		Sources: []string{"lefcha/imapfilter#146 (2016-12)"},
		Acts:    []imaptest.Act{imaptest.GateAct{On: "SELECT", When: "above 30/1m", Answer: "NO Server Unavailable. 15"}},
	}
	// ServerUnavailableBare is ServerUnavailable in a line that is nothing else: no tag, no status.
	// Microsoft 365. What follows has not been seen: here nothing does. imapflow's parser knows
	// the line by its first words.
	ServerUnavailableBare = imaptest.Quirk{
		Name: "server-unavailable-bare", Doc: `more than thirty SELECTs a minute are answered "Server Unavailable. 15", without a tag`, Fault: true,
		Sources: []string{"imapflow parser-instance.js (2026-08)"}, Excludes: []string{"server-unavailable"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SELECT", When: "above 30/1m", Answer: "NO Server Unavailable. 15"},
			imaptest.EditAct{Response: "SELECT: tagged NO", Find: `^\S+ NO (Server Unavailable\. 15)$`, Replace: "${1}"},
		},
	}
	// RateLimitHit ends the connection in the middle: "* BYE", and "NO [LIMIT] UID FETCH Rate limit
	// hit." Yahoo. How many are too many is not known: here, more than thirty a minute.
	RateLimitHit = imaptest.Quirk{
		Name: "rate-limit-hit", Doc: "more than thirty FETCHes a minute are refused with LIMIT, after BYE",
		Sources: []string{"dovecot/core imapc-mail-fetch.c (2026-08)", "FairEmail (2026-08-22)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "FETCH", When: "above 30/1m", Answer: "* BYE\nNO [LIMIT] FETCH Rate limit hit."},
			imaptest.GateAct{On: "UID FETCH", When: "above 30/1m", Answer: "* BYE\nNO [LIMIT] UID FETCH Rate limit hit."},
		},
	}
	// OverquotaInFetch ends the connection in the middle of a FETCH: "* BYE [OVERQUOTA] Account
	// exceeded command or bandwidth limits." Gmail allows 2500 MB a day; here it is a megabyte.
	// mbsync reports an "unexpected BYE response".
	OverquotaInFetch = imaptest.Quirk{
		Name: "overquota-in-fetch", Doc: "BYE [OVERQUOTA] in the middle of a FETCH, after a megabyte",
		Sources: []string{"imapsync FAQ (2025-07-17)", "imap-backup#218 (2024-11)"},
		Acts: []imaptest.Act{imaptest.ClockAct{
			On: "FETCH", Bytes: 1 << 20, Then: "bye [OVERQUOTA] Account exceeded command or bandwidth limits.",
		}},
	}
	// SessionExpired ends sessions a day after login: "* BYE Session expired, please login
	// again." Gmail; one that logged in with a token lasts about an hour.
	SessionExpired = imaptest.Quirk{
		Name: "session-expired", Doc: "a session ends a day after login, with a token after an hour",
		Sources:  []string{"developers.google.com/gmail/imap", "emailjs-imap-client#142 (2017-06-20)"},
		Excludes: []string{"token-expires"},
		Acts: []imaptest.Act{
			imaptest.ClockAct{On: "login", After: 24 * time.Hour, Then: "bye Session expired, please login again."},
			imaptest.ClockAct{On: "token", After: time.Hour, Then: "bye Session expired, please login again."},
		},
	}
	// TooManyConnections refuses the sixteenth login of an account. Gmail: "NO [ALERT] Too many
	// simultaneous connections. (Failure)".
	TooManyConnections = imaptest.Quirk{
		Name: "too-many-connections", Doc: "an account has at most fifteen sessions",
		Sources: []string{"FairEmail FAQ 23 (2026-08-22)", "mikeboers.com (2014-10-14)", "wildduck#35 (2017)"},
		Acts: []imaptest.Act{
			imaptest.SetAct{Line: "limit conns-per-user 15"},
			imaptest.TextAct{Event: "auth.conns", Answer: "NO [ALERT] Too many simultaneous connections. (Failure)"},
		},
	}
	// SilentIdle tells nothing more after an hour of IDLE, and says no BYE. Microsoft 365:
	// "hangs after 1-2 h". It has broken imapclient#349, angus-mail#176.
	SilentIdle = imaptest.Quirk{
		Name: "silent-idle", Doc: "IDLE tells nothing more after an hour, without BYE",
		Sources: []string{"eclipse-ee4j/angus-mail#176 (2025-09)", "imapclient#349 (2018)"},
		Acts:    []imaptest.Act{imaptest.ClockAct{On: "IDLE", After: time.Hour, Then: "silent"}},
	}
	// IdleCut10 cuts the connection without a word after ten minutes of IDLE. Clients are told
	// to begin anew after 9 or 15 minutes (FairEmail), or 10 to 13 (go-imap); which server
	// needs it is not known.
	IdleCut10 = idleCut("idle-cut-10", 10*time.Minute, "ten", "go-imap PR#603 (2024)")
	// IdleCut15 cuts the connection without a word after fifteen minutes of IDLE. Yandex's sockets
	// die after 6 to 45.
	IdleCut15 = idleCut("idle-cut-15", 15*time.Minute, "fifteen", "imapclient#234 (2017)")
	// IdleCut29 cuts the connection without a word after 29 minutes of IDLE: the time after
	// which RFC 2177 asks clients to begin anew is just too long.
	IdleCut29 = idleCut("idle-cut-29", 29*time.Minute, "29", unnamed)
	// DoneLate answers DONE half a minute late. A client without a time limit of its own hangs
	// as long, and one with a short one drops a good connection.
	DoneLate = imaptest.Quirk{
		Name: "done-late", Doc: "DONE is answered after half a minute", Needs: []string{"IDLE"},
		Sources: []string{unnamed},
		Acts:    []imaptest.Act{imaptest.ClockAct{On: "DONE", After: 30 * time.Second, Then: "wait"}},
	}
	// ByeRepeated says BYE again and again until the client hangs up. Yandex. MailKit#938 took
	// each for an answer.
	ByeRepeated = imaptest.Quirk{
		Name: "bye-repeated", Doc: "after half an hour BYE comes again and again", Sources: []string{"MailKit#938"},
		Acts: []imaptest.Act{imaptest.ClockAct{On: "command", After: 30 * time.Minute, Then: "say * BYE Autologout; idle for too long"}},
	}
)

func idleCut(name string, after time.Duration, minutes, source string) imaptest.Quirk {
	return imaptest.Quirk{
		Name: name, Doc: "the connection is cut after " + minutes + " minutes of IDLE, without BYE", Needs: []string{"IDLE"},
		Sources: []string{source},
		Acts:    []imaptest.Act{imaptest.ClockAct{On: "IDLE", After: after, Then: "reset"}},
	}
}
