package store

import (
	"slices"
	"sync"
)

// guard is what a mailbox is locked with, and the clock of its modseqs. Each mailbox has its
// own; or all of an account have one, and then a modseq is the account's: what happens in one
// mailbox moves the HIGHESTMODSEQ of all, as at some servers it does.
type guard struct {
	mu     sync.RWMutex // guards what follows, and the mailboxes that have the guard
	order  uint64       // two guards are locked in the order of this number
	modseq uint64       // the highest that was given out
	by     uint32       // who changes something at the moment
}

func (s *Store) newGuard() *guard {
	g := &guard{}
	g.begin(s)
	return g
}

func (g *guard) begin(s *Store) { g.order, g.modseq = s.lastGuard.Add(1), 1 }

// WithAccountModSeq gives all mailboxes of an account one HIGHESTMODSEQ. RFC 7162, section
// 3.1, asks for modseqs that ascend in each mailbox, and these do.
func WithAccountModSeq() UserOption {
	return func(u *User) {
		if u.guard == nil {
			u.guard = u.store.newGuard()
		}
	}
}

// clock is the modseq of all mailboxes, 0 if each has its own; u.mu and their locks are held.
func (u *User) clock() uint64 {
	if u.guard == nil {
		return 0
	}
	return u.guard.modseq
}

// guarded is a new mailbox of the account with what it is locked with.
func (u *User) guarded(m *Mailbox) *Mailbox {
	if m.guard = u.guard; m.guard == nil {
		m.own.begin(u.store)
		m.guard = &m.own
	}
	return m
}

// tick makes the modseq of a change of the mailbox; m.mu is held.
func (m *Mailbox) tick() { m.stamp(m.nextModSeq()) }

// stamp notes the modseq of a change of the mailbox; m.mu is held.
func (m *Mailbox) stamp(modseq uint64) {
	m.modseq = modseq
	m.guard.modseq = max(m.guard.modseq, modseq)
}

// nextModSeq is the modseq of the next change; m.mu is held.
func (m *Mailbox) nextModSeq() uint64 { return m.guard.modseq + 1 }

// highest is the HIGHESTMODSEQ. There is no change of the mailbox beyond it, so that who has
// read the log up to here can go on from it; m.mu is held.
func (m *Mailbox) highest() uint64 { return m.guard.modseq }

// lockBoth locks two mailboxes, which may be one, always in the same order.
func lockBoth(a, b *Mailbox) (unlock func()) {
	first, second := a.guard, b.guard
	switch {
	case first == second:
		first.mu.Lock()
		return first.mu.Unlock
	case first.order > second.order:
		first, second = second, first
	}
	first.mu.Lock()
	second.mu.Lock()
	return func() {
		second.mu.Unlock()
		first.mu.Unlock()
	}
}

// guards are those of several mailboxes.
type guards []*guard

// lock locks them in their order, and each once.
func (g *guards) lock() {
	slices.SortFunc(*g, func(a, b *guard) int { return int(int64(a.order) - int64(b.order)) })
	*g = slices.Compact(*g)
	for _, one := range *g {
		one.mu.Lock()
	}
}

func (g guards) unlock() {
	for _, one := range g {
		one.mu.Unlock()
	}
}
