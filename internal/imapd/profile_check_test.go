package imapd_test

import (
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// What is wrong in a profile is said in a sentence each, all of them.
func TestProfileCheck(t *testing.T) {
	text := func(event imapd.Event, answer string) imapd.Profile {
		return imapd.Profile{Texts: []imapd.Text{{Event: event, Answer: answer}}}
	}
	for _, test := range []struct {
		profile imapd.Profile
		want    string // "": nothing is wrong
	}{
		{text("auth.pasword", "NO no"), "text auth.pasword: there is no such event"},
		{text("ok/FOO", "OK done"), "text ok/FOO: there is no such event"},
		{text("ok/UID FETCH", "OK done"), "text ok/UID FETCH: there is no such event"},
		{text("ok/FETCH@before", "OK done"), ""},
		{text("ok", "OK {who}"), "text ok: {who} is no placeholder of it"},
		{text("ok", "OK {limit}"), "text ok: {limit} is no placeholder of it"},
		{text("auth.conns", "NO {limit} are enough"), ""},
		{text("ok", "OK {a b}"), ""},
		{text("ok", "NO"), "does not begin with OK"},
		{text("ok", "Done"), "begins with none of OK, NO, BAD, BYE, * and {line}"},
		{text("auth.password", "OK welcome"), "is OK for what is refused"},
		{text("auth.password", "hello\nNO"), "has a line that is neither untagged nor the last one"},
		{text("auth.password", "* NO [WEBALERT x] first\nNO then"), ""},
		{text("bye.logout", "BYE"), "is no untagged line"},
		{text("bye.logout", "* BYE"), ""},
		{text("note.closed", ""), ""},
		{text("continue.idle", "idling"), "does not begin with +"},
		{text("continue.idle", "+"), ""},
		{text("ok", "OK a\rb"), "has a CR or a NUL"},
	} {
		err := test.profile.Check()
		switch {
		case err == nil && test.want != "":
			t.Errorf("%+v: nothing is wrong, want %q", test.profile.Texts, test.want)
		case err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%+v: got  %v\nwant %q", test.profile.Texts, err, test.want)
		}
	}
}
