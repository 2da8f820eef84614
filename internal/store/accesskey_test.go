package store

import "testing"

// RFC 4467, section 2.2: a key is per user and per mailbox.
func TestAccessKeys(t *testing.T) {
	s := New()
	one, _ := s.AddUser("one", "x")
	two, _ := s.AddUser("two", "x")
	box, err := one.Create("box")
	if err != nil {
		t.Fatal(err)
	}
	key := one.AccessKey(box)
	if key != one.AccessKey(box) {
		t.Error("a key is made twice")
	}
	for name, other := range map[string]AccessKey{"account": two.AccessKey(box), "mailbox": one.AccessKey(one.Inbox())} {
		if other == key || other == (AccessKey{}) {
			t.Errorf("the key of another %s is the same, or none", name)
		}
	}
	if err := one.Rename("box", "other"); err != nil || one.AccessKey(box) != key {
		t.Errorf("a renamed mailbox has another key, %v", err)
	}
}

// A reset changes that key, wakes who waits for that mailbox, and leaves all else.
func TestResetAccessKey(t *testing.T) {
	s := New()
	one, _ := s.AddUser("one", "x")
	two, _ := s.AddUser("two", "x")
	inbox, theirs := one.Inbox(), two.Inbox()
	before, beside, shared := one.AccessKey(inbox), two.AccessKey(inbox), one.AccessKey(theirs)
	changed := inbox.Changed()
	one.ResetAccessKey(inbox)
	select {
	case <-changed:
	default:
		t.Error("nobody is woken")
	}
	if one.AccessKey(inbox) == before || two.AccessKey(inbox) != beside || one.AccessKey(theirs) != shared {
		t.Error("want another key of this account and mailbox alone")
	}
	if n := one.AccessKeyResets(inbox); n != 1 || two.AccessKeyResets(inbox) != 0 {
		t.Errorf("%d resets, and %d of the other account", n, two.AccessKeyResets(inbox))
	}
	before, changed = one.AccessKey(inbox), theirs.Changed()
	one.ResetAccessKeys()
	select {
	case <-changed:
	default:
		t.Error("who waits for a shared mailbox is not woken")
	}
	if one.AccessKey(inbox) == before || one.AccessKey(theirs) == shared || two.AccessKey(inbox) != beside {
		t.Error("want all keys of this account reset, and those alone")
	}
}

// The reset of all keys wakes who waits for any mailbox of which the account had one, whoever's
// it is.
func TestResetAccessKeysWakesAll(t *testing.T) {
	s := New()
	one, _ := s.AddUser("one", "x")
	two, _ := s.AddUser("two", "x")
	ours, err := s.Share("ours")
	if err != nil {
		t.Fatal(err)
	}
	for whose, m := range map[string]*Mailbox{"its own": one.Inbox(), "another's": two.Inbox(), "nobody's": ours} {
		one.AccessKey(m)
		changed := m.Changed()
		one.ResetAccessKeys()
		select {
		case <-changed:
		default:
			t.Errorf("%s: nobody is woken", whose)
		}
	}
}
