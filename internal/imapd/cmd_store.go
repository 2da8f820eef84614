package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// STORE and UID STORE: RFC 3501, section 6.4.6; UNCHANGEDSINCE: RFC 7162,
// section 3.1.3.
//
//	store           = "STORE" SP sequence-set [store-modifiers] SP store-att-flags
//	store-modifiers = SP "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")"
//	store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
//	store-att-flags =/ att-annotate                                ; RFC 5257
//
// With labels there is X-GM-LABELS in place of FLAGS: see labels.go.
type storeCmd struct {
	uid            bool
	set            imapwire.NumSet
	op             imap.StoreFlagsOp
	silent         bool
	flags          []imap.Flag
	labels         []string     // X-GM-LABELS; nil: FLAGS
	notes          []store.Note // of ANNOTATION
	unchangedSince *uint64
}

func parseStore(p *parser) command {
	cmd := &storeCmd{uid: p.uid}
	p.SP()
	cmd.set = p.NumSet()
	p.SP()
	if p.has(imap.CapCondStore) && p.Peek() == '(' {
		p.List(func() {
			p.option("STORE modifier", "UNCHANGEDSINCE")
			p.SP()
			since := p.Number64()
			cmd.unchangedSince = &since
		})
		p.SP()
	}
	cmd.op = imap.StoreFlagsSet
	switch {
	case p.Try('+'):
		cmd.op = imap.StoreFlagsAdd
	case p.Try('-'):
		cmd.op = imap.StoreFlagsDel
	}
	words := []string{"FLAGS", "FLAGS.SILENT"}
	if p.has(CapXGMExt1) {
		words = append(words, "X-GM-LABELS", "X-GM-LABELS.SILENT")
	}
	if p.has(CapAnnotate) && cmd.op == imap.StoreFlagsSet {
		words = append(words, "ANNOTATION")
	}
	item, silent := strings.CutSuffix(p.option("STORE item", words...), ".SILENT")
	cmd.silent = silent || item == "ANNOTATION"
	if item == "ANNOTATION" {
		cmd.notes = p.notes()
		return cmd
	}
	p.SP()
	if item == "X-GM-LABELS" {
		cmd.labels = p.labels()
		return cmd
	}
	cmd.flags = p.FlagsBareOrList()
	return cmd
}

// run is OK for the messages that are there, also if none is: RFC 2180, section 4.2.1,
// wants it of .SILENT; without it section 4.2 has more than one way, and Dovecot and
// Cyrus take this one.
func (cmd *storeCmd) run(c *conn, ok *okResponse) error {
	v := c.view
	if v.readOnly {
		return no("mailbox.readonly", "", "the mailbox is read-only")
	}
	if err := cmd.permitted(c); err != nil {
		return err
	}
	uids, err := v.resolve(cmd.set, cmd.uid)
	if err != nil {
		return err
	}
	if cmd.unchangedSince != nil {
		if v.mbox.NoModSeq() {
			return noModSeq()
		}
		c.enableCondStore()
	}
	uids = c.limitTo(uids, ok)
	result, err := cmd.store(c, uids)
	if err != nil {
		return err
	}
	cmd.promise(c, result)
	if len(result.Modified) > 0 {
		ok.code = "MODIFIED " + formatNums(v.numbers(result.Modified, cmd.uid))
		ok.text = "conditional STORE failed for some"
	}
	ok.lost = len(result.Messages)+len(result.Modified)+len(result.Removed) < len(uids)
	if rules, labels := v.mbox.Owner().LabelRules(); labels && rules.AutoExpunge {
		ok.tellsExpunges = len(result.Removed) > 0 // in place of FETCH
	}
	return nil
}

// permitted refuses only if none of the flags may be changed (RFC 4314, section 4). What
// names no flag changes whichever there are.
func (cmd *storeCmd) permitted(c *conn) error {
	if cmd.labels != nil {
		return c.mayLabel()
	}
	if len(cmd.notes) > 0 {
		return c.mayNote(c.view.mbox, cmd.notes)
	}
	if len(cmd.flags) == 0 {
		return c.mayAny(c.view.mbox, flagRights)
	}
	if have := c.rights(c.view.mbox); len(have.Settable(cmd.flags)) == 0 {
		return noPerm("none of these flags may be changed: you have the rights %q", have)
	}
	return nil
}

// store changes flags, labels or annotations.
func (cmd *storeCmd) store(c *conn, uids []imap.UID) (result store.StoreResult, err error) {
	v := c.view
	switch {
	case cmd.labels != nil:
		result, err = v.at.StoreLabels(store.UIDSet(uids), cmd.unchangedSince, cmd.op, cmd.labels)
	case len(cmd.notes) > 0:
		return cmd.annotate(c, uids)
	default:
		result, err = v.at.StoreIf(uids, cmd.unchangedSince, cmd.op, c.canSet(v.mbox, cmd.flags))
	}
	return result, storeError(err)
}

// annotate changes annotations, if all of the messages have the parts that they are of.
func (cmd *storeCmd) annotate(c *conn, uids []imap.UID) (store.StoreResult, error) {
	v := c.view
	messages := v.lookup(uids)
	for i := range messages {
		if err := c.checkParts(&messages[i], entriesOf(cmd.notes)); err != nil {
			return store.StoreResult{}, err
		}
	}
	result, err := v.at.AnnotateMessages(uids, cmd.unchangedSince, cmd.notes, c.annotationLimits())
	if err != nil {
		return result, noteError(err)
	}
	return result, nil
}

// promise notes what the client must be told of the messages that were
// stored. It knows its own change, but not what others changed before it.
func (cmd *storeCmd) promise(c *conn, result store.StoreResult) {
	v := c.view
	if cmd.silent {
		v.known.grow(len(result.Messages))
	}
	if !cmd.silent || c.tellsModSeq() {
		v.owed.grow(len(result.Messages))
	}
	for _, m := range result.Messages {
		switch {
		case cmd.labels != nil:
			if !cmd.silent {
				v.owe(m.UID, replyLabels)
			}
			if _, changed := slices.BinarySearch(result.Changed, m.UID); changed {
				continue // a star is a flag, of which it was not told to be silent
			}
		case !cmd.silent:
			v.owe(m.UID, replyFlags)
			continue
		case c.tellsModSeq():
			v.owe(m.UID, replyModSeq)
		}
		if m.Previous <= v.modseq || v.known.get(m.UID) == m.Previous {
			v.knows(m.UID, m.ModSeq)
		}
	}
}
