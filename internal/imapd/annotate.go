package imapd

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// Annotations of messages: RFC 5257.
//
//	att-annotate = "ANNOTATION" SP "(" entry-att *(SP entry-att) ")"
//	entry-att    = entry SP "(" att-value *(SP att-value) ")"
//	att-value    = attrib SP value
//	value        = nstring / literal8

// maxAnnotation is how long a value may be where nothing else is said: the response code has
// a number.
const maxAnnotation = 65536

// annotationLimits are those for messages.
func (c *conn) annotationLimits() store.AnnotationLimits {
	limits := c.srv.cfg.Annotations
	if limits.Size == 0 {
		limits.Size = maxAnnotation
	}
	return limits
}

// annotationsCode says what SELECT says of them (RFC 5257, section 4.1).
//
//	"ANNOTATIONS" SP ("NONE" / (("READ-ONLY" / nz-number) [SP "NOPRIVATE"]))
func (c *conn) annotationsCode(v *view) string {
	limits := c.annotationLimits()
	level := strconv.Itoa(limits.Size)
	switch {
	case !v.mbox.HasNotes():
		return "ANNOTATIONS NONE"
	case v.readOnly:
		level = "READ-ONLY"
	}
	if limits.NoPrivate {
		level += " NOPRIVATE"
	}
	return "ANNOTATIONS " + level
}

// notes reads what STORE and APPEND set.
func (p *parser) notes() (out []store.Note) {
	p.SP()
	p.List(func() {
		entry := p.noteEntry()
		p.SP()
		p.List(func() {
			note := store.Note{Entry: entry, Shared: p.attribute("value.priv", "value.shared") == "value.shared"}
			p.SP()
			note.Value = p.annotationValue()
			p.checkPartFlag(note)
			out = append(out, note)
		})
	})
	return out
}

// noteEntry reads the name of an entry without wildcards, of which a client may set the
// value: /flags and what is below it "MUST NOT be used" (section 3.5).
func (p *parser) noteEntry() string {
	entry := p.AString()
	if p.OK() && (strings.ContainsAny(entry, "*%") || entry == "/flags" || strings.HasPrefix(entry, "/flags/")) {
		p.Fail("%q is no entry that can be named here (RFC 5257, section 3.2)", entry)
	}
	p.checkNoteEntry(entry)
	return entry
}

// checkNoteEntry refuses what is no name (section 3.2), and parts that cannot be (3.2.1).
func (p *parser) checkNoteEntry(entry string) {
	if p.OK() && !isNoteEntry(entry) {
		p.Fail("%q is no entry of a message (RFC 5257, section 3.2)", entry)
	}
}

func isNoteEntry(entry string) bool {
	names := strings.Split(entry, "/")
	if len(names) < 2 || names[0] != "" || slices.Contains(names[1:], "") {
		return false
	}
	if strings.ContainsFunc(entry, func(r rune) bool { return r == 0 || r > 0x7e }) {
		return false
	}
	if part := names[1]; '0' <= part[0] && part[0] <= '9' {
		_, ok := partPath(part)
		return ok
	}
	return true
}

// partPath reads section-part (RFC 3501, section 9).
func partPath(part string) (path []int, ok bool) {
	for number := range strings.SplitSeq(part, ".") {
		n, err := strconv.ParseUint(number, 10, 31)
		if err != nil || n == 0 || number[0] == '0' {
			return nil, false
		}
		path = append(path, int(n))
	}
	return path, true
}

// checkPartFlag holds the flags of a part to "1", "0" and NIL (section 3.2.1).
func (p *parser) checkPartFlag(note store.Note) {
	names := strings.Split(note.Entry, "/")
	ofPart := len(names) == 4 && names[2] == "flags" && slices.Contains([]string{"seen", "answered", "flagged", "forwarded"}, names[3])
	if _, isPart := partPath(names[min(1, len(names)-1)]); p.OK() && ofPart && isPart {
		if text := string(note.Value); note.Value != nil && text != "0" && text != "1" {
			p.Fail(`%s is "0", "1" or NIL (RFC 5257, section 3.2.1)`, note.Entry)
		}
	}
}

// attribute reads one of these names, which have case (section 3.2).
func (p *parser) attribute(names ...string) string {
	name := p.AString()
	if p.OK() && !slices.Contains(names, name) {
		p.Fail("attribute %q cannot be named here (want %s)", name, strings.Join(names, ", "))
	}
	return name
}

// checkParts refuses entries of parts that a message has not: BAD (section 3.2.1).
func (c *conn) checkParts(m *store.Message, entries []string) error {
	return checkPartsOf(func() *mimetree.Message { return c.tree(m) }, entries)
}

func checkPartsOf(tree func() *mimetree.Message, entries []string) error {
	for _, entry := range entries {
		name, _, _ := strings.Cut(strings.TrimPrefix(entry, "/"), "/")
		if path, isPart := partPath(name); isPart && tree().Part(path) == nil {
			return bad("annotate.part", "there is no part %s (RFC 5257, section 3.2.1)", name)
		}
	}
	return nil
}

func entriesOf(notes []store.Note) []string {
	out := make([]string, len(notes))
	for i, note := range notes {
		out[i] = note.Entry
	}
	return out
}

// mayNote refuses annotations that the account may not set (section 3.4).
func (c *conn) mayNote(mbox *store.Mailbox, notes []store.Note) error {
	if len(notes) > 0 && !mbox.HasNotes() {
		return no("annotate.refused", imap.ResponseCodeCannot, "messages of this mailbox have no annotations")
	}
	for _, note := range notes {
		need := store.MayRead
		if note.Shared {
			need = store.MayAnnotate
		}
		if err := c.may(mbox, need); err != nil {
			return err
		}
	}
	return nil
}

// noteError is the answer to annotations that are refused (section 4.5).
func noteError(err error) error {
	var refused *store.RefusedAnnotation
	if !errors.As(err, &refused) {
		return storeError(err)
	}
	code := map[string]imap.ResponseCode{"MAXSIZE": "ANNOTATE TOOBIG", "TOOMANY": "ANNOTATE TOOMANY"}[refused.Code]
	return no("annotate.refused", code, "%s", trimPackage(err))
}

// checkNotes refuses annotations of a message that is to come.
func (c *conn) checkNotes(mbox *store.Mailbox, messages []appendMessage) error {
	for _, m := range messages {
		if err := c.mayNote(mbox, m.notes); err != nil {
			return err
		}
		if err := c.annotationLimits().CheckNotes(c.user, m.notes); err != nil {
			return noteError(err)
		}
		if err := checkPartsOf(func() *mimetree.Message { return mimetree.Parse(m.raw).Until(c.stop) }, entriesOf(m.notes)); err != nil {
			return err
		}
	}
	return nil
}

// tellsNotes says whether the client is told which annotations others have changed: who has
// asked for it with SELECT (section 4.2), or, where NOTIFY says what is told, there (RFC
// 5465, section 5.1).
func (c *conn) tellsNotes() bool {
	if c.notify != nil && c.notify.selected != nil {
		return c.notify.selected.events.annotationChange
	}
	return c.view.annotate
}

// writeNoted sends the entries that have changed, without values (section 4.4).
func (c *conn) writeNoted(entries []string) {
	c.enc.Raw("ANNOTATION (")
	for i, entry := range entries {
		if i > 0 {
			c.enc.SP()
		}
		c.writeEntry(entry)
	}
	c.enc.Raw(")")
}
