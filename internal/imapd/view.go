package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// view is what a connection has told its client of the selected mailbox. The
// store is the truth; sync tells the difference.
type view struct {
	mbox        *store.Mailbox
	at          store.Numbered // what is done to messages by their UIDs is done here
	uidValidity uint32
	readOnly    bool         // EXAMINE
	rights      store.Rights // as the client has been told of them

	uids     []imap.UID   // ascending; a message's place is its sequence number less one
	uidNext  imap.UID     // new messages have at least this UID
	modseq   uint64       // the position in the mailbox's change log
	gone     []imap.UID   // expunged in the store, not yet told; ascending, all in uids
	status   store.Status // of the mailbox at that position
	complete uint64       // up to this modseq the client has been told everything
	keeps    uint64       // the HIGHESTMODSEQ that a client with QRESYNC keeps
	told     toldModSeqs
	recent   []imap.UID // the messages that are \Recent in this session; ascending
	keywords int        // how many of the mailbox's keywords have been told

	nextUID, nextRecent finder // in uids and recent

	// known holds messages whose flags the client knows up to a modseq,
	// because it set them silently or a FETCH has told it.
	known byUID[uint64]
	// owed holds messages of which a STORE promises a response.
	owed byUID[reply]
	// unsaid holds messages whose flags changed while NOTIFY forbade to tell.
	unsaid []imap.UID
	// own holds messages that this connection has put here itself: NOTIFY does
	// not FETCH them for it.
	own []imap.UID

	keyResets uint64                   // how often the user's key of the mailbox had been reset (RFC 4467)
	annotate  bool                     // SELECT was asked to tell of annotations (RFC 5257, section 4.2)
	noted     map[imap.UID]store.Noted // annotations that have changed since, while sync tells
	warned    bool                     // the client has been told that a soft quota is exceeded

	saved    []imap.UID // the result of SEARCH RETURN (SAVE), RFC 5182
	contexts []*searchUpdate
	batched  batched // of UIDBATCHES

	held   []imap.UID // new messages that are not told yet, where a profile holds them back
	hides  bool       // this connection has appended one of them
	misled bool       // the client has been told what is not so
}

// reply is what STORE owes the client for a message.
type reply uint8

const (
	replyFlags  reply = iota + 1 // FLAGS, and MODSEQ where CONDSTORE is on
	replyLabels                  // X-GM-LABELS, and MODSEQ as before
	replyModSeq                  // MODSEQ alone: a silent STORE with CONDSTORE (RFC 7162, section 3.1.3)
)

// exists is the number of messages that the client knows of.
func (v *view) exists() uint32 { return uint32(len(v.uids)) }

// seq is the sequence number of uid, or 0.
func (v *view) seq(uid imap.UID) uint32 { return v.nextUID.in(v.uids, uid) }

func (v *view) isRecent(uid imap.UID) bool {
	return len(v.recent) > 0 && v.nextRecent.in(v.recent, uid) > 0
}

// finder finds numbers in an ascending list. Who asks for them in their order finds each at
// once.
type finder int

// in is the place of a number in the list, from 1, or 0.
func (next *finder) in(list []imap.UID, n imap.UID) uint32 {
	i, found := int(*next), true
	if i >= len(list) || list[i] != n {
		i, found = slices.BinarySearch(list, n)
	}
	if !found {
		return 0
	}
	*next = finder(i + 1)
	return uint32(i + 1)
}

// knows notes that the client has been told of a message's flags as they are since a modseq.
func (v *view) knows(uid imap.UID, modseq uint64) {
	if modseq > v.modseq {
		v.known.put(uid, modseq)
	}
}

// knowing says of which messages the client knows the flags, and is owed nothing; nil if of
// none.
func (v *view) knowing() func(imap.UID, uint64) bool {
	if len(v.known.uids) == 0 {
		return nil
	}
	return func(uid imap.UID, modseq uint64) bool { return v.known.get(uid) == modseq && v.owed.get(uid) == 0 }
}

func (v *view) owe(uid imap.UID, what reply) { v.owed.put(uid, what) }

// telling says what sync may tell.
type telling struct {
	syncMode
	fromTop bool        // from the highest number to the lowest (RFC 9738, section 3.1)
	noFlags bool        // NOTIFY without FlagChange
	fetch   []fetchItem // what NOTIFY wants to know of new messages
}

// sync tells the client what has changed since the last time. It is the only
// place that writes unasked EXISTS, RECENT, EXPUNGE, VANISHED, FLAGS, FETCH
// and updates of searches. The order: new keywords before flags that use them,
// FETCH while the numbers are the old ones, EXPUNGE, and then the new count.
func (v *view) sync(c *conn, how telling) error {
	if err := v.noticeRights(c); err != nil {
		return err
	}
	changes, known := v.at.ChangesBut(v.modseq, v.knowing())
	switch {
	case changes.Deleted:
		return bye("bye.mailbox", "", "%s", c.deletedText())
	case changes.Reset:
		return bye("bye.uidvalidity", "", "the selected mailbox has a new UIDVALIDITY")
	}
	if changes.Restored {
		if err := v.takeBack(changes.Messages, known); err != nil {
			return err
		}
	}
	if changes.Forgotten {
		v.compare(&changes)
	}
	v.tellKeyReset(c)
	v.tellKeywords(c, changes.Keywords)
	v.noted = changes.Noted
	added := v.tellFlags(c, changes.Messages, known, how)
	v.noted = nil
	v.modseq, v.uidNext, v.status = changes.ModSeq, changes.UIDNext, changes.Status
	v.known.clear()

	v.markGone(changes.Expunged)
	how.syncMode = c.modeOf(how.syncMode)
	added = v.heldBack(c, added)
	expunged := false
	if how.syncMode != holdExpunges {
		expunged = v.tellExpunges(c, how.fromTop)
	}
	if expunged {
		v.warned = v.warned && v.mbox.OverSoftQuota()
	}
	switch {
	case len(added) > 0:
		v.tellNew(c, added, how.fetch)
		v.warnQuota(c)
	case expunged && c.tells("exists-after-expunge"), c.verb() == "CHECK" && c.tells("exists-on-check"):
		c.enc.Raw("* ").Num(v.exists()).Raw(" EXISTS").CRLF()
	}
	v.tellWrongly(c)
	v.own = nil
	return nil
}

// compare finds what has changed where the log no longer says it.
func (v *view) compare(changes *store.Changes) {
	all := uidsOf(changes.Messages)
	for _, uid := range v.uids {
		if _, there := slices.BinarySearch(all, uid); !there {
			changes.Expunged = append(changes.Expunged, uid)
		}
	}
	changes.Messages = slices.DeleteFunc(changes.Messages, func(m store.Message) bool { return m.ModSeq <= v.modseq })
}

// lookup finds messages to tell of. There are none when the UIDs are no longer
// those that the client has been told of: the next sync says so.
func (v *view) lookup(uids []imap.UID) []store.Message {
	messages, _ := v.at.Lookup(uids)
	return messages
}

// tellFlags sends a FETCH for every message that changed, or that STORE owes
// one, and returns the messages that the client has not heard of. Others have changed that
// it knows.
func (v *view) tellFlags(c *conn, changed []store.Message, known []imap.UID, how telling) (added []imap.UID) {
	last := v.lastUID()
	var tell []store.Message
	for _, m := range changed {
		switch {
		case m.UID > last:
			added = append(added, m.UID)
		case v.known.get(m.UID) == m.ModSeq && v.owed.get(m.UID) == 0:
		default:
			tell = append(tell, m)
		}
	}
	tell = v.withoutQuietNotes(c, tell)
	if how.noFlags {
		v.unsaid = append(v.unsaid, uidsOf(tell)...)
		return added
	}
	tell = v.onlyOwn(c, v.withUntold(tell))
	if how.fromTop {
		slices.Reverse(tell)
	}
	for i := range tell {
		m := &tell[i]
		if c.interrupted() {
			break
		}
		if seq := v.seq(m.UID); seq > 0 {
			what := v.owed.get(m.UID)
			if what == replyLabels {
				c.tellLabels(seq, m, how.syncMode)
				if v.known.get(m.UID) == m.ModSeq || m.ModSeq <= v.modseq {
					continue
				}
			}
			if v.known.get(m.UID) != m.ModSeq && m.ModSeq > v.modseq {
				what = replyFlags
				if v.noted[m.UID].Alone && v.owed.get(m.UID) != replyFlags {
					what = replyModSeq
				}
			}
			c.writeFlags(seq, m, what, how.syncMode)
		}
	}
	v.owed.clear()
	v.unsaid = nil
	v.updateContexts(c, changed, known)
	return added
}

// withoutQuietNotes leaves out messages of which only annotations changed, where the client
// hears neither of those nor of modseqs.
func (v *view) withoutQuietNotes(c *conn, tell []store.Message) []store.Message {
	if len(v.noted) == 0 || c.tellsNotes() || c.tellsModSeq() {
		return tell
	}
	return slices.DeleteFunc(tell, func(m store.Message) bool { return v.noted[m.UID].Alone && v.owed.get(m.UID) == 0 })
}

// notedOf are the annotations of a message that the client is told of.
func (v *view) notedOf(c *conn, m *store.Message) []string {
	if len(v.noted) == 0 || v.known.get(m.UID) == m.ModSeq || !c.tellsNotes() {
		return nil
	}
	return v.noted[m.UID].Entries
}

// withUntold adds the messages that STORE owes an answer for although they did
// not change, and those that were not told of when they did.
func (v *view) withUntold(tell []store.Message) []store.Message {
	if len(v.owed.uids) == 0 && len(v.unsaid) == 0 {
		return tell
	}
	rest := slices.DeleteFunc(slices.Concat(v.unsaid, v.owed.uids), func(uid imap.UID) bool {
		_, found := slices.BinarySearchFunc(tell, uid, func(m store.Message, uid imap.UID) int {
			return int(int64(m.UID) - int64(uid))
		})
		return found
	})
	slices.Sort(rest)
	tell = append(tell, v.lookup(slices.Compact(rest))...)
	slices.SortFunc(tell, func(a, b store.Message) int { return int(int64(a.UID) - int64(b.UID)) })
	return tell
}

func (v *view) lastUID() imap.UID {
	if len(v.uids) == 0 {
		return 0
	}
	return v.uids[len(v.uids)-1]
}

// tellKeywords announces keywords that the mailbox has got since.
func (v *view) tellKeywords(c *conn, all []imap.Flag) {
	if len(all) <= v.keywords {
		return
	}
	v.keywords = len(all)
	c.writeFlagLists(all, v.readOnly)
}

// takeBack forgets the expunge of messages that are there again. IMAP has no
// words for it when the client has been told, or when the message was gone
// before the client came: a new message has a UID above all old ones (RFC 9051,
// section 2.3.1.1). Of known it has been told since.
func (v *view) takeBack(changed []store.Message, known []imap.UID) error {
	for _, uid := range slices.Concat(known, uidsOf(changed)) {
		switch {
		case uid >= v.uidNext:
			continue
		case v.seq(uid) == 0:
			return bye("bye.restored", "", "the selected mailbox was restored")
		}
		v.gone = slices.DeleteFunc(v.gone, func(other imap.UID) bool { return other == uid })
	}
	return nil
}

// markGone remembers expunges until they may be told. Messages that the
// client has never heard of are not among them.
func (v *view) markGone(uids []imap.UID) {
	for _, uid := range uids {
		if v.seq(uid) > 0 {
			v.gone = append(v.gone, uid)
		}
	}
	if len(uids) > 0 {
		slices.Sort(v.gone)
		v.gone = slices.Compact(v.gone)
	}
}
