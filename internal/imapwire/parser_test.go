package imapwire

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// parse reads text with f and demands that all of it was read.
func parse[T any](text string, f func(*Parser) T) (T, error) {
	p := NewParser(text)
	v := f(p)
	p.End()
	return v, p.Err()
}

func TestTokens(t *testing.T) {
	tests := []struct {
		text string
		read func(*Parser) any
		want any // nil: an error
	}{
		{"a1", func(p *Parser) any { return p.Tag() }, "a1"},
		{"a+1", func(p *Parser) any { return p.Tag() }, nil},
		{"", func(p *Parser) any { return p.Tag() }, nil},
		{"noop", func(p *Parser) any { return p.Keyword() }, "NOOP"},
		{"a]b", func(p *Parser) any { return p.AString() }, "a]b"},
		{"a]b", func(p *Parser) any { return p.Atom() }, nil},
		{`"a \"b\\ c"`, func(p *Parser) any { return p.String() }, `a "b\ c`},
		{`"open`, func(p *Parser) any { return p.String() }, nil},
		{`atom`, func(p *Parser) any { return p.String() }, nil},
		{`NIL`, func(p *Parser) any { s, ok := p.NString(); return s == "" && !ok }, true},
		{`nil`, func(p *Parser) any { s, ok := p.NString(); return s == "" && !ok }, true},
		{`"NIL"`, func(p *Parser) any { s, ok := p.NString(); return s == "NIL" && ok }, true},
		{"4294967295", func(p *Parser) any { return p.Number() }, uint32(4294967295)},
		{"4294967296", func(p *Parser) any { return p.Number() }, nil},
		{"-1", func(p *Parser) any { return p.Number() }, nil},
		{"0", func(p *Parser) any { return p.NZNumber() }, nil},
		{"9223372036854775807", func(p *Parser) any { return p.Number64() }, uint64(1<<63 - 1)},
		{"9223372036854775808", func(p *Parser) any { return p.Number64() }, nil},
		{`\Seen`, func(p *Parser) any { return p.Flag() }, imap.Flag(`\Seen`)},
		{`\`, func(p *Parser) any { return p.Flag() }, nil},
		{`$Work`, func(p *Parser) any { return p.Flag() }, imap.Flag(`$Work`)},
		{`()`, func(p *Parser) any { return p.FlagList() == nil }, true},
		{`(\Seen  x)`, func(p *Parser) any { return p.FlagList() }, nil},
		{`(\Seen x`, func(p *Parser) any { return p.FlagList() }, nil},
		{`\Seen x`, func(p *Parser) any { return p.FlagsBareOrList() }, []imap.Flag{`\Seen`, "x"}},
		{`inBox`, func(p *Parser) any { return p.Mailbox() }, "INBOX"},
		{`"&U,BTFw-"`, func(p *Parser) any { return p.Mailbox() }, "台北"},
		{`&U,BTFw`, func(p *Parser) any { return p.Mailbox() != "" && p.NameErr() != nil }, true},
		{`"&U,BTFw-"`, func(p *Parser) any { return p.Mailbox() != "" && p.NameErr() != nil }, false},
		{`&U,BTFw`, func(p *Parser) any { return p.ListMailbox() != "" && p.NameErr() == nil }, true},
		{`a%*]`, func(p *Parser) any { return p.ListMailbox() }, "a%*]"},
		{`a%`, func(p *Parser) any { return p.Mailbox() }, nil},
		{`BODY.PEEK`, func(p *Parser) any { return p.ItemName() }, "BODY.PEEK"},
	}
	for _, test := range tests {
		got, err := parse(test.text, test.read)
		switch {
		case test.want == nil && err == nil:
			t.Errorf("%q: got %v, want an error", test.text, got)
		case test.want != nil && (err != nil || !reflect.DeepEqual(got, test.want)):
			t.Errorf("%q: got %v, %v, want %v", test.text, got, err, test.want)
		}
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]time.Time{
		"1-Feb-1994":    time.Date(1994, 2, 1, 0, 0, 0, 0, time.UTC),
		"01-feb-1994":   time.Date(1994, 2, 1, 0, 0, 0, 0, time.UTC),
		`"28-FEB-2024"`: time.Date(2024, 2, 28, 0, 0, 0, 0, time.UTC),
	} {
		if got, err := parse(text, (*Parser).Date); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1-Feb-94", "30-Feb-2024", "1-Foo-2024", "1 Feb 2024", `"1-Feb-2024`, "001-Feb-2024"} {
		if got, err := parse(text, (*Parser).Date); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestDateTimes(t *testing.T) {
	got, err := parse(`" 7-Feb-1994 21:52:25 -0800"`, (*Parser).DateTime)
	want := time.Date(1994, 2, 8, 5, 52, 25, 0, time.UTC)
	if err != nil || !got.Equal(want) || got.Format("-0700") != "-0800" {
		t.Errorf("got %v, %v, want %v in zone -0800", got, err, want)
	}
	for _, text := range []string{
		`"7-Feb-1994 21:52:25 -0800"`, `" 7-Feb-1994 21:52:25"`, `" 7-Feb-1994 24:52:25 -0800"`, `07-Feb-1994`,
		`" 0-Feb-1994 21:52:25 -0800"`,
	} {
		if got, err := parse(text, (*Parser).DateTime); err == nil {
			t.Errorf("%s: got %v, want an error", text, got)
		}
	}
}

// After an error nothing is consumed and every method gives its zero value.
func TestErrorsStick(t *testing.T) {
	p := NewParser("a b c")
	p.Number()
	first := p.Err()
	if first == nil {
		t.Fatal("no error")
	}
	if got := p.Atom() + p.AString() + p.Mailbox() + p.Keyword(); got != "" {
		t.Errorf("got %q after an error", got)
	}
	p.List(func() { t.Error("an item was read") })
	p.Fail("another")
	if p.Err() != first {
		t.Errorf("got %v, want the first error", p.Err())
	}
}

// 10,000 parentheses are an error and not a deep recursion.
func TestDeepNesting(t *testing.T) {
	p := NewParser(strings.Repeat("(", 10000) + "x" + strings.Repeat(")", 10000))
	var item func()
	item = func() { p.List(item) }
	p.List(item)
	if p.OK() || !strings.Contains(p.Err().Error(), "nested") {
		t.Errorf("got %v", p.Err())
	}
}

// The texts of errors tell a person what to look for.
func TestErrorTexts(t *testing.T) {
	p := NewParser("FETCH x")
	p.Keyword()
	p.SP()
	p.NumSet()
	if got, want := p.Err().Error(), `expected a number at column 7, got "x"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p = NewParser("NOOP")
	p.Keyword()
	p.SP()
	if got, want := p.Err().Error(), `expected a space at the end of the line`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParser(f *testing.F) {
	for _, seed := range []string{"a1 NOOP", `a "b\"c" (x y) 1:2,*`, "(((", `" 7-Feb-1994 21:52:25 -0800"`, "1-Feb-2024", "&U,BTFw-", "$", "NIL"} {
		f.Add(seed)
	}
	reads := []func(*Parser){
		func(p *Parser) { p.Tag() }, func(p *Parser) { p.AString() }, func(p *Parser) { p.NString() },
		func(p *Parser) { p.NumSet() }, func(p *Parser) { p.Mailbox() }, func(p *Parser) { p.ListMailbox() },
		func(p *Parser) { p.FlagList() }, func(p *Parser) { p.Date() }, func(p *Parser) { p.DateTime() },
		func(p *Parser) { p.Number64() }, func(p *Parser) { p.ItemName() }, func(p *Parser) { p.Literal() },
		func(p *Parser) { p.ListOrEmpty(func() { p.AString() }) }, func(p *Parser) { p.SP() },
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\r\n\x00") {
			return
		}
		for _, read := range reads {
			p := NewParser(text)
			read(p)
			if p.OK() && p.pos > len(text) {
				t.Errorf("read beyond the end: %d of %d", p.pos, len(text))
			}
			p.Remaining()
			p.End()
		}
	})
}

// Before ENABLE a name in UTF-8 and one in modified UTF-7 mean the same mailbox,
// where the server takes both.
func TestEarlyUTF8Names(t *testing.T) {
	tests := []struct{ text, want string }{
		{`"Cafè"`, "Cafè"},
		{`"Caf&AOg-"`, "Cafè"},
		{`"日本語"`, "日本語"},
		{`"Entwürfe &- mehr"`, "Entwürfe & mehr"},
		{`"Entwürfe & mehr"`, "Entwürfe & mehr"},
		{`"A&-B"`, "A&B"},
	}
	for _, test := range tests {
		p := NewParser(test.text)
		p.EarlyUTF8 = true
		if got := p.Mailbox(); got != test.want || p.Err() != nil || p.NameErr() != nil {
			t.Errorf("%s: got %q, %v, %v, want %q", test.text, got, p.Err(), p.NameErr(), test.want)
		}
	}
	for _, bad := range []string{`"A&B"`, "\"Caf\xe8\"", "\"\xff&-\""} {
		p := NewParser(bad)
		p.EarlyUTF8 = true
		if got := p.Mailbox(); p.Err() == nil && p.NameErr() == nil {
			t.Errorf("%q: got %q, want an error", bad, got)
		}
	}
}
