package imapd_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A value may be any octets (RFC 5464, section 3.2): what has NUL comes and goes as a
// literal8, what no quoted string can hold as a literal.
func TestMetadataOfAnyOctets(t *testing.T) {
	for name, test := range map[string]struct{ value, sent string }{
		"NUL":       {"a\x00b", "~{3}\r\na\x00b"},
		"CRLF":      {"a\r\nb", "{4}\r\na\r\nb"},
		"8 bits":    {"\xff\xfe", "{2}\r\n\xff\xfe"},
		"nothing":   {"", `""`},
		"quotes":    {`a"b\c`, `"a\"b\\c"`},
		"very long": {string(bytes.Repeat([]byte("x"), 2000)), "{2000}\r\n" + string(bytes.Repeat([]byte("x"), 2000))},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory())
			a := &asker{t: t, nc: mustDial(t, srv)}
			a.reset()
			a.enter("a")
			a.want("OK", fmt.Sprintf("SETMETADATA INBOX (/shared/comment ~{%d+}\r\n%s)", len(test.value), test.value))
			srv.Inbox().AssertMetadata(t, "/shared/comment", []byte(test.value))
			fmt.Fprintf(a.nc, "g GETMETADATA INBOX /shared/comment\r\n")
			want := "* METADATA INBOX (/shared/comment " + test.sent + ")\r\ng OK "
			got := make([]byte, len(want))
			for n := 0; n < len(got); {
				m, err := a.r.Read(got[n:])
				if err != nil {
					t.Fatalf("got %q, %v, want %q", got[:n], err, want)
				}
				n += m
			}
			if string(got) != want {
				t.Errorf("got %q, want %q", got, want)
			}
			srv.Inbox().SetMetadata(t, "/shared/comment", nil)
			srv.Inbox().AssertMetadata(t, "/Shared/Comment", nil)
		})
	}
}
