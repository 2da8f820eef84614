package store

import (
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Of those that look at a message at once, some are stopped: the others find all of it,
// and the same, whoever was first.
func TestTreeUntil(t *testing.T) {
	raw := []byte("To: " + strings.Repeat("A <a@b.c>, ", 7_000) + "z@z.z\r\n\r\n" + strings.Repeat("One of many lines\r\n", 2_000) + "the last one")
	for _, stopAt := range []int{1, 4, 9, 15, 30} {
		msg, err := newUser(t).Inbox().Append(raw)
		check(t, err)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				asked := 0
				stopped := func() bool { asked++; return i%2 == 0 && asked >= stopAt }
				tree := msg.TreeUntil(stopped)
				env, has := tree.Envelope(), tree.TextContains(mimetree.Fold("the last one"))
				if i%2 == 1 && (len(env.To) != 7_001 || !has) {
					t.Errorf("stopped at %d: somebody else found %d addresses, and the text: %v", stopAt, len(env.To), has)
				}
			})
		}
		all.Wait()
		tree := msg.Tree()
		if env := tree.Envelope(); len(env.To) != 7_001 || env.To[7_000].Host.S != "z.z" || env != msg.Tree().Envelope() {
			t.Errorf("stopped at %d: the envelope that stays has %d addresses", stopAt, len(env.To))
		}
		equal(t, "text", tree.TextContains(mimetree.Fold("the last one")), true)
		equal(t, "kept", msg.Tree() == tree, true)
	}
}
