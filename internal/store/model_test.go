package store

import (
	"maps"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// model is a mailbox as plainly as it can be written, and a reader of its log
// that knows only what it was told.
type model struct {
	mbox    *Mailbox
	flags   map[imap.UID]map[imap.Flag]bool
	uidNext imap.UID
	modseq  uint64

	told   map[imap.UID]map[imap.Flag]bool // by ChangesSince
	toldTo uint64

	snapshots []modelSnapshot
}

// modelSnapshot is a snapshot, and the flags that the model had then.
type modelSnapshot struct {
	snap  *Snapshot
	flags map[imap.UID]map[imap.Flag]bool
}

func (m *model) snapshot(t *rapid.T) {
	m.snapshots = append(m.snapshots, modelSnapshot{m.mbox.Owner().store.Snapshot(), maps.Clone(m.flags)})
}

// restore any of the snapshots. The model's sets of flags are never changed,
// only replaced, so that they can be shared.
func (m *model) restore(t *rapid.T) {
	if len(m.snapshots) == 0 {
		t.Skip("no snapshot yet")
	}
	s := rapid.SampledFrom(m.snapshots).Draw(t, "snapshot")
	m.mbox.Owner().store.Restore(s.snap)
	if !maps.EqualFunc(m.flags, s.flags, maps.Equal[map[imap.Flag]bool]) {
		m.modseq++
	}
	m.flags = maps.Clone(s.flags)
}

func newModel(mbox *Mailbox) *model {
	return &model{
		mbox: mbox, uidNext: 1, modseq: 1,
		flags: make(map[imap.UID]map[imap.Flag]bool), told: make(map[imap.UID]map[imap.Flag]bool),
	}
}

func modelFlags() []imap.Flag {
	return []imap.Flag{imap.FlagSeen, imap.FlagDeleted, imap.FlagAnswered, "$A", "$B"}
}

func drawUIDs(t *rapid.T) imap.UIDSet {
	return imap.UIDSetNum(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) imap.UID {
		return imap.UID(rapid.IntRange(1, 30).Draw(t, "uid"))
	}), 0, 6).Draw(t, "uids")...)
}

func drawFlags(t *rapid.T) []imap.Flag {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(modelFlags()), 0, 3, rapid.ID).Draw(t, "flags")
}

func asSet(flags []imap.Flag) map[imap.Flag]bool {
	out := make(map[imap.Flag]bool)
	for _, flag := range flags {
		out[flag] = true
	}
	return out
}

// present are the UIDs of a set that are there, ascending.
func (m *model) present(uids imap.UIDSet) []imap.UID {
	var out []imap.UID
	for _, uid := range slices.Sorted(maps.Keys(m.flags)) {
		if uids.Contains(uid) {
			out = append(out, uid)
		}
	}
	return out
}

func (m *model) add(flags map[imap.Flag]bool) {
	m.flags[m.uidNext] = flags
	m.uidNext++
	m.modseq++
}

func (m *model) remove(uids []imap.UID) {
	for _, uid := range uids {
		delete(m.flags, uid)
	}
	if len(uids) > 0 {
		m.modseq++
	}
}

func (m *model) store(uids []imap.UID, op imap.StoreFlagsOp, flags []imap.Flag) {
	changed := false
	for _, uid := range uids {
		next := maps.Clone(m.flags[uid])
		if op == imap.StoreFlagsSet {
			clear(next)
		}
		for _, flag := range flags {
			if op == imap.StoreFlagsDel {
				delete(next, flag)
			} else {
				next[flag] = true
			}
		}
		if !maps.Equal(next, m.flags[uid]) {
			m.flags[uid], changed = next, true
		}
	}
	if changed {
		m.modseq++
	}
}

// read follows the log.
func (m *model) read(t *rapid.T) {
	c := m.mbox.ChangesSince(m.toldTo)
	if c.Reset || c.Deleted {
		t.Fatalf("changes since %d: reset %v, deleted %v", m.toldTo, c.Reset, c.Deleted)
	}
	for _, uid := range c.Expunged {
		if m.told[uid] == nil {
			t.Fatalf("message %d is told to be expunged and was never told of", uid)
		}
		delete(m.told, uid)
	}
	for _, msg := range c.Messages {
		if added := m.told[msg.UID] == nil; !c.Restored && added != (msg.CreatedModSeq() > m.toldTo) {
			t.Fatalf("message %d: created at %d, told since %d", msg.UID, msg.CreatedModSeq(), m.toldTo)
		}
		m.told[msg.UID] = asSet(msg.Flags)
	}
	m.toldTo = c.ModSeq
	m.compare(t, "told by the log", m.told)
}

func (m *model) compare(t *rapid.T, what string, got map[imap.UID]map[imap.Flag]bool) {
	if !maps.EqualFunc(got, m.flags, maps.Equal[map[imap.Flag]bool]) {
		t.Fatalf("%s: got %v, want %v", what, got, m.flags)
	}
}

// check compares everything that the mailbox says with the model.
func (m *model) check(t *rapid.T) {
	got := make(map[imap.UID]map[imap.Flag]bool)
	last := imap.UID(0)
	for _, msg := range m.mbox.Messages() {
		if msg.UID <= last {
			t.Fatalf("UID %d after %d", msg.UID, last)
		}
		last = msg.UID
		got[msg.UID] = asSet(msg.Flags)
	}
	m.compare(t, "messages", got)
	unseen, deleted := 0, 0
	for _, flags := range m.flags {
		if !flags[imap.FlagSeen] {
			unseen++
		}
		if flags[imap.FlagDeleted] {
			deleted++
		}
	}
	s := m.mbox.Status()
	if s.Messages != len(m.flags) || s.Unseen != unseen || s.Deleted != deleted ||
		s.UIDNext != m.uidNext || s.HighestModSeq != m.modseq {
		t.Fatalf("status %+v, want %d messages, %d unseen, %d deleted, UIDNEXT %d, modseq %d",
			s, len(m.flags), unseen, deleted, m.uidNext, m.modseq)
	}
}

// TestModel does the same at random to a mailbox and to the model.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, err := New().AddUser("alice", "secret")
		if err != nil {
			t.Fatal(err)
		}
		m := newModel(u.Inbox())
		ok := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				flags := drawFlags(t)
				_, err := m.mbox.Append([]byte("x"), WithFlags(flags...))
				ok(err)
				m.add(asSet(flags))
			},
			"store": func(t *rapid.T) {
				uids, flags := drawUIDs(t), drawFlags(t)
				op := imap.StoreFlagsOp(rapid.IntRange(0, 2).Draw(t, "op"))
				ok(m.mbox.Store(uids, op, flags...))
				m.store(m.present(uids), op, flags)
			},
			"expunge": func(t *rapid.T) {
				uids := drawUIDs(t)
				gone, err := m.mbox.Expunge(uids)
				ok(err)
				want := m.present(uids)
				if !slices.Equal(gone, want) {
					t.Fatalf("expunged %v, want %v", gone, want)
				}
				m.remove(want)
			},
			"copy to itself": func(t *rapid.T) {
				uids := drawUIDs(t)
				_, err := m.mbox.Copy(uids, m.mbox)
				ok(err)
				for _, uid := range m.present(uids) {
					m.add(maps.Clone(m.flags[uid]))
				}
			},
			"move to itself": func(t *rapid.T) {
				uids := drawUIDs(t)
				_, err := m.mbox.Move(uids, m.mbox)
				ok(err)
				moved := m.present(uids)
				for _, uid := range moved {
					m.add(maps.Clone(m.flags[uid]))
				}
				m.remove(moved)
			},
			"snapshot":     m.snapshot,
			"restore":      m.restore,
			"read the log": m.read,
			"":             m.check,
		})
	})
}
