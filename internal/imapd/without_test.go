package imapd_test

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

// uses are commands that need a capability: a server without it refuses them
// as it would any that it has never heard of.
var uses = map[imap.Cap][]string{
	imap.CapStartTLS:          {"STARTTLS"},
	imap.CapSASLIR:            {"AUTHENTICATE PLAIN AHVzZXIAcGFzc3dvcmQ="},
	imap.CapEnable:            {"ENABLE CONDSTORE"},
	imap.CapID:                {"ID NIL"},
	imap.CapIdle:              {"IDLE"},
	imap.CapNotify:            {"NOTIFY NONE"},
	imap.CapNamespace:         {"NAMESPACE"},
	imap.CapUnselect:          {"UNSELECT"},
	imap.CapUnauthenticate:    {"UNAUTHENTICATE"},
	"COMPRESS=DEFLATE":        {"COMPRESS DEFLATE"},
	imap.CapUIDPlus:           {"UID EXPUNGE 1"},
	imap.CapMove:              {"MOVE 1 Archive", "UID MOVE 1 Archive"},
	imap.CapReplace:           {"REPLACE 1 INBOX {4+}\r\na: b", "UID REPLACE 1 INBOX {4+}\r\na: b"},
	imap.CapMultiAppend:       {"APPEND INBOX {4+}\r\na: b {4+}\r\nc: d"},
	imap.CapAppendLimit:       {"STATUS INBOX (APPENDLIMIT)"},
	imap.CapCatenate:          {`APPEND INBOX CATENATE (URL "/INBOX/;UID=1")`, `REPLACE 1 INBOX CATENATE (URL "/INBOX/;UID=1")`},
	imap.CapURLPartial:        nil, // rfc5550_without.txtar
	imap.CapURLAuth:           {`GENURLAUTH "imap://user@localhost/INBOX/;UID=1;URLAUTH=anonymous" INTERNAL`, "RESETKEY", `URLFETCH "imap://localhost/"`},
	"URLAUTH=BINARY":          {`URLFETCH ("imap://localhost/")`, `URLFETCH ("imap://localhost/" BODY)`},
	imap.CapBinary:            {"FETCH 1 BINARY[1]", "FETCH 1 BINARY.SIZE[1]", "APPEND INBOX ~{4+}\r\na: b"},
	imap.CapPreview:           {"FETCH 1 PREVIEW"},
	imap.CapObjectID:          {"FETCH 1 EMAILID", "SEARCH THREADID x", "STATUS INBOX (MAILBOXID)"},
	imap.CapSaveDate:          {"FETCH 1 SAVEDATE", "SEARCH SAVEDON 1-May-2024"},
	imap.CapSpecialUse:        {`LIST (SPECIAL-USE) "" *`},
	imap.CapCreateSpecialUse:  {`CREATE x (USE (\All))`},
	imap.CapListExtended:      {`LIST (SUBSCRIBED) "" *`, `LIST "" (a b)`, `LIST "" * RETURN (CHILDREN)`},
	imap.CapListStatus:        {`LIST "" * RETURN (STATUS (MESSAGES))`},
	imap.CapACL:               {"SETACL INBOX bob lr", "DELETEACL INBOX bob", "GETACL INBOX", "LISTRIGHTS INBOX bob", "MYRIGHTS INBOX"},
	"RIGHTS":                  {"SETACL INBOX bob k", "SETACL INBOX bob +x", "SETACL INBOX bob -t", "SETACL INBOX bob e"},
	imap.CapListMyRights:      {`LIST "" * RETURN (MYRIGHTS)`},
	imap.CapStatusSize:        {"STATUS INBOX (SIZE)"},
	imap.CapCondStore:         {"SELECT INBOX (CONDSTORE)", "FETCH 1 MODSEQ", "FETCH 1 (UID) (CHANGEDSINCE 1)", "STORE 1 (UNCHANGEDSINCE 1) FLAGS ()", "SEARCH MODSEQ 1", "STATUS INBOX (HIGHESTMODSEQ)"},
	imap.CapQResync:           {"SELECT INBOX (QRESYNC (1 1))", "UID FETCH 1 (UID) (CHANGEDSINCE 1 VANISHED)"},
	imap.CapESearch:           {"SEARCH RETURN (ALL) ALL"},
	imap.CapSearchRes:         {"SEARCH RETURN (SAVE) ALL", "FETCH $ (UID)", "UID FETCH $ (UID)", "STORE $ FLAGS ()", "COPY $ Archive", "SEARCH $", "UID SEARCH UID $", "UID EXPUNGE $"},
	"PARTIAL":                 {"UID FETCH 1 (UID) (PARTIAL 1:1)"},
	imap.CapMultiSearch:       {"ESEARCH IN (personal) ALL"},
	imap.CapWithin:            {"SEARCH OLDER 1", "SEARCH YOUNGER 1"},
	imap.CapSearchFuzzy:       {"SEARCH FUZZY TEXT x", "SEARCH RETURN (RELEVANCY) ALL"},
	imap.CapSort:              {"SORT (DATE) UTF-8 ALL", "UID SORT (DATE) UTF-8 ALL"},
	imap.CapSortDisplay:       {"SORT (DISPLAYFROM) UTF-8 ALL"},
	imap.CapESort:             {"SORT RETURN () (DATE) UTF-8 ALL"},
	"THREAD=ORDEREDSUBJECT":   {"THREAD ORDEREDSUBJECT UTF-8 ALL"},
	"THREAD=REFERENCES":       {"THREAD REFERENCES UTF-8 ALL"},
	"THREAD=REFS":             {"THREAD REFS UTF-8 ALL"},
	"CONTEXT=SEARCH":          {"SEARCH RETURN (UPDATE) ALL", `CANCELUPDATE "a"`},
	"CONTEXT=SORT":            {"SORT RETURN (UPDATE) (DATE) UTF-8 ALL"},
	imap.CapLiteralPlus:       {"SEARCH SUBJECT {1+}\r\nx"},
	"MESSAGELIMIT":            {"SEARCH UIDAFTER 1"},
	"SAVELIMIT":               nil, // it is not advertised without WithSaveLimit
	"UIDBATCHES":              {"UIDBATCHES 500"},
	"JMAPACCESS":              {"GETJMAPACCESS"},
	imap.CapLanguage:          {"LANGUAGE"},
	imap.CapLoginReferrals:    nil, // without an option there is none
	imap.CapMailboxReferrals:  {`RLIST "" *`, `RLSUB "" *`},
	imap.CapUTF8Accept:        {"APPEND INBOX UTF8 (~{4+}\r\na: b)"},
	imap.CapQuota:             {"GETQUOTA user", "GETQUOTAROOT INBOX", "SETQUOTA user (MESSAGE 1)"},
	"QUOTA=RES-STORAGE":       {"STATUS INBOX (DELETED-STORAGE)"},
	"QUOTA=RES-MESSAGE":       nil, // IMAP4rev2 has its STATUS item too
	"QUOTA=RES-MAILBOX":       nil,
	imap.CapQuotaSet:          {"SETQUOTA user (MESSAGE 1)"},
	imap.CapMetadata:          {"GETMETADATA INBOX /shared/comment", `GETMETADATA "" /shared/comment`, "SETMETADATA INBOX (/shared/comment NIL)"},
	imap.CapListMetadata:      {`LIST "" * RETURN (METADATA (/shared/comment))`},
	"FILTERS":                 {"SEARCH FILTER x"},
	"X-GM-EXT-1":              nil, // labels_without.txtar; without labels it is nowhere
	imap.AuthCap("PLAIN"):     nil, // the mechanisms have tests of their own
	imap.AuthCap("LOGIN"):     nil,
	imap.AuthCap("CRAM-MD5"):  nil,
	imap.AuthCap("XOAUTH2"):   nil,
	imap.AuthCap("EXTERNAL"):  nil,
	imap.AuthCap("ANONYMOUS"): nil,
	imap.CapChildren:          nil, // what these change is seen in answers only
	imap.CapInProgress:        nil,
	imap.CapLoginDisabled:     nil,
	imap.CapUIDOnly:           nil,
	"I18NLEVEL=2":             {"COMPARATOR"},
	imap.CapIMAP4rev1:         nil,
	imap.CapIMAP4rev2:         nil,
	"AUTH=OAUTHBEARER":        nil,
	"AUTH=SCRAM-SHA-1":        nil,
	"AUTH=SCRAM-SHA-256":      nil,
	"AUTH=SCRAM-SHA-1-PLUS":   nil,
	"AUTH=SCRAM-SHA-256-PLUS": nil,
}

// Every capability can be switched off. It is not advertised then, nor what
// needs it, and what belongs to it gets BAD; all else goes on.
func TestWithoutEach(t *testing.T) {
	for _, name := range imapd.AllCaps() {
		if name == imap.CapIMAP4rev1 {
			continue // IMAP4rev2 is left, which rev2_only.txtar tests
		}
		commands, known := uses[name]
		if !known {
			t.Errorf("%s has no commands in this test", name)
		}
		t.Run(string(name), func(t *testing.T) {
			for _, command := range commands {
				a := newAskerWithout(t, name, command)
				a.refused(command)
			}
			a := newAskerWithout(t, name, "")
			a.want("OK", "FETCH 1 (FLAGS)")
			a.want("OK", "SEARCH ALL")
			a.want("OK", `LIST "" *`)
			if line := a.untagged("CAPABILITY"); strings.Contains(line+" ", " "+string(name)+" ") {
				t.Errorf("advertised all the same: %s", line)
			}
		})
	}
}

// What a server must be asked for is not there unless it is.
func TestAskedFor(t *testing.T) {
	uses := map[imap.Cap][]string{
		imapd.CapAnnotate: {
			"FETCH 1 (ANNOTATION (/comment value))", `STORE 1 ANNOTATION (/comment (value.priv "x"))`, "SELECT INBOX (ANNOTATE)",
			`SEARCH ANNOTATION * value "x"`, "SORT (ANNOTATION /comment value.priv) UTF-8 ALL", "SETACL INBOX bob n", "SETACL INBOX bob +n",
			"APPEND INBOX ANNOTATION (/comment (value.priv NIL)) {4+}\r\na: b",
		},
		imapd.CapQuotaAnnotation: nil,
	}
	for _, name := range imapd.AskedCaps() {
		commands, known := uses[name]
		if !known {
			t.Errorf("%s has no commands in this test", name)
		}
		srv := imaptest.Start(t)
		srv.Inbox().Deliver(t, []byte("Subject: one\r\n\r\nbody\r\n"))
		a := &asker{t: t, nc: mustDial(t, srv)}
		a.reset()
		a.enter("s")
		for _, command := range commands {
			a.refused(command)
		}
		if line := a.untagged("CAPABILITY"); strings.Contains(line+" ", " "+string(name)+" ") {
			t.Errorf("advertised all the same: %s", line)
		}
	}
}

// newAskerWithout is in the state in which the command would be allowed.
func newAskerWithout(t *testing.T, name imap.Cap, command string) *asker {
	t.Helper()
	srv := imaptest.Start(t, imaptest.Without(name))
	srv.Inbox().Deliver(t, []byte("Subject: one\r\n\r\nbody\r\n"))
	a := &asker{t: t, nc: mustDial(t, srv)}
	a.reset()
	state := "s"
	if strings.HasPrefix(command, "STARTTLS") || strings.HasPrefix(command, "AUTHENTICATE") {
		state = "n"
	}
	a.enter(state)
	return a
}

// untagged asks and returns the first untagged line.
func (a *asker) untagged(command string) string {
	a.t.Helper()
	if _, err := a.nc.Write([]byte("u " + command + "\r\n")); err != nil {
		a.t.Fatal(err)
	}
	line, err := a.r.ReadString('\n')
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.r.ReadString('\n'); err != nil {
		a.t.Fatal(err)
	}
	return strings.TrimSpace(line)
}
