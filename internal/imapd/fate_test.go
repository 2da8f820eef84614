package imapd_test

import (
	"bufio"
	"context"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/store"
)

// What others do to the selected mailbox, and what the client's next command is told.
// Words in the answer say what became of it. A BYE is untagged, and takes the place of
// the tagged line (RFC 9051, section 7.1.5).
func TestFateOfTheSelectedMailbox(t *testing.T) {
	rename := func(from, to string) func(*store.User) error {
		return func(u *store.User) error { return u.Rename(from, to) }
	}
	remove := func(name string) func(*store.User) error {
		return func(u *store.User) error { return u.Delete(name) }
	}
	create := func(name string) func(*store.User) error {
		return func(u *store.User) error { _, err := u.Create(name); return err }
	}
	bump := func(u *store.User) error { box, _ := u.Mailbox("A"); box.BumpUIDValidity(); return nil }
	all := func(steps ...func(*store.User) error) []func(*store.User) error { return steps }

	for name, test := range map[string]struct {
		others []func(*store.User) error
		next   string
		want   string
	}{
		"renamed, DELETE of the old name":      {all(rename("A", "B")), "DELETE A", `t NO [NONEXISTENT] {*}named "B" now`},
		"renamed, DELETE of the new name":      {all(rename("A", "B")), "DELETE B", "t OK DELETE completed; no mailbox is selected"},
		"renamed, RENAME of the old name":      {all(rename("A", "B")), "RENAME A C", `t NO [NONEXISTENT] {*}named "B" now`},
		"renamed, SELECT of the old name":      {all(rename("A", "B")), "SELECT A", `t NO [NONEXISTENT] {*}named "B" now`},
		"renamed, STATUS of the old name":      {all(rename("A", "B")), "STATUS A (MESSAGES)", `t NO [NONEXISTENT] {*}named "B" now`},
		"renamed, COPY to the old name":        {all(rename("A", "B")), "COPY 1 A", `t NO [TRYCREATE] {*}named "B" now`},
		"renamed twice":                        {all(rename("A", "B"), rename("B", "é")), "DELETE A", `t NO [NONEXISTENT] {*}named "\u00e9" now`},
		"renamed, and back":                    {all(rename("A", "B"), rename("B", "A")), "DELETE A", "t OK DELETE completed; no mailbox is selected"},
		"renamed, and it goes on":              {all(rename("A", "B")), "FETCH 1 UID", "* 1 FETCH (UID 1)"},
		"renamed, another has its name":        {all(rename("A", "B"), create("A")), "DELETE A", `t OK DELETE completed{*}named "B" now`},
		"deleted":                              {all(remove("A")), "NOOP", "* BYE the selected mailbox was deleted"},
		"deleted, DELETE":                      {all(remove("A")), "DELETE A", "* BYE the selected mailbox was deleted"},
		"deleted, FETCH":                       {all(remove("A")), "STORE 1 FLAGS ()", "* BYE the selected mailbox was deleted"},
		"deleted, IDLE":                        {all(remove("A")), "IDLE", "* BYE the selected mailbox was deleted"},
		"deleted, with mailboxes below":        {all(create("A/x"), remove("A")), "NOOP", "* BYE the selected mailbox was deleted; its name is left{*}"},
		"deleted, and made again":              {all(remove("A"), create("A")), "NOOP", "* BYE the selected mailbox was deleted; there is a new one of that name"},
		"renamed and deleted":                  {all(rename("A", "B"), remove("B")), "NOOP", `* BYE the selected mailbox was deleted, after it had been renamed to "B"`},
		"deleted, another renamed to its name": {all(create("B"), remove("A"), rename("B", "A")), "NOOP", "* BYE the selected mailbox was deleted; there is a new one of that name"},
		"a new UIDVALIDITY":                    {all(bump), "NOOP", "* BYE the selected mailbox has a new UIDVALIDITY"},
		"a new UIDVALIDITY, renamed":           {all(bump, rename("A", "B")), "NOOP", "* BYE the selected mailbox has a new UIDVALIDITY"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory())
			user := (*store.Store)(srv.Store()).Users()[0]
			box, err := user.Create("A")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := box.Append([]byte("Subject: one\r\n\r\n")); err != nil {
				t.Fatal(err)
			}
			nc, err := srv.Dial(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			a := &asker{t: t, nc: nc, r: bufio.NewReader(nc)}
			a.reset()
			a.want("OK", "LOGIN user password")
			a.want("OK", "SELECT A")
			for _, do := range test.others {
				if err := do(user); err != nil {
					t.Fatal(err)
				}
			}
			a.converse("t " + test.next + "\r\n")
			var got string
			for !strings.HasPrefix(got, "t ") && !strings.HasPrefix(got, "* BYE") && !strings.HasPrefix(got, "* 1 FETCH") {
				if got, err = a.r.ReadString('\n'); err != nil {
					t.Fatalf("got %v, want %s", err, test.want)
				}
			}
			if !dialogue.Match(test.want, strings.TrimSuffix(got, "\r\n")) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
