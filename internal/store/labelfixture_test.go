package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/fixtures"
)

func labelledSet(t *testing.T, text string) *fixtures.Set {
	t.Helper()
	set, err := fixtures.Load(fixtures.TxtarBytes([]byte(strings.ReplaceAll(text, "\n\t", "\n"))))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestLabelsOfFixture: a message lies in its home and says who shows it, or in the folder of a
// label; equal bytes in two of those are one message, and in the home they are two.
func TestLabelsOfFixture(t *testing.T) {
	s := New()
	if err := s.Load(labelledSet(t, `
	-- accounts.txt --
	alice password=x labels=trash
	-- alice/All/mailbox.txt --
	special-use \All
	a.eml labels=INBOX:3,Work:9
	b.eml label="New one" flags=\Flagged
	-- alice/All/a.eml --
	Subject: a
	-- alice/All/b.eml --
	Subject: b
	-- alice/All/same.eml --
	Subject: b
	-- alice/Work/c.eml --
	Subject: c
	-- alice/INBOX/c.eml --
	Subject: c
	`)); err != nil {
		t.Fatal(err)
	}
	u, _ := s.User("alice")
	wantCounts(t, u, map[string]int{"All": 4, "INBOX": 2, "Work": 2, "New one": 1, "Starred": 1, "Trash": 0})
	in, _ := u.Mailbox("INBOX")
	work, _ := u.Mailbox("Work")
	if _, found := in.Message(3); !found {
		t.Error("INBOX has no UID 3")
	}
	if got, found := work.Message(9); !found || got.Subject() != "a" {
		t.Errorf("Work has not the message with UID 9: %v", got)
	}
	if rules, _ := u.LabelRules(); rules.Expunged != ExpungedTrash || rules.All != "All" || rules.Spam != "Spam" {
		t.Errorf("rules %+v", rules)
	}
}

func TestLabelErrorsOfFixture(t *testing.T) {
	for text, kind := range map[string]error{
		"a.eml labels=All":         ErrInvalidName,
		"a.eml labels=Work/below:": nil,
		"uidnext 3":                nil,
	} {
		set := labelledSet(t, "-- accounts.txt --\nalice password=x labels\n-- alice/All/mailbox.txt --\nspecial-use \\All\n"+text+"\n-- alice/All/a.eml --\nSubject: a\n")
		err := New().Load(set)
		if kind == nil && err != nil || kind != nil && !errors.Is(err, kind) {
			t.Errorf("%q: %v, want %v", text, err, kind)
		}
	}
	// Mail of no account goes to the first one of the store, which has no labels here.
	s := New()
	if _, err := s.AddUser("bob", "x"); err != nil {
		t.Fatal(err)
	}
	set := labelledSet(t, "-- INBOX/mailbox.txt --\na.eml labels=Work\n-- INBOX/a.eml --\nSubject: a\n")
	if err := s.Load(set); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), `a.eml: it has labels, and account "bob" has none`) {
		t.Errorf("labels of an account without: %v", err)
	}
	// The outline in which a fixture is tried has the labels, too: a second one fits or changes nothing.
	labels := labelledSet(t, "-- accounts.txt --\nalice password=x labels\n-- alice/All/mailbox.txt --\nspecial-use \\All\na.eml labels=Work:5\n-- alice/All/a.eml --\nSubject: a\n")
	if err := s.Load(labels); err != nil {
		t.Fatal(err)
	}
	labels.Accounts[0].Password, labels.Accounts[0].Labels = "", nil
	if err := s.Load(labels); !errors.Is(err, ErrInvalidUID) {
		t.Errorf("UID 5 again: %v", err)
	}
	alice, _ := s.User("alice")
	wantCounts(t, alice, map[string]int{"All": 1, "Work": 1})
}
