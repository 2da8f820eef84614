package sweep

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// identity tells messages apart whatever mailbox they are in: by Message-ID and body, because
// servers put lines into the header on the way; else by their bytes.
type identity struct {
	id   string // Message-ID, "" for none
	hash [8]byte
}

func identify(m memstore.Message) identity {
	raw, id := m.Raw(), m.MessageID()
	if id != "" {
		_, raw, _ = bytes.Cut(raw, []byte("\r\n\r\n"))
	}
	sum := sha256.Sum256(raw)
	return identity{id, [8]byte(sum[:8])}
}

// identify is the same, remembered of the messages with which all servers begin.
func (sw *sweep) identify(m memstore.Message) identity {
	if raw := m.Raw(); len(raw) > 0 {
		if known, ok := sw.known[&raw[0]]; ok {
			return known
		}
	}
	return identify(m)
}

// kept is a message as a run leaves it. UIDs are not part of it.
type kept struct {
	account, mailbox string
	message          identity
	flags            string
}

// kept is what there is in a mailbox, one entry a copy.
type contents struct {
	list     []kept
	subjects map[identity]string
}

// contents are what a server has.
func (sw *sweep) contents(srv *imaptest.Server) contents {
	c := contents{subjects: make(map[identity]string)}
	for _, user := range srv.Store().Users() {
		for _, mbox := range user.Mailboxes() {
			for _, m := range mbox.Messages() {
				id := sw.identify(m)
				c.list = append(c.list, kept{user.Name(), mbox.Name(), id, flagText(m.Flags)})
				if _, known := c.subjects[id]; !known {
					c.subjects[id] = m.Subject()
				}
			}
		}
	}
	return c
}

// messages are all that a server has.
func messages(srv *imaptest.Server) []memstore.Message {
	var out []memstore.Message
	for _, user := range srv.Store().Users() {
		for _, mbox := range user.Mailboxes() {
			out = append(out, mbox.Messages()...)
		}
	}
	return out
}

func flagText(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, flag := range flags {
		words[i] = string(flag)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// owned is a message in an account.
type owned struct {
	account string
	message identity
}

// copies counts them.
func (c contents) copies() map[owned]int {
	out := make(map[owned]int)
	for _, k := range c.list {
		out[owned{k.account, k.message}]++
	}
	return out
}

// name is the message as a person knows it.
func (c contents) name(id identity) string {
	if subject, known := c.subjects[id]; known && subject != "" {
		return fmt.Sprintf("%q", subject)
	}
	if id.id != "" {
		return "<" + id.id + ">"
	}
	return fmt.Sprintf("a message without subject and Message-ID (%x)", id.hash[:4])
}

// without leaves messages out, and sorts.
func (c contents) without(messages map[identity]bool) []kept {
	out := slices.DeleteFunc(slices.Clone(c.list), func(k kept) bool { return messages[k.message] })
	slices.SortFunc(out, compareKept)
	return out
}

func compareKept(a, b kept) int {
	if n := strings.Compare(a.account, b.account); n != 0 {
		return n
	}
	if n := strings.Compare(a.mailbox, b.mailbox); n != 0 {
		return n
	}
	if n := strings.Compare(a.message.id, b.message.id); n != 0 {
		return n
	}
	if n := bytes.Compare(a.message.hash[:], b.message.hash[:]); n != 0 {
		return n
	}
	return strings.Compare(a.flags, b.flags)
}

// changedLines are what one state has and the other has not.
func changedLines(want, got contents, leftOut map[identity]bool) (lines []string, signature string) {
	was, is := want.without(leftOut), got.without(leftOut)
	var marks []string
	add := func(sign string, k kept, names contents) {
		where := k.mailbox
		if len(want.accounts()) > 1 {
			where = k.account + ": " + where
		}
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", sign, where, k.flags)), " ")+" "+names.name(k.message))
		if mark := sign + where; !slices.Contains(marks, mark) {
			marks = append(marks, mark)
		}
	}
	for len(was) > 0 || len(is) > 0 {
		switch {
		case len(is) == 0 || len(was) > 0 && compareKept(was[0], is[0]) < 0:
			add("-", was[0], want)
			was = was[1:]
		case len(was) == 0 || compareKept(was[0], is[0]) > 0:
			add("+", is[0], got)
			is = is[1:]
		default:
			was, is = was[1:], is[1:]
		}
	}
	slices.Sort(marks)
	return lines, strings.Join(marks, " ")
}

func (c contents) accounts() map[string]bool {
	out := make(map[string]bool)
	for _, k := range c.list {
		out[k.account] = true
	}
	return out
}
