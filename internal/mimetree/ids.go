package mimetree

import "strings"

// MessageID is the Message-ID without its angle brackets, "" if there is none.
func (m *Message) MessageID() string {
	ids := messageIDs(m.work, m.fields().get(m.work, "Message-ID"))
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// InReplyTo are the message IDs of that field, without angle brackets.
func (m *Message) InReplyTo() []string {
	return messageIDs(m.work, m.fields().get(m.work, "In-Reply-To"))
}

// References are the message IDs of that field in order, without angle
// brackets.
func (m *Message) References() []string {
	return messageIDs(m.work, m.fields().get(m.work, "References"))
}

// messageIDs finds "<…>" wherever it stands: obsolete In-Reply-To fields have
// phrases too (RFC 5322, section 4.5.4). A single word without brackets is
// taken as one.
func messageIDs(w *work, value string) []string {
	var ids []string
	sc := scanner{work: w, s: value}
	for sc.find('<') {
		id, ok := sc.bracketed()
		if !ok {
			break
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	if ids == nil && value != "" && !strings.ContainsAny(value, "<> \t") {
		return []string{value}
	}
	return ids
}

// find goes to the next b.
func (sc *scanner) find(b byte) bool {
	i := strings.IndexByte(sc.s[sc.pos:], b)
	if i < 0 {
		sc.pos = len(sc.s)
		return false
	}
	sc.pos += i
	return true
}

// bracketed reads "<…>", in which a ">" may be quoted or in a domain literal,
// and drops the white space and comments that obsolete IDs have within. It is
// false if there is no ">".
func (sc *scanner) bracketed() (id string, ok bool) {
	sc.pos++
	start := sc.pos
	var sb strings.Builder
	from := start // of what is read and not yet in sb
	for !sc.isOver() {
		switch b := sc.s[sc.pos]; {
		case b == '>':
			id, sc.pos = sc.s[from:sc.pos], sc.pos+1
			if sb.Len() == 0 {
				return id, true
			}
			sb.WriteString(id)
			return sb.String(), true
		case b == '<': // the one before was none
			sb.Reset()
			sc.pos++
			from = sc.pos
		case b == '"' && sc.isWithin(), b == '[' && sc.isWithin():
			sc.pos = sc.end()
		case b == '(' && sc.isWithin():
			sb.WriteString(sc.s[from:sc.pos])
			sc.pos = sc.end()
			from = sc.pos
		case strings.IndexByte(" \t\r\n", b) >= 0:
			sb.WriteString(sc.s[from:sc.pos])
			sc.pos++
			from = sc.pos
		default:
			sc.pos++
		}
	}
	sc.pos = start
	return "", false
}

// isWithin says whether what begins at pos ends within the same ID. What holds
// a "<" is a stray quote in one ID, and one in the next.
func (sc *scanner) isWithin() bool {
	end := sc.end()
	if end < 0 || strings.IndexByte(sc.s[sc.pos:end], '<') < 0 {
		return end >= 0
	}
	if first := sc.s[sc.pos]; first != '"' {
		sc.open += string(rune(first)) // those within it are looked at no more
	}
	return false
}

// CanonicalID is a message ID in the form in which two are compared: without
// the quotes and backslashes that say the same in other words (RFC 5256,
// section 3). Comparing is with case.
func CanonicalID(id string) string { return (&Message{}).CanonicalID(id) }

// CanonicalID is the function of that name for IDs of the message.
func (m *Message) CanonicalID(id string) string {
	if !strings.ContainsAny(id, `"\`) {
		return id
	}
	var sb strings.Builder
	sc := scanner{work: m.work, s: id}
	for !sc.isOver() {
		switch b := id[sc.pos]; {
		case b == '"' && sc.end() >= 0:
			sb.WriteString(sc.quoted())
		case b == '\\' && sc.pos+1 < len(id):
			sb.WriteByte(id[sc.pos+1])
			sc.pos += 2
		default:
			sb.WriteByte(b)
			sc.pos++
		}
	}
	return sb.String()
}
