package imaptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A file with every setting, and what it comes to.
func TestParseProfile(t *testing.T) {
	const text = `# Ours, as of May.
profile ours
title "Our own \"server\""
seen "2024-05"
greeting * OK [CAPABILITY {capabilities}] mail.example ready
caps before-login IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN XOURS
caps before-tls IMAP4rev1 STARTTLS
caps after-login IMAP4rev1 IDLE UIDPLUS CONDSTORE XOURS
caps works MOVE
caps dead CONDSTORE
caps ornaments XOURS
id ("name" "Ours")
text auth.password NO no such user
text ok/LOGIN
    * CAPABILITY {capabilities}
    OK welcome, {user}
select
    * {exists} EXISTS
    * FLAGS {flags}
examine
    * {exists} EXISTS
flags \Seen \Answered
flags-listed \Recent
flags-hidden \Draft
keywords $Junk
new-keywords no
fetch uid-last
delimiter .
inbox Inbox
list root /
list quote needed
list order random
list attributes use children
list no-delimiter
prefix INBOX.
namespace personal (("INBOX." "."))
names lenient
mailbox INBOX attr=\Marked
mailbox "INBOX.Sent Mail" use=\Sent hidden name.de=INBOX.Gesendet
mailbox INBOX.Folders noselect
uidvalidity 7
uidnext 100
recent never
window 100
sasl XOAUTH2 "prompt=+ " failure={"status":"400"}
sasl PLAIN prompt=+
limit bad 10
limit idle 30m
limit append 1000
quirk shouting
    doc "shouts"
    fault
    source "our admin"
    excludes other
    needs IDLE
    text ok "{line}!"
    cap XLOUD shown
    gate "SEARCH CHARSET *" "when=selected nth 2" "answer=NO not now" "bye=* BYE enough" after=2
    item RFC822 omit
    letter text/calendar "text=a: b\n\nc\n" envelope=(NIL)
    edit LIST find=a replace=b twice
    tell exists-jumps
    clock IDLE after=10m then=reset
    set "list quote never"
`
	// A backslash or a quote within a word without quotes round it would begin one.
	got, err := imaptest.Catalogue{}.Parse("ours.txt", strings.Replace(text, `failure={"status":"400"}`, `"failure={\"status\":\"400\"}"`, 1))
	if err != nil {
		t.Fatal(err)
	}
	want := imaptest.ProfileSpec{
		Name: "ours", Title: `Our own "server"`, Seen: "2024-05",
		Greeting: "* OK [CAPABILITY {capabilities}] mail.example ready",
		Caps: imaptest.Caps{
			BeforeLogin: "IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN XOURS", BeforeTLS: "IMAP4rev1 STARTTLS",
			AfterLogin: "IMAP4rev1 IDLE UIDPLUS CONDSTORE XOURS",
			Works:      []imap.Cap{imap.CapMove}, Dead: []imap.Cap{imap.CapCondStore}, Ornaments: []string{"XOURS"},
		},
		ID:      `("name" "Ours")`,
		Texts:   imaptest.Texts{"auth.password": "NO no such user", "ok/LOGIN": "* CAPABILITY {capabilities}\nOK welcome, {user}"},
		Select:  []string{"* {exists} EXISTS", "* FLAGS {flags}"},
		Examine: []string{"* {exists} EXISTS"},
		Flags: imaptest.SpecFlags{
			System: []imap.Flag{imap.FlagSeen, imap.FlagAnswered}, Listed: []imap.Flag{`\Recent`}, Hidden: []imap.Flag{imap.FlagDraft},
			Keywords: []imap.Flag{"$Junk"}, New: imaptest.NoKeywords,
		},
		Fetch: imaptest.SpecFetch{UIDLast: true},
		Names: imaptest.SpecNames{
			Delimiter: '.', NoDelimiter: true, Inbox: "Inbox", Root: "/", Quote: imaptest.QuoteIfNeeded, Order: imaptest.ListAnyOrder,
			Attrs: "use children", Prefix: "INBOX.", Personal: `(("INBOX." "."))`, Lenient: true,
		},
		Mailboxes: []imaptest.SpecMailbox{
			{Name: "INBOX", Attrs: []string{`\Marked`}},
			{Name: "INBOX.Sent Mail", Use: imap.MailboxAttrSent, Hidden: true, Names: map[string]string{"de": "INBOX.Gesendet"}},
			{Name: "INBOX.Folders", NoSelect: true},
		},
		Numbers: imaptest.SpecNumbers{UIDValidity: 7, UIDNext: 100, Recent: imaptest.RecentNever, Window: 100},
		SASL: []imaptest.SpecSASL{
			{Mechanism: "XOAUTH2", Prompt: []string{"+ "}, Failure: `{"status":"400"}`},
			{Mechanism: "PLAIN", Prompt: []string{"+"}},
		},
		Limits: imaptest.SpecLimits{Bad: 10, Idle: 30 * time.Minute, Append: 1000},
		Quirks: []imaptest.Quirk{{
			Name: "shouting", Doc: "shouts", Fault: true, Sources: []string{"our admin"}, Excludes: []string{"other"}, Needs: []string{"IDLE"},
			Acts: []imaptest.Act{
				imaptest.TextAct{Event: "ok", Answer: "{line}!"},
				imaptest.CapAct{Word: "XLOUD", Shown: true},
				imaptest.GateAct{On: "SEARCH CHARSET *", When: "selected nth 2", Answer: "NO not now", Bye: "* BYE enough", After: 2},
				imaptest.ItemAct{Name: "RFC822", How: "omit"},
				imaptest.LetterAct{Type: "text/calendar", Text: "a: b\n\nc\n", Envelope: "(NIL)"},
				imaptest.EditAct{Response: "LIST", Find: "a", Replace: "b", Twice: true},
				imaptest.TellAct{How: "exists-jumps"},
				imaptest.ClockAct{On: "IDLE", After: 10 * time.Minute, Then: "reset"},
				imaptest.SetAct{Line: "list quote never"},
			},
		}},
	}
	if diff := cmp.Diff(want, got.Spec(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	again, err := imaptest.Catalogue{}.Parse("again.txt", imaptest.Catalogue{}.Format(got))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.Spec(), again.Spec()); diff != "" {
		t.Errorf("written (-) and read (+):\n%s", diff)
	}
}

// What a file is like is changed by what it says besides.
func TestProfileLike(t *testing.T) {
	shy := imaptest.Quirk{Name: "shy", Acts: []imaptest.Act{imaptest.TellAct{How: "flags-silent"}}}
	theirs := imaptest.NewProfile(imaptest.ProfileSpec{
		Name: "theirs", Greeting: "* OK theirs", Texts: imaptest.Texts{"bye.logout": "* BYE theirs", "auth.password": "NO theirs"},
		Mailboxes: []imaptest.SpecMailbox{{Name: "Sent"}, {Name: "Trash"}}, Quirks: []imaptest.Quirk{shy},
	})
	c := imaptest.Catalogue{Profiles: []imaptest.Profile{theirs}, Quirks: []imaptest.Quirk{shy}}
	got, err := c.Parse("ours.txt", `profile ours
like theirs
text auth.password NO ours
mailbox Sent use=\Sent
without mailbox Trash
without quirk shy
without text bye.logout
`)
	if err != nil {
		t.Fatal(err)
	}
	want := imaptest.ProfileSpec{
		Name: "ours", Greeting: "* OK theirs", Texts: imaptest.Texts{"auth.password": "NO ours"},
		Mailboxes: []imaptest.SpecMailbox{{Name: "Sent", Use: imap.MailboxAttrSent}},
	}
	if diff := cmp.Diff(want, got.Spec(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff("* BYE theirs", theirs.Spec().Texts["bye.logout"]); diff != "" {
		t.Errorf("the other profile has changed: %s", diff)
	}
}

// Everything that is wrong in a file is told with its line, all at once.
func TestWrongProfileFile(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"nothing":         {"# only a comment\n", "p.txt:1: the profile has no name: profile NAME"},
		"unknown setting": {"profile x\ngreting hello\n", `p.txt:2: there is no setting "greting"; nearest: greeting`},
		"twice": {"profile x\ntext ok OK a\n\ntext ok OK b\nid NIL\nid NIL\n",
			"p.txt:4: text ok is set already in line 2\np.txt:6: id is set already in line 5"},
		"a word of list alone":     {"profile x\nroot /\n", `p.txt:2: there is no setting "root"; it is: list root`},
		"a word of limit alone":    {"profile x\nidle 30m\n", `p.txt:2: there is no setting "idle"; it is: limit idle`},
		"a word of caps elsewhere": {"profile x\nlist dead IDLE\n", `p.txt:2: list is one of root, quote, attributes, order, no-delimiter, not "dead"; it is: caps dead`},
		"a setting behind list":    {"profile x\nlist delimiter .\n", `p.txt:2: list is one of root, quote, attributes, order, no-delimiter, not "delimiter"; delimiter is a setting of its own`},
		"a setting behind limit":   {"profile x\nlimit window 10\n", `p.txt:2: limit is one of conns, conns-per-user, failed-logins, failed-login-delay, commands, bad-before-login, bad, line, line-before-login, idle-before-login, idle, session, token, messages, append, not "window"; window is a setting of its own`},
		"unknown quirk":            {"profile x\nquirk sye\n", `p.txt:2: there is no quirk "sye"; nearest: shy`},
		"unknown profile":          {"profile x\nlike thers\n", `p.txt:2: there is no profile "thers"; nearest: theirs`},
		"like too late":            {"profile x\nid NIL\nlike theirs\n", "p.txt:3: like is the first setting, or the second below profile: what comes before it would be lost"},
		"no quirk to lose":         {"profile x\nwithout quirk shy\n", `p.txt:2: there is no quirk "shy" to take away`},
		"no end of a quote":        {"profile x\ntitle \"abc\n", "p.txt:2: title: a quote has no end"},
		"a word too many":          {"profile x\ntitle a b\n", `p.txt:2: title takes a word, and "b" is one more: quote a text with spaces`},
		"a word too few":           {"profile x\nlimit idle\n", "p.txt:2: limit needs 2 words"},
		"no time":                  {"profile x\nlimit idle 30\n", `p.txt:2: limit idle: "30" is no time: 30m, or 5s`},
		"no number":                {"profile x\nlimit bad many\nuidvalidity -1\n", "p.txt:2: limit bad: \"many\" is no number from 1\np.txt:3: uidvalidity: \"-1\" is no number from 1"},
		"no such limit":            {"profile x\nlimit ideal 3\n", "p.txt:2: limit is one of conns, conns-per-user, failed-logins, failed-login-delay, commands, bad-before-login, bad, line, line-before-login, idle-before-login, idle, session, token, messages, append, not \"ideal\""},
		"a choice":                 {"profile x\nrecent sometimes\n", `p.txt:2: recent is one of never, always, not "sometimes"`},
		"an indent":                {"profile x\n  id NIL\n", "p.txt:2: a line is indented by four spaces or not at all"},
		"an indent at first":       {"    id NIL\nprofile x\n", "p.txt:1: an indented line belongs to the one above it, and there is none"},
		"lines below":              {"profile x\nid NIL\n    * OK\n", "p.txt:2: id has no lines below it"},
		"no lines":                 {"profile x\nselect\n", "p.txt:2: select has no lines below it"},
		"an act": {"profile x\nquirk own\n    tel exists-jumps\n    gate NOOP whn=selected\n", `p.txt:3: a line of a quirk is one of doc, fault, source, excludes, needs, text, cap, gate, item, letter, edit, tell, clock, set, not "tel"; nearest: tell
p.txt:4: gate is one of after, answer, bye, when, not "whn=selected"`},
		"the profile itself": {"profile x\ntext auth.pasword NO x\nmailbox A\n", `p.txt:2: there is no event "auth.pasword"; nearest: auth.password`},
		"what two lines are together": {"profile x\nmailbox A use=\\Sent\nid NIL\nmailbox B use=\\Sent\ngreeting hello\n",
			`p.txt:4: mailboxes "A" and "B" both are \Sent` + "\np.txt:5: the greeting has to begin with * OK or * PREAUTH or * BYE: hello"},
		"what is lacking": {"profile x\ncaps before-login IMAP4rev1\nquirk own\n    needs CONDSTORE\n    tell vanished-all\nid NIL\n",
			"p.txt:3: quirk own needs CONDSTORE, which the profile has not"},
		"a name that is none": {"profile A b\n", `p.txt:1: profile takes a word, and "b" is one more: quote a text with spaces`},
	} {
		t.Run(name, func(t *testing.T) {
			shy := imaptest.Quirk{Name: "shy", Acts: []imaptest.Act{imaptest.TellAct{How: "flags-silent"}}}
			c := imaptest.Catalogue{
				Profiles: []imaptest.Profile{imaptest.NewProfile(imaptest.ProfileSpec{Name: "theirs"})}, Quirks: []imaptest.Quirk{shy},
			}
			_, err := c.Parse("p.txt", test.text)
			if err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}
