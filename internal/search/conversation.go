package search

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Conversation is what THREAD looks at in a message (RFC 5256, section 3).
type Conversation struct {
	MessageID  string // IDs are in the form in which they are compared; "" for none
	InReplyTo  []string
	References []string
	Subject    string    // the base subject, for comparing
	IsReply    bool      // making the base subject took away a "Re:" or "Fwd:"
	Sent       time.Time // the sent date, or else the internal one
}

// ConversationOf finds it.
func ConversationOf(m Message) Conversation { return ConversationIn(mimetree.UnicodeCasemap, m) }

// ConversationIn finds it, with the subject for comparing under a collation.
func ConversationIn(c mimetree.Collation, m Message) Conversation {
	tree := m.Tree()
	subject, isReply := tree.In(c).Subject()
	return Conversation{
		MessageID:  tree.CanonicalID(tree.MessageID()),
		InReplyTo:  canonical(tree, tree.InReplyTo()),
		References: canonical(tree, tree.References()),
		Subject:    subject, IsReply: isReply,
		Sent: sentOrReceived(m),
	}
}

func canonical(tree *mimetree.Message, ids []string) []string {
	for i, id := range ids {
		ids[i] = tree.CanonicalID(id)
	}
	return ids
}
