package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/search"
	"github.com/go-mailtest/mailtest/internal/thread"
)

// threadRow is a row of the table of THREAD algorithms.
type threadRow struct {
	name string
	cap  imap.Cap
	run  func([]thread.Message, thread.Stop) []*thread.Node
}

var threadTable = []threadRow{
	{"ORDEREDSUBJECT", CapThreadOrderedSubject, thread.OrderedSubject},
	{"REFERENCES", CapThreadReferences, thread.References},
	{"REFS", CapThreadRefs, thread.Refs},
}

// THREAD and UID THREAD: RFC 5256, section 3.
//
//	thread = "THREAD" SP thread-alg SP charset 1*(SP search-key)
type threadCmd struct {
	searchCmd
	algorithm *threadRow
}

func parseThread(p *parser) command {
	cmd := &threadCmd{}
	cmd.tag, cmd.uid = p.c.tag, p.uid
	p.SP()
	name := p.Keyword()
	for i := range threadTable {
		if row := &threadTable[i]; row.name == name && p.has(row.cap) {
			cmd.algorithm = row
		}
	}
	if cmd.algorithm == nil {
		p.Fail("unknown THREAD algorithm %q", name)
	}
	p.SP()
	cmd.parseCharsetAndKeys(p)
	return cmd
}

// run threads all messages of a mailbox or none (RFC 9738, section 3.3).
func (cmd *threadCmd) run(c *conn, ok *okResponse) error {
	if err := c.overLimit(len(c.view.uids)); err != nil {
		return err
	}
	ctx, found, err := cmd.find(c, ok)
	if err != nil {
		return err
	}
	nums := c.view.numbers(uidsOf(found), cmd.uid)
	messages := make([]thread.Message, len(found))
	for i := range found {
		if c.interrupted() {
			return errGone
		}
		messages[i] = threadMessage(nums[i], c.collation, ctx.candidate(&found[i]))
	}
	e := c.enc.Raw("* THREAD")
	if list := thread.Format(cmd.algorithm.run(messages, c.interrupted)); list != "" {
		e.SP().Raw(list)
	}
	e.CRLF()
	return nil
}

func threadMessage(num uint32, collation mimetree.Collation, m search.Message) thread.Message {
	c := search.ConversationIn(collation, m)
	return thread.Message{
		ID: num, MessageID: c.MessageID, InReplyTo: c.InReplyTo, References: c.References,
		Subject: c.Subject, IsReply: c.IsReply, Sent: c.Sent,
	}
}
