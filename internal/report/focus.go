package report

import (
	"regexp"
	"slices"
	"strings"
)

// place is where a message in question is, or was last.
type place struct {
	key     boxKey
	uid     uint32
	message int
}

// maxFocus is how many messages are in question at most.
const maxFocus = 3

// findFocus finds the messages in question: those that the first failure names; for a
// failure that is about a mailbox those that it lacks, by their subjects, or those that came into
// it; for what the test itself reported those whose subject stands there in quotes.
func (r *record) findFocus() []place {
	if len(r.Failures) == 0 {
		return nil
	}
	f := r.Failures[0]
	key := boxKey{f.Account, f.Mailbox}
	if key.account == "" {
		key.account = r.Test.Account
	}
	now := r.mailAt(r.failedAt())
	var out []place
	switch b := now.boxes[key]; {
	case len(f.UIDs) > 0:
		out = r.named(key, b, f.UIDs)
	case b != nil:
		if out = r.quotedIn(now, lacking(f)); len(out) == 0 {
			out = r.cameInto(b)
		}
	}
	if len(out) == 0 {
		out = r.quotedIn(now, f.Title+"\n"+f.Got+"\n"+f.Want)
	}
	return out[:min(len(out), maxFocus)]
}

// lacking is what was wanted and not got.
func lacking(f Failure) string {
	var out strings.Builder
	_, want := compare(f.Got, f.Want)
	for _, p := range want {
		if p.Differs {
			out.WriteString(p.Text + "\n")
		}
	}
	return out.String()
}

// failedAt is the Seq at which the test failed first, the end where it did not.
func (r *record) failedAt() uint64 {
	if r.open == nil {
		return ^uint64(0)
	}
	return r.open.Begin
}

// named are messages by UID, gone ones too.
func (r *record) named(key boxKey, b *box, uids []uint32) []place {
	var out []place
	for _, uid := range uids {
		if b != nil {
			if message, found := b.known[uid]; found {
				out = append(out, place{key, uid, message})
				continue
			}
		}
		for _, c := range r.changes {
			if c.Op == Added && c.UID == uid && (boxKey{c.Account, c.Mailbox}) == key {
				out = append(out, place{key, uid, c.Message})
				break
			}
		}
	}
	return out
}

// cameInto are the messages that are new in a mailbox.
func (r *record) cameInto(b *box) []place {
	var before *box
	if m := r.mailAtStart(); m.boxes[b.key] != nil {
		before = m.boxes[b.key]
	}
	var out []place
	for _, uid := range b.uids {
		if before == nil || !slices.Contains(before.uids, uid) {
			out = append(out, place{b.key, uid, b.rows[uid].Message})
		}
	}
	return out
}

var inQuotes = regexp.MustCompile(`"(?:[^"\\]|\\.)+"|“[^”]+”`)

// quotedIn are the messages whose subjects a text has in quotes.
func (r *record) quotedIn(now *mail, text string) []place {
	var out []place
	for _, q := range inQuotes.FindAllString(text, -1) {
		subject := strings.Trim(q, `"“”`)
		for _, b := range now.sorted(r.Test.Account) {
			for _, uid := range b.uids {
				p := place{b.key, uid, b.rows[uid].Message}
				if r.shown[p.message].Subject == subject && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// inQuestion says whether a message is.
func (r *record) inQuestion(message int) bool {
	return slices.ContainsFunc(r.focus, func(p place) bool { return p.message == message })
}
