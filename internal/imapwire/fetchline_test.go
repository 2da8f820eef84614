package imapwire_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// The examples are those of RFC 9051, sections 6.4.5 and 7.5.2, and what may stand in
// quoted strings, brackets and literals.
func TestParseFetchLine(t *testing.T) {
	tests := []struct{ line, want string }{
		{"* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827)\r\n", "[FLAGS RFC822.SIZE]"},
		{"* 12 FETCH (BODY[HEADER] {2}\r\n\r\n)\r\n", "[BODY[HEADER]]"},
		{"* 1 FETCH (BODY[HEADER.FIELDS (DATE \"FR) OM\")]<0> {9}\r\nUID 7) \"( UID 3)\r\n", "[BODY[HEADER.FIELDS (DATE \"FR) OM\")]<0> UID]"},
		{"* 1 FETCH (ENVELOPE (\"a) UID \\\"\" NIL ((NIL NIL {3}\r\n)) \"x\"))) UID 3)\r\n", "[ENVELOPE UID]"},
		{"* 1 FETCH (BINARY[1] ~{3}\r\n))  UID 3)\r\n", "[BINARY[1] UID]"},
		{"* 1 FETCH (BINARY[1] ~{3}\r\n))) UID 3)\r\n", "[BINARY[1] UID]"},
		{"* 3 UIDFETCH (FLAGS ())\r\n", "[FLAGS]"},
		{"* 3 FETCH ()\r\n", "[]"},
		{"* 3 EXPUNGE\r\n", "none"},
		{"* OK [X] FETCH (UID 3)\r\n", "none"},
		{"* 3 FETCH (UID\r\n", "[]"},
		{"* 3 FETCH (UID 3 BODY[] {30}\r\nx)\r\n", "[UID]"},
	}
	for _, test := range tests {
		f, ok := imapwire.ParseFetchLine([]byte(test.line))
		got := "none"
		if ok {
			var names []string
			for _, item := range f.Items {
				names = append(names, item.Name)
			}
			got = fmt.Sprint(names)
			if string(f.Bytes()) != test.line {
				t.Errorf("%q: put together %q", test.line, f.Bytes())
			}
		}
		if got != test.want {
			t.Errorf("%q: got %s, want %s", test.line, got, test.want)
		}
	}
}

func TestCutLiterals(t *testing.T) {
	line := "* 1 FETCH (X \"{3}\r\n\" BODY[] {3}\r\na{1 Y ~{0}\r\n)\r\n"
	parts := imapwire.CutLiterals([]byte(line))
	var all []string
	for _, part := range parts {
		all = append(all, string(part))
	}
	if got, want := fmt.Sprintf("%q", all[1:]), `["a{1" " Y ~{0}\r\n" "" ")\r\n"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if strings.Join(all, "") != line {
		t.Errorf("got %q", all)
	}
}
