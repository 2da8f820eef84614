package sweep_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// inAnyOrder asks for the same items in another order each time, as go-imap's client does.
func inAnyOrder(turn *atomic.Int64) sweep.Scenario {
	return func(t testing.TB, srv *imaptest.Server) string {
		n := int(turn.Add(1))
		inOrder := func(items ...string) string {
			i := n % len(items)
			rest := slices.Concat(items[i:], items[:i])
			if n/len(items)%2 == 1 {
				slices.Reverse(rest)
			}
			return strings.Join(rest, " ")
		}
		sweep.Retry(t, 3, func() error {
			return session(t.Context(), srv, func(c *client, _ []string) error {
				for _, command := range []string{
					"FETCH 1:* (" + inOrder("UID", "FLAGS", "BODY.PEEK[1]", "BODY.PEEK[HEADER]", "INTERNALDATE") + ")",
					"UID FETCH 1:* (" + inOrder("BODY.PEEK[TEXT]", "ENVELOPE", "RFC822.SIZE") + ")",
					"STATUS Archive (" + inOrder("MESSAGES", "UIDNEXT", "UNSEEN") + ")",
					"UID SEARCH RETURN (" + inOrder("MIN", "COUNT", "ALL") + ") ALL",
				} {
					if _, err := c.cmd("%s", command); err != nil {
						return err
					}
				}
				return nil
			})
		})
		return ""
	}
}

// Which runs there are, which are chosen, and what they do does not depend on the order in which a
// client asks for items.
func TestOrderOfItems(t *testing.T) {
	var turn atomic.Int64
	scenario := inAnyOrder(&turn)
	for _, opts := range [][]sweep.Option{{letters(3)}, {letters(3), sweep.Sample(70)}} {
		first := sweep.Chosen(t, scenario, opts...)
		for range 9 {
			turn.Add(1)
			if again := sweep.Chosen(t, scenario, opts...); !slices.Equal(first, again) {
				t.Fatalf("got\n%s\nand before it\n%s", strings.Join(again, "\n"), strings.Join(first, "\n"))
			}
		}
	}
	names, texts := sweep.Outcomes(t, scenario, letters(3), sweep.Only(sweep.Odd))
	for i, text := range texts {
		if !strings.Contains(text, "reached true, acted true") {
			t.Errorf("%s: there was nothing to disturb", names[i])
		}
	}
}
