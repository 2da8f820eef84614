package store

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// firstID is what X-GM-MSGID begins with: numbers of 64 bits, of which no floating-point one
// keeps all, as a provider's are.
const firstID = 1 << 60

// Number is the X-GM-MSGID: two messages have the same one if and only if they have the
// same [Mail.EmailID].
func (c *Mail) Number() uint64 {
	if c == nil {
		return 0
	}
	return firstID + c.id
}

// threads are the threads of an account's messages, as far as somebody has asked. What was
// said of a message stays, whatever becomes of the others.
type threads struct {
	mu        sync.Mutex // taken before the guard
	of        map[uint64]*thread
	byID      map[string]*thread // by the IDs of its messages and of what they answer
	bySubject map[string]*thread

	// guarded by the account's guard
	looked bool    // at all messages but those that have come since
	since  []*Mail // have come
}

// came notes that a message is new in the account; the guard is held.
func (t *threads) came(mail *Mail) {
	if t.looked {
		t.since = append(t.since, mail)
	}
}

// lookAgain has all messages looked at; the guard is held.
func (t *threads) lookAgain() { t.looked, t.since = false, nil }

// thread is a conversation: messages that refer to each other and have one subject. Another
// subject begins another conversation.
type thread struct {
	id      uint64 // the Number of the message that came first
	subject string
}

// ThreadNumber is the X-GM-THRID in an account with labels: that of the thread's first
// message. Who says stop gets anything.
func (m Message) ThreadNumber(stop mimetree.Stop) uint64 {
	if m.labels == nil {
		return m.Number()
	}
	return m.labels.box.thread(m.Mail, stop)
}

// ThreadID is that of [Mail.ThreadID]; in an account with labels, two messages have the same
// one if and only if they have the same [Message.ThreadNumber].
func (m Message) ThreadID() string { return m.ThreadIDUntil(nil) }

// ThreadIDUntil is ThreadID of [Mail.TreeUntil].
func (m Message) ThreadIDUntil(stop mimetree.Stop) string {
	if m.labels == nil {
		return m.Mail.ThreadIDUntil(stop)
	}
	return "T" + strconv.FormatUint(m.ThreadNumber(stop), 10)
}

// thread is the number of a message's thread. When one is asked for that is not known, all
// messages of which that is so are looked at, in the order of coming.
func (b *labelBox) thread(mail *Mail, stop mimetree.Stop) uint64 {
	t := &b.threads
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.of[mail.id]; known != nil {
		return known.id
	}
	if t.of == nil {
		t.of, t.byID, t.bySubject = make(map[uint64]*thread), make(map[string]*thread), make(map[string]*thread)
	}
	for _, next := range b.unthreaded(mail) {
		tree := next.TreeUntil(stop)
		if stop != nil && stop() {
			b.user.guard.mu.Lock()
			defer b.user.guard.mu.Unlock()
			t.lookAgain()
			return mail.Number()
		}
		t.add(next, tree)
	}
	return t.of[mail.id].id
}

// unthreaded are the messages of which nobody has asked, in the order of coming, and one that
// may no longer be there.
func (b *labelBox) unthreaded(asked *Mail) []*Mail {
	b.user.guard.mu.Lock()
	defer b.user.guard.mu.Unlock()
	t := &b.threads
	mails := append(t.since, asked)
	if !t.looked {
		for _, home := range []*Mailbox{b.all, b.spam, b.trash} {
			for _, msg := range home.messages.all() {
				mails = append(mails, msg.mail)
			}
		}
	}
	t.looked, t.since = true, nil
	slices.SortFunc(mails, func(x, y *Mail) int { return cmp.Compare(x.id, y.id) })
	return slices.DeleteFunc(slices.Compact(mails), func(mail *Mail) bool { return t.of[mail.id] != nil })
}

// add finds the thread of a message, or begins one.
func (t *threads) add(mail *Mail, tree *mimetree.Message) {
	subject, isReply := tree.BaseSubject()
	own := tree.MessageID()
	answers := slices.Concat(tree.InReplyTo(), tree.References())
	slices.Reverse(answers) // the last one is what it answers
	for i, id := range answers {
		answers[i] = tree.CanonicalID(id)
	}
	ids := answers
	if own != "" {
		ids = append(ids, tree.CanonicalID(own))
	}
	found := t.find(ids, subject)
	if found == nil && len(answers) == 0 && isReply && subject != "" {
		found = t.bySubject[subject]
	}
	if found == nil {
		found = &thread{mail.Number(), subject}
	}
	t.of[mail.id] = found
	for _, id := range ids {
		if t.byID[id] == nil {
			t.byID[id] = found
		}
	}
	if own != "" {
		t.byID[tree.CanonicalID(own)] = found
	}
	t.bySubject[subject] = found
}

func (t *threads) find(ids []string, subject string) *thread {
	for _, id := range ids {
		if found := t.byID[id]; found != nil && found.subject == subject {
			return found
		}
	}
	return nil
}

// copy has the threads of another account.
func (t *threads) copy(from *threads) {
	from.mu.Lock()
	defer from.mu.Unlock()
	t.of, t.byID, t.bySubject = maps.Clone(from.of), maps.Clone(from.byID), maps.Clone(from.bySubject)
}
