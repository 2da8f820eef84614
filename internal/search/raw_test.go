package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// labelledMail is a message with labels.
type labelledMail struct {
	mail
	labels []string
}

func (m *labelledMail) Number() uint64       { return 100 + uint64(m.uid) }
func (m *labelledMail) ThreadNumber() uint64 { return 101 }
func (m *labelledMail) Labels() []string     { return m.labels }

// labelledBox is what the queries below are asked of; now is noon of 4 May 2024.
func labelledBox() []*labelledMail {
	message := func(uid imap.UID, date time.Time, raw string, flags []imap.Flag, labels ...string) *labelledMail {
		return &labelledMail{mail{uid: uid, date: date, flags: flags, raw: strings.ReplaceAll(raw, "\n", "\r\n")}, labels}
	}
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 8, 0, 0, 0, time.UTC)
	}
	return []*labelledMail{
		message(1, day(2024, time.May, 4), "Message-ID: <one@x>\nFrom: Ann Arbor <ann@example.com>\nTo: bob@example.com\nSubject: Lunch on Monday?\n\nAt noon, the usual place.\n",
			nil, `\Inbox`, `\Important`),
		message(2, day(2024, time.May, 2), "Message-ID: <two@x>\nFrom: bob@example.com\nTo: ann@example.com\nCc: carol@example.com\nSubject: Dinner\n"+
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the list of guests: usual suspects.\n--b\nContent-Type: application/pdf; name=\"Menu of May.PDF\"\nContent-Disposition: attachment\n\nx\n--b--\n",
			[]imap.Flag{imap.FlagSeen, imap.FlagFlagged}, `\Sent`, `\Starred`, "Friends/Old (2023)"),
		message(3, day(2023, time.May, 5), "Message-ID: <three@x>\nFrom: shop@example.net\nSubject: Sale -- \"half price\"\nList-Id: Offers <offers.example.net>\n\n"+strings.Repeat("Buy now. ", 200)+"\n",
			[]imap.Flag{imap.FlagSeen}, `\Junk`, "CATEGORY_PROMOTIONS"),
		message(4, day(2024, time.March, 1), "From: dan@example.com\nBcc: eve@example.com\nSubject: OR not\n\nAND so on (really)\n",
			nil, "friends/old (2023)", "Work"),
	}
}

// TestRaw: the expectations are from the provider's help page on operators, by hand.
func TestRaw(t *testing.T) {
	for _, test := range []struct {
		query string
		want  []imap.UID
	}{
		{"", []imap.UID{1, 2, 3, 4}},
		{"usual", []imap.UID{1, 2}},
		{"usual noon", []imap.UID{1}},
		{"noon OR guests", []imap.UID{1, 2}},
		{"usual noon OR guests", []imap.UID{1, 2}},
		{"usual Dinner OR Lunch Monday", []imap.UID{1}},
		{"{noon buy}", []imap.UID{1, 3}},
		{"usual -noon", []imap.UID{2}},
		{"-{noon buy} -dinner", []imap.UID{4}},
		{"-(usual noon)", []imap.UID{2, 3, 4}},
		{`"usual place"`, []imap.UID{1}},
		{`"place usual"`, nil},
		{`-"usual place" usual`, []imap.UID{2}},
		{"OR", []imap.UID{1, 2, 3, 4}},
		{"or not", []imap.UID{4}}, // in lower case it is a word
		{"noon AND usual", []imap.UID{1}},
		{"(noon", []imap.UID{1}},
		{"noon)", []imap.UID{1}},
		{`"noon`, []imap.UID{1}},
		{"{}", []imap.UID{1, 2, 3, 4}},
		{"+noon", []imap.UID{1}},
		{"colon:word", nil},

		{"from:ann", []imap.UID{1}},
		{"from:(ann OR dan)", []imap.UID{1, 4}},
		{"from:{ann dan}", []imap.UID{1, 4}},
		{"from:(ann arbor)", []imap.UID{1}},
		{"from:(ann bob)", nil},
		{`from:"Ann Arbor"`, []imap.UID{1}},
		{"FROM:ANN", []imap.UID{1}},
		{"-from:ann", []imap.UID{2, 3, 4}},
		{"to:ann@example.com", []imap.UID{2}},
		{"cc:carol", []imap.UID{2}},
		{"bcc:eve", []imap.UID{4}},
		{"subject:(lunch monday)", []imap.UID{1}},
		{"subject:dinner", []imap.UID{2}},
		{"list:offers.example.net", []imap.UID{3}},
		{"rfc822msgid:<two@x>", []imap.UID{2}},
		{"rfc822msgid:two@x", []imap.UID{2}},
		{"rfc822msgid:two", nil},

		{"in:inbox", []imap.UID{1}},
		{"in:Sent", []imap.UID{2}},
		{"in:spam", []imap.UID{3}},
		{"in:anywhere", []imap.UID{1, 2, 3, 4}},
		{"in:archive", []imap.UID{4}},
		{"in:work", []imap.UID{4}},
		{"is:unread", []imap.UID{1, 4}},
		{"is:read", []imap.UID{2, 3}},
		{"is:starred", []imap.UID{2}},
		{"is:important", []imap.UID{1}},
		{"is:snoozed", nil},
		{"has:attachment", []imap.UID{2}},
		{"has:userlabels", []imap.UID{2, 3, 4}},
		{"has:nouserlabels", []imap.UID{1}},
		{"has:drive", nil},
		{"filename:pdf", []imap.UID{2}},
		{`filename:"menu of may.pdf"`, []imap.UID{2}},
		{"label:friends-old--2023-", []imap.UID{2, 4}},
		{`label:"Friends/Old (2023)"`, []imap.UID{2, 4}},
		{"label:work", []imap.UID{4}},
		{"category:promotions", []imap.UID{3}},
		{"category:primary", []imap.UID{1, 2, 4}},

		{"after:2024/05/02", []imap.UID{1, 2}},
		{"after:2024/5/3", []imap.UID{1}},
		{"before:2024-05-02", []imap.UID{3, 4}},
		{"older:2024/03/01", []imap.UID{3}},
		{"newer:05/03/2024", []imap.UID{1}},
		{"after:1714780800", []imap.UID{1}}, // 4 May 2024, 00:00
		{"before:never", nil},
		{"newer_than:1d", []imap.UID{1}},
		{"newer_than:1w", []imap.UID{1, 2}},
		{"older_than:2m", []imap.UID{3, 4}},
		{"older_than:1y", nil},
		{"newer_than:1y", []imap.UID{1, 2, 3, 4}},
		{"older_than:x", nil},
		{"larger:1K", []imap.UID{3}},
		{"larger:1000", []imap.UID{3}},
		{"smaller:1K", []imap.UID{1, 2, 4}},
		{"size:1M", nil},
		{"smaller:1GB", []imap.UID{1, 2, 3, 4}},
		{"larger:99999999999999999999G", nil},

		{"is:unread in:inbox from:ann newer_than:2d -has:attachment", []imap.UID{1}},
	} {
		if got := matchesRaw(test.query, labelledBox()); !slices.Equal(got, test.want) {
			t.Errorf("%s\ngot  %v\nwant %v (%v)", test.query, got, test.want, Raw(test.query))
		}
	}
}

func matchesRaw(query string, list []*labelledMail) []imap.UID {
	var got []imap.UID
	var uids []imap.UID
	for _, m := range list {
		uids = append(uids, m.uid)
	}
	bound := Raw(query).Bind(Scope{UIDs: uids, Now: now})
	for _, m := range list {
		if bound.Match(m) {
			got = append(got, m.uid)
		}
	}
	return got
}

func TestLabelConditions(t *testing.T) {
	list := labelledBox()
	for _, test := range []struct {
		condition Condition
		want      []imap.UID
	}{
		{Label(`\inbox`), []imap.UID{1}},
		{Label(`\Spam`), []imap.UID{3}},
		{Label("FRIENDS/OLD (2023)"), []imap.UID{2, 4}},
		{Label("Friends"), nil},
		{Number(102), []imap.UID{2}},
		{ThreadNumber(101), []imap.UID{1, 2, 3, 4}},
		{Not(Label("Work")), []imap.UID{1, 2, 3}},
	} {
		var got []imap.UID
		for _, m := range list {
			if test.condition.Bind(Scope{}).Match(m) {
				got = append(got, m.uid)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: got %v, want %v", test.condition, got, test.want)
		}
	}
	if Label("Work").Bind(Scope{}).Match(&mail{uid: 1}) {
		t.Error("a message without labels has none")
	}
}

// FuzzRaw: whatever is typed is a search, and NOT of it is the opposite.
func FuzzRaw(f *testing.F) {
	for _, query := range []string{"a OR (b -c) {d \"e f\"} from:(x y) older_than:3d", "((((", "-", "in:", "larger:", "subject:(\"", "OR OR -(", "after:2024/13/44", "\xff:\x00"} {
		f.Add(query)
	}
	list := labelledBox()
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 1000 {
			return
		}
		got := matchesRaw(query, list)
		all := And(Raw(query), All())
		opposite := Not(all).Bind(Scope{Now: now})
		for _, m := range list {
			if opposite.Match(m) == slices.Contains(got, m.uid) {
				t.Errorf("%q: message %d meets both it and its opposite, or neither: %v", query, m.uid, fmt.Sprint(all))
			}
		}
	})
}
