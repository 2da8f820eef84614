package imaptest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Check says each wrong thing in a sentence of its own, with the nearest name.
func TestProfileCheck(t *testing.T) {
	quirk := func(acts ...imaptest.Act) imaptest.ProfileSpec {
		return imaptest.ProfileSpec{Quirks: []imaptest.Quirk{{Name: "q", Acts: acts}}}
	}
	for name, test := range map[string]struct {
		spec imaptest.ProfileSpec
		want []string
	}{
		"a typing error": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1 IDEL"}},
			[]string{"capability IDEL is not implemented, and is no ornament; nearest: IDLE"}},
		"works and dead": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1 IDLE", Works: []imap.Cap{imap.CapIdle}, Dead: []imap.Cap{imap.CapIdle}}},
			[]string{"capability IDLE both works and is dead"}},
		"dead and not shown": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1", Dead: []imap.Cap{imap.CapIdle}}},
			[]string{"capability IDLE is dead, but no list shows it"}},
		"an ornament that works": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1 IDLE", Ornaments: []string{"IDLE"}}},
			[]string{"capability IDLE is implemented: it works, or it is dead, but it is no ornament"}},
		"an ornament unseen": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1", Ornaments: []string{"XYZZY"}}},
			[]string{"capability XYZZY is an ornament, but no list shows it"}},
		"two literals": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1 LITERAL+ LITERAL-"}},
			[]string{"capabilities LITERAL+ and LITERAL- exclude each other"}},
		"a limit": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1 APPENDLIMIT=10 MESSAGELIMIT=5"}, Limits: imaptest.SpecLimits{Append: 11, Messages: 5}},
			[]string{"APPENDLIMIT=10 is shown, but the limit is 11"}},
		"lists and none before login": {imaptest.ProfileSpec{Caps: imaptest.Caps{AfterLogin: "IMAP4rev1"}},
			[]string{"there is a list of capabilities, but none for the time before login"}},
		"an event": {imaptest.ProfileSpec{Texts: imaptest.Texts{"mailbox.mising": "NO x"}},
			[]string{`there is no event "mailbox.mising"; nearest: mailbox.missing`}},
		"a command": {imaptest.ProfileSpec{Texts: imaptest.Texts{"ok/SELCT": "OK x"}},
			[]string{"text ok/SELCT: there is no command SELCT; nearest: SELECT"}},
		"a placeholder": {imaptest.ProfileSpec{Texts: imaptest.Texts{"ok": "OK {comand}"}},
			[]string{"text ok has no {comand}; nearest: command"}},
		"no answer": {imaptest.ProfileSpec{Texts: imaptest.Texts{"ok": "Success"}},
			[]string{"text ok has to begin with OK or NO or BAD"}},
		"OK for a refusal": {imaptest.ProfileSpec{Texts: imaptest.Texts{"auth.password": "OK come in"}},
			[]string{"text auth.password is a refusal, and cannot be OK come in"}},
		"NO for a success": {imaptest.ProfileSpec{Texts: imaptest.Texts{"ok/LOGIN": "NO"}},
			[]string{"text ok/LOGIN is a success, and cannot be NO"}},
		"a space": {imaptest.ProfileSpec{Greeting: "* OK "},
			[]string{"the greeting ends in a space: write {sp} for it"}},
		"a mailbox twice": {imaptest.ProfileSpec{Mailboxes: []imaptest.SpecMailbox{{Name: "A"}, {Name: "A"}}},
			[]string{`mailbox "A" is there twice`}},
		"a use twice": {imaptest.ProfileSpec{Mailboxes: []imaptest.SpecMailbox{{Name: "A", Use: imap.MailboxAttrSent}, {Name: "B", Use: imap.MailboxAttrSent}}},
			[]string{`mailboxes "A" and "B" both are \Sent`}},
		"another delimiter": {imaptest.ProfileSpec{Names: imaptest.SpecNames{Delimiter: '.'}, Mailboxes: []imaptest.SpecMailbox{{Name: "A/B"}}},
			[]string{`mailbox "A/B": the delimiter is "."`}},
		"outside the prefix": {imaptest.ProfileSpec{Names: imaptest.SpecNames{Prefix: "INBOX/"}, Mailboxes: []imaptest.SpecMailbox{{Name: "A"}}},
			[]string{`mailbox "A" is outside the prefix "INBOX/"`}},
		"labels": {imaptest.ProfileSpec{Labels: &imaptest.SpecLabels{}, Mailboxes: []imaptest.SpecMailbox{{Name: "A", Use: imap.MailboxAttrAll}, {Name: "B", Use: imap.MailboxAttrTrash}}},
			[]string{`labels need a mailbox that is \Junk`}},
		"a mechanism": {imaptest.ProfileSpec{SASL: []imaptest.SpecSASL{{Mechanism: "XOAUTH"}}},
			[]string{"there is no mechanism XOAUTH; nearest: XOAUTH2"}},
		"quirks that exclude each other": {imaptest.ProfileSpec{Quirks: []imaptest.Quirk{
			{Name: "a", Excludes: []string{"b"}, Acts: []imaptest.Act{imaptest.TellAct{How: "exists-jumps"}}},
			{Name: "b", Excludes: []string{"a"}, Acts: []imaptest.Act{imaptest.TellAct{How: "fetch-zero"}}},
		}}, []string{"quirks a and b exclude each other"}},
		"a quirk twice": {imaptest.ProfileSpec{Quirks: []imaptest.Quirk{
			{Name: "a", Acts: []imaptest.Act{imaptest.TellAct{How: "exists-jumps"}}}, {Name: "a", Acts: []imaptest.Act{imaptest.TellAct{How: "fetch-zero"}}},
		}}, []string{"quirk a is there twice"}},
		"a quirk that lacks": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1"}, Quirks: []imaptest.Quirk{
			{Name: "a", Needs: []string{"MOVE"}, Acts: []imaptest.Act{imaptest.TellAct{How: "exists-jumps"}}},
		}}, []string{"quirk a needs MOVE, which the profile has not"}},
		"a quirk without acts": {quirk(), []string{"quirk q does nothing: it has no acts"}},
		"a telling":            {quirk(imaptest.TellAct{How: "exist-jumps"}), []string{`quirk q: tell: there is no "exist-jumps"; nearest: exists-jumps`}},
		"a writer":             {quirk(imaptest.ItemAct{Name: "ENVELOPE", How: "name-swapped"}), []string{`quirk q: item ENVELOPE: there is no "name-swapped"; nearest: names-swapped`}},
		"a writer of another":  {quirk(imaptest.ItemAct{Name: "ENVELOPE", How: "nil-type"}), []string{"quirk q: nil-type is for BODYSTRUCTURE, not for ENVELOPE"}},
		"a letter":             {quirk(imaptest.LetterAct{Type: "text/calendar", Text: "{ui}"}), []string{"quirk q: letter: {ui} is no placeholder (have user, uid, subject)"}},
		"an expression":        {quirk(imaptest.EditAct{Response: "LIST", Find: "("}), []string{"quirk q: error parsing regexp: missing closing ): `(`"}},
		"a condition":          {quirk(imaptest.GateAct{On: "SELECT", When: "noid", Answer: "NO x"}), []string{`quirk q: there is no condition "noid"; nearest: no-id`}},
		"a condition's value":  {quirk(imaptest.GateAct{On: "SELECT", When: "nth x", Answer: "NO x"}), []string{`quirk q: the condition nth cannot have "x"`}},
		"a gate's command":     {quirk(imaptest.GateAct{On: "SELCT", Answer: "NO x"}), []string{`quirk q: there is no command "SELCT"; nearest: SELECT`}},
		"a clock":              {quirk(imaptest.ClockAct{On: "login", Then: "close"}), []string{"quirk q: a clock needs a time, or a number of bytes"}},
		"what a clock does":    {quirk(imaptest.ClockAct{On: "login", After: time.Hour, Then: "clos"}), []string{`quirk q: clock: there is no "clos"; nearest: close`}},
		"a setting":            {quirk(imaptest.SetAct{Line: "list quot never"}), []string{`quirk q: list is one of root, quote, attributes, order, no-delimiter, not "quot"; nearest: quote`}},
		"a response":           {quirk(imaptest.EditAct{Response: "LSIT", Find: "a"}), []string{`quirk q: edit: there is no response "LSIT"; nearest: LIST`}},
		"a response's command": {quirk(imaptest.EditAct{Response: "FECH: tagged OK", Find: "a"}), []string{`quirk q: there is no command "FECH"; nearest: FETCH`}},
		"no revision": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IDLE UIDPLUS"}},
			[]string{"of IMAP4rev1 and IMAP4rev2 none is there that works"}},
		"a list of nothing": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: " "}},
			[]string{"of IMAP4rev1 and IMAP4rev2 none is there that works"}},
		"a revision that is dead": {imaptest.ProfileSpec{Caps: imaptest.Caps{BeforeLogin: "IMAP4rev1", Dead: []imap.Cap{imap.CapIMAP4rev1}}},
			[]string{"of IMAP4rev1 and IMAP4rev2 none is there that works"}},
		"INBOX in a language": {imaptest.ProfileSpec{Mailboxes: []imaptest.SpecMailbox{{Name: "INBOX", Names: map[string]string{"de": "Posteingang"}}}},
			[]string{"INBOX has attributes at most"}},
		"INBOX as a level": {imaptest.ProfileSpec{Mailboxes: []imaptest.SpecMailbox{{Name: "Inbox", NoSelect: true}}},
			[]string{"INBOX has attributes at most"}},
		"several": {imaptest.ProfileSpec{Greeting: "hello", ID: "nothing"},
			[]string{"the greeting has to begin with * OK or * PREAUTH or * BYE: hello", "ID is NIL or a list in parentheses, not nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.spec.Name = "ours"
			p := imaptest.NewProfile(test.spec)
			err := p.Check()
			got := unjoin(err)
			if len(got) != len(test.want) {
				t.Fatalf("got\n%v\nwant\n%s", err, strings.Join(test.want, "\n"))
			}
			for i, want := range test.want {
				if text := got[i].Error(); !strings.HasPrefix(text, "profile ours: ") || !strings.Contains(text, want) {
					t.Errorf("got  %s\nwant %s", text, want)
				}
			}
			if _, started := imaptest.New(p); started == nil || !strings.Contains(started.Error(), test.want[0]) {
				t.Errorf("New says %v, want %s", started, test.want[0])
			}
		})
	}
}

func unjoin(err error) []error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	return nil
}

// Options that name what the profile has not.
func TestWrongProfileOptions(t *testing.T) {
	for name, test := range map[string]struct {
		opts []imaptest.Option
		want string
	}{
		"a quirk that is not there": {[]imaptest.Option{imaptest.WithoutQuirk(imaptest.Quirk{Name: "shy"})}, `WithoutQuirk: everything has no quirk "shy"`},
		"a language":                {[]imaptest.Option{imaptest.WithLanguage("de")}, `WithLanguage: everything has no names in "de"`},
		"a text":                    {[]imaptest.Option{imaptest.WithText("ok/NOP", "OK x")}, "there is no command NOP; nearest: NOOP"},
		"two profiles":              {[]imaptest.Option{imaptest.Rev1, imaptest.Rev2}, "two profiles: rev1 and rev2"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := imaptest.New(test.opts...); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
