package mimetree

import "strings"

// MessageID is the Message-ID without its angle brackets, "" if there is none.
func (m *Message) MessageID() string {
	ids := messageIDs(get(m.root.fields, "Message-ID"))
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// InReplyTo are the message IDs of that field, without angle brackets.
func (m *Message) InReplyTo() []string { return messageIDs(get(m.root.fields, "In-Reply-To")) }

// References are the message IDs of that field in order, without angle
// brackets.
func (m *Message) References() []string { return messageIDs(get(m.root.fields, "References")) }

// messageIDs finds "<…>" wherever it stands: obsolete In-Reply-To fields have
// phrases too (RFC 5322, section 4.5.4). A single word without brackets is
// taken as one.
func messageIDs(value string) []string {
	var ids []string
	for rest := value; ; {
		_, after, _ := strings.Cut(rest, "<")
		id, tail, ok := strings.Cut(after, ">")
		if !ok {
			break
		}
		if id = bareID(id); id != "" {
			ids = append(ids, id)
		}
		rest = tail
	}
	if ids == nil && value != "" && !strings.ContainsAny(value, "<> \t") {
		return []string{value}
	}
	return ids
}

// bareID drops the white space and comments that obsolete IDs have within.
func bareID(id string) string {
	if !strings.ContainsAny(id, " \t(") {
		return id
	}
	sc := scanner{s: id}
	return strings.Join(strings.Fields(sc.until("")), "")
}
