package mimetree

import (
	"strings"
	"unicode"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/text/unicode/norm"
)

// BaseSubject takes from a decoded subject what mail programs add to it: RFC
// 5256, section 2.1. isReply says that a "Re:", a "Fwd:" or a "(fwd)" was
// among it.
func BaseSubject(subject string) (base string, isReply bool) { return baseSubject(nil, subject) }

// BaseSubject is that of the message.
func (m *Message) BaseSubject() (base string, isReply bool) { return baseSubject(m.work, m.Subject()) }

func baseSubject(w *work, subject string) (base string, isReply bool) {
	var sb strings.Builder
	for word := range strings.FieldsFuncSeq(subject, isWSP) {
		if w.step(len(word)) {
			break
		}
		if sb.Len() > 0 {
			sb.WriteByte(' ')
		}
		sb.WriteString(word)
	}
	s := sb.String()
	for {
		var reply, again bool
		s, reply = cutTrailers(w, s)
		isReply = isReply || reply
		s, reply = cutLeaders(w, s)
		isReply = isReply || reply
		if s, again = cutForward(s); !again || w.step(1) {
			return s, isReply
		}
		isReply = true
	}
}

func isWSP(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

func hasFoldPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// cutTrailers is step 2:
//
//	subj-trailer = "(fwd)" / WSP
func cutTrailers(w *work, s string) (rest string, isReply bool) {
	const fwd = "(fwd)"
	for {
		s = strings.TrimRight(s, " ")
		if w.step(1) || len(s) < len(fwd) || !strings.EqualFold(s[len(s)-len(fwd):], fwd) {
			return s, isReply
		}
		s, isReply = s[:len(s)-len(fwd)], true
	}
}

// cutLeaders is steps 3 to 5:
//
//	subj-leader = (*subj-blob subj-refwd) / WSP
func cutLeaders(w *work, s string) (rest string, isReply bool) {
	for {
		rest, last := skipBlobs(w, strings.TrimLeft(s, " "))
		after, ok := cutReFwd(rest)
		switch {
		case ok && !w.step(1):
			s, isReply = after, true
		case rest == "": // step 4: a blob with nothing behind it is the base
			return last, isReply
		default:
			return rest, isReply
		}
	}
}

// cutBlob cuts
//
//	subj-blob = "[" *BLOBCHAR "]" *WSP
func cutBlob(s string) (rest string, ok bool) {
	if !strings.HasPrefix(s, "[") {
		return s, false
	}
	end := strings.IndexAny(s[1:], "[]")
	if end < 0 || s[1+end] != ']' {
		return s, false
	}
	return strings.TrimLeft(s[end+2:], " "), true
}

// skipBlobs passes over all blobs. last begins at the last of them.
func skipBlobs(w *work, s string) (rest, last string) {
	for {
		after, ok := cutBlob(s)
		if !ok || w.step(1) {
			return s, last
		}
		s, last = after, s
	}
}

// cutReFwd cuts
//
//	subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
func cutReFwd(s string) (rest string, ok bool) {
	for _, word := range []string{"re", "fwd", "fw"} {
		if !hasFoldPrefix(s, word) {
			continue
		}
		after, _ := cutBlob(strings.TrimLeft(s[len(word):], " "))
		if rest, ok = strings.CutPrefix(after, ":"); ok {
			return rest, true
		}
	}
	return s, false
}

// cutForward is step 6:
//
//	subj-fwd = "[fwd:" … "]"
func cutForward(s string) (rest string, ok bool) {
	const head = "[fwd:"
	if !hasFoldPrefix(s, head) || !strings.HasSuffix(s, "]") {
		return s, false
	}
	return strings.Trim(s[len(head):len(s)-1], " "), true
}

// Casemap is i;unicode-casemap (RFC 5051, section 2): title case, and then
// composed and compatibility characters taken apart. Two texts are equal, and
// in order, if their casemaps are.
func Casemap(s string) string { return casemap(nil, s) }

func casemap(w *work, s string) string {
	if w == nil {
		return norm.NFKD.String(strings.Map(unicode.ToTitle, s))
	}
	var out []byte
	for piece := range w.pieces(s) {
		out = norm.NFKD.AppendString(out, strings.Map(unicode.ToTitle, piece))
	}
	return string(out)
}

// SortSubject is the base subject for sorting (RFC 5256, section 3).
func (c Collated) SortSubject() string {
	key, _ := c.Subject()
	return key
}

// Subject is the base subject for sorting and comparing, and whether it is that of a reply.
func (c Collated) Subject() (key string, isReply bool) {
	f, _ := c.m.fields().find(c.m.work, "Subject")
	key = c.orderKey(f.unfolded(c.m.work), f.decoded(c.m.work), func(s string) string {
		var base string
		base, isReply = baseSubject(c.m.work, s)
		return base
	})
	return key, isReply
}

// SortAddress is the mailbox of the first address of a field for sorting, ""
// if there is none (RFC 5256, section 3). Of a group it is the name.
func (c Collated) SortAddress(field string) string {
	raw, addr, _ := c.m.firstAddress(field)
	return c.orderKey(raw.Mailbox.S, addr.Mailbox, asItIs)
}

// DisplayName is what a mail program shows of the first address of a field,
// for sorting (RFC 5957, section 3): its display name, or else the address, or
// the name of a group.
func (c Collated) DisplayName(field string) string {
	raw, addr, hasHost := c.m.firstAddress(field)
	switch {
	case addr.Name != "":
		return c.orderKey(raw.Name.S, addr.Name, asItIs)
	case hasHost:
		return c.Key(addr.Mailbox + "@" + addr.Host)
	}
	return c.orderKey(raw.Mailbox.S, addr.Mailbox, asItIs)
}

// SortSubject is that under the usual collation.
func (m *Message) SortSubject() string { return m.In(UnicodeCasemap).SortSubject() }

// SortAddress is that under the usual collation.
func (m *Message) SortAddress(field string) string { return m.In(UnicodeCasemap).SortAddress(field) }

// DisplayName is that under the usual collation.
func (m *Message) DisplayName(field string) string { return m.In(UnicodeCasemap).DisplayName(field) }

// firstAddress is the first address of the envelope's field, as it stands and decoded. A
// group begins with an address that has no host.
func (m *Message) firstAddress(field string) (raw Address, addr imap.Address, hasHost bool) {
	list := addresses(m.work, m.fields(), field)
	first := decodeAddresses(m.work, list[:min(len(list), 1)])
	if len(first) == 0 {
		return Address{}, imap.Address{}, false
	}
	return list[0], first[0], list[0].Host.OK
}
