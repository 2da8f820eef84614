package imapwire

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// encode gives what build writes, without its CRLF.
func encode(build func(e *Encoder)) string {
	var got string
	e := NewEncoder(func(line []byte) { got = string(line) })
	build(e)
	e.CRLF()
	return strings.TrimSuffix(got, "\r\n")
}

func TestEncoder(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	tests := []struct {
		build func(e *Encoder)
		want  string
	}{
		{func(e *Encoder) { e.Raw("* ").Num(12).SP().Num64(1 << 40) }, "* 12 1099511627776"},
		{func(e *Encoder) { e.String("plain") }, `"plain"`},
		{func(e *Encoder) { e.String(`a "b\`) }, `"a \"b\\"`},
		{func(e *Encoder) { e.String("") }, `""`},
		{func(e *Encoder) { e.String("a\tb\x7f") }, "\"a\tb\x7f\""},
		{func(e *Encoder) { e.String("a\x00b") }, "{5}\r\na\uFFFDb"},
		{func(e *Encoder) { e.Upper("az{`-9").SP().Upper("") }, "\"AZ{`-9\" \"\""},
		{func(e *Encoder) { e.Upper(`a"é`) }, "{4}\r\nA\"É"},
		{func(e *Encoder) { e.String("a\r\nb") }, "{4}\r\na\r\nb"},
		{func(e *Encoder) { e.String("Grüße") }, "{7}\r\nGrüße"},
		{func(e *Encoder) { e.UTF8 = true; e.String("Grüße") }, `"Grüße"`},
		{func(e *Encoder) { e.UTF8 = true; e.String("\xff") }, "{1}\r\n\xff"},
		{func(e *Encoder) { e.String(strings.Repeat("x", 2000)) }, "{2000}\r\n" + strings.Repeat("x", 2000)},
		{func(e *Encoder) { e.NString("x", false).SP().NString("x", true) }, `NIL "x"`},
		{func(e *Encoder) { e.Literal([]byte("ab")).SP().Literal8([]byte{0}) }, "{2}\r\nab ~{1}\r\n\x00"},
		{func(e *Encoder) { e.Mailbox("INBOX").SP().Mailbox("Sent").SP().Mailbox("台北") }, `INBOX "Sent" "&U,BTFw-"`},
		{func(e *Encoder) { e.UTF8 = true; e.Mailbox("台北") }, `"台北"`},
		{func(e *Encoder) { e.Flags(nil).SP().Flags([]imap.Flag{`\Seen`, "$x"}) }, `() (\Seen $x)`},
		{func(e *Encoder) { e.DateTime(time.Date(2024, 2, 1, 10, 0, 5, 0, zone)) }, `" 1-Feb-2024 10:00:05 +0200"`},
		{func(e *Encoder) { e.Text("two\r\nlines\n") }, "two lines "},
		{func(e *Encoder) { e.Text("") }, "-"},
	}
	for _, test := range tests {
		if got := encode(test.build); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestEncoderKeepsNoLargeBuffer(t *testing.T) {
	e := NewEncoder(func([]byte) {})
	e.Literal(make([]byte, 1<<20)).CRLF()
	if cap(e.buf) > keptBuffer {
		t.Errorf("kept %d bytes", cap(e.buf))
	}
}

func TestEncoderDoesNotAllocate(t *testing.T) {
	e := NewEncoder(func([]byte) {})
	flags := []imap.Flag{imap.FlagSeen}
	if n := testing.AllocsPerRun(100, func() {
		e.Raw("* ").Num(1234).Raw(" FETCH (UID ").Num(99).Raw(" FLAGS ").Flags(flags).Raw(")").CRLF()
	}); n != 0 {
		t.Errorf("%v allocations a response, want 0", n)
	}
}

// What the encoder writes the parser reads back: any string, as a string.
func TestStringsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := string(rapid.SliceOf(rapid.ByteRange(1, 255)).Draw(t, "bytes"))
		line := "a " + encode(func(e *Encoder) { e.String(want) }) + "\r\n"
		cmd, err := NewReader(strings.NewReader(line), Limits{}).ReadCommand(acceptAll)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		p := cmd.Parser()
		p.Tag()
		p.SP()
		got := p.String()
		p.End()
		if p.Err() != nil || got != want {
			t.Fatalf("%q: got %q, %v", line, got, p.Err())
		}
	})
}

// Text is in seven bits unless UTF-8 is enabled (RFC 3501, section 9, text).
func TestTextIsSevenBit(t *testing.T) {
	for _, test := range []struct{ text, plain, utf8 string }{
		{"done", "done", "done"},
		{"", "-", "-"},
		{`no mailbox "Entwürfe"`, `no mailbox "Entw&APw-rfe"`, `no mailbox "Entwürfe"`},
		{"日本語 & co", "&ZeVnLIqe- & co", "日本語 & co"},
	} {
		var got string
		e := NewEncoder(func(line []byte) { got = string(line) })
		if e.Text(test.text).CRLF(); got != test.plain+"\r\n" {
			t.Errorf("%q: got %q, want %q", test.text, got, test.plain)
		}
		e.UTF8 = true
		if e.Text(test.text).CRLF(); got != test.utf8+"\r\n" {
			t.Errorf("%q: got %q, want %q", test.text, got, test.utf8)
		}
	}
}
