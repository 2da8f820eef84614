package imapd

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// What is shown is the row of each capability that is to be shown, in the order of the table,
// whatever a server has and in each state of a connection.
func TestCapabilityRows(t *testing.T) {
	sets := map[string][]imap.Cap{
		"all":     AllCaps(),
		"asked":   append(AllCaps(), AskedCaps()...),
		"few":     {imap.CapIMAP4rev1},
		"limits":  {imap.CapIMAP4rev1, CapMessageLimit, imap.CapAppendLimit, CapSaveLimit, imap.CapIdle},
		"instead": {imap.CapLiteralMinus, imap.CapIMAP4rev1, imap.CapEnable, imap.CapUTF8Only},
	}
	for name, caps := range sets {
		t.Run(name, func(t *testing.T) {
			mail := store.New()
			user, err := mail.AddUser("user", "password")
			if err != nil {
				t.Fatal(err)
			}
			srv, err := NewServer(Config{Store: mail, Caps: caps, MessageLimit: 7, SaveLimit: 9})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []*conn{{srv: srv}, {srv: srv, info: Session{TLS: true}}, {srv: srv, user: user}, {srv: srv, user: user, compressed: true}} {
				var written string
				c.enc = imapwire.NewEncoder(func(line []byte) { written = string(line) })
				c.writeCapabilityData()
				c.enc.CRLF()
				want := rowByRow(c, caps)
				if got := strings.Fields(written); !slices.Equal(got[1:], want) || got[0] != "CAPABILITY" {
					t.Errorf("is told %q, want CAPABILITY and %q", got, want)
				}
				if got := c.capabilities(); got != strings.Join(want, " ") {
					t.Errorf("the list is %q, want %q", got, want)
				}
			}
		})
	}
}

func rowByRow(c *conn, caps []imap.Cap) (words []string) {
	for _, row := range rows() {
		if !slices.Contains(caps, row.cap) || row.show != nil && !row.show(c) {
			continue
		}
		word := string(row.cap)
		if row.value != nil {
			word += "=" + row.value(c)
		}
		words = append(words, word)
	}
	return words
}
