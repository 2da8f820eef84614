package search

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Labelled is a [Message] of an account with labels.
type Labelled interface {
	Message
	Number() uint64       // X-GM-MSGID
	ThreadNumber() uint64 // X-GM-THRID
	// Labels are names of mailboxes, and those like \Inbox: the ones of X-GM-LABELS, with that
	// of the mailbox in which is searched.
	Labels() []string
}

// labelled is a test of messages with labels; others do not pass.
func labelled(cost Cost, name string, arg any, test func(m Labelled) bool) Condition {
	return key(cost, name, arg, func(m Message) bool {
		with, ok := m.(Labelled)
		return ok && test(with)
	})
}

// Number is X-GM-MSGID.
func Number(n uint64) Condition {
	return labelled(CostFacts, "X-GM-MSGID", n, func(m Labelled) bool { return m.Number() == n })
}

// ThreadNumber is X-GM-THRID. It is made of message IDs.
func ThreadNumber(n uint64) Condition {
	return labelled(CostHeader, "X-GM-THRID", n, func(m Labelled) bool { return m.ThreadNumber() == n })
}

// labelWords are other words for labels like \Inbox.
var labelWords = map[string]string{`\drafts`: `\draft`, `\spam`: `\junk`, `\flagged`: `\starred`}

func foldLabel(label string) string {
	label = strings.ToLower(label)
	if word, other := labelWords[label]; other {
		return word
	}
	return label
}

// Label is X-GM-LABELS: met by messages with that label, in any case.
func Label(name string) Condition {
	name = foldLabel(name)
	return labelled(CostFacts, "X-GM-LABELS", name, func(m Labelled) bool {
		return slices.ContainsFunc(m.Labels(), func(have string) bool { return foldLabel(have) == name })
	})
}

// labelLike is a label as people write it in a search: with hyphens for what is no letter,
// number or underscore.
func labelLike(name string) Condition {
	name = hyphened(name)
	return labelled(CostFacts, "LABEL", name, func(m Labelled) bool {
		return slices.ContainsFunc(m.Labels(), func(have string) bool { return hyphened(have) == name })
	})
}

func hyphened(label string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(` /&()"'.,:;[]{}`, r) {
			return '-'
		}
		return r
	}, strings.ToLower(label))
}

// userLabel is met by messages with a label that somebody has made.
func userLabel() Condition {
	return labelled(CostFacts, "USER-LABEL", nil, func(m Labelled) bool {
		return slices.ContainsFunc(m.Labels(), func(have string) bool { return !strings.HasPrefix(have, `\`) })
	})
}

// attachments are the names of what is attached to a message, "" for one without.
func attachments(m Message) []string {
	var names []string
	var visit func(p *mimetree.Part)
	visit = func(p *mimetree.Part) {
		for _, child := range p.Children {
			visit(child)
		}
		if name := p.Filename(); !p.IsMultipart() && (name != "" || p.Disposition == "attachment") {
			names = append(names, name)
		}
	}
	visit(m.Tree().Root())
	return names
}

// hasAttachment is met by messages with a part that has a name or is said to be attached.
func hasAttachment() Condition {
	return key(CostText, "HAS-ATTACHMENT", nil, func(m Message) bool { return len(attachments(m)) > 0 })
}

// filename is met by messages with an attachment of that name, or that ends so, or that has
// the word in its name.
func filename(name string) Condition {
	name = strings.ToLower(name)
	return key(CostText, "FILENAME", name, func(m Message) bool {
		return slices.ContainsFunc(attachments(m), func(have string) bool {
			return have != "" && strings.Contains(strings.ToLower(have), name)
		})
	})
}

// starred is met by what is \Flagged.
func starred() Condition { return Flag(imap.FlagFlagged) }
