package store

import "testing"

// A store knows that it has a mailbox whose UIDs do not stick, however it came by it, as long
// as it has it: UIDONLY must not be advertised then (RFC 9586, section 3.6).
func TestHasUIDNotSticky(t *testing.T) {
	has := func(what string, s *Store, want bool) {
		t.Helper()
		equal(t, what, s.HasUIDNotSticky(), want)
	}
	u := newUser(t)
	has("a new one", u.store, false)
	before := u.store.Snapshot()
	mbox, err := u.Create("Odd", UIDNotSticky())
	check(t, err)
	has("made so", u.store, true)
	with := u.store.Snapshot()
	has("a copy", with.Copy(nil), true)
	has("a copy of what was before", before.Copy(nil), false)
	u.store.Restore(before)
	has("restored without", u.store, false)
	u.store.Restore(with)
	has("restored with", u.store, true)
	check(t, u.Delete(mbox.Name()))
	has("deleted", u.store, false)
	check(t, u.Inbox().Configure(UIDNotSticky()))
	has("configured", u.store, true)
	loaded := New()
	check(t, loaded.Load(u.store.Fixture()))
	has("loaded", loaded, true)
}
