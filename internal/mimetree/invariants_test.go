package mimetree

import (
	"bytes"
	"strings"
	"testing"
)

// crlf makes a message of a raw string: without the first line end, and with
// CRLF for each other.
func crlf(s string) []byte {
	return []byte(strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\n", "\r\n"))
}

// offset is where piece begins in raw, of which it must be a part. A slice of
// a slice keeps the end of the array, so that capacities tell.
func offset(raw, piece []byte) int { return cap(raw) - cap(piece) }

// checkMessage checks what holds of every message.
func checkMessage(t *testing.T, raw []byte) {
	t.Helper()
	original := bytes.Clone(raw)
	m := Parse(raw)
	count := 0
	checkPart(t, raw, m.Root(), &count, 0)
	if count > maxParts+maxDepth+1 {
		t.Errorf("%d parts, more than the bound", count)
	}
	header, ok1 := m.Section(Section{Spec: Header})
	text, ok2 := m.Section(Section{Spec: Text})
	if joined := append(bytes.Clone(header), text...); !ok1 || !ok2 || !bytes.Equal(joined, raw) {
		t.Errorf("BODY[HEADER] and BODY[TEXT] are not the message: %q and %q", header, text)
	}
	checkFields(t, m)
	useEverything(m)
	if !bytes.Equal(raw, original) {
		t.Error("the message was changed")
	}
}

// checkPart checks that header and body follow each other within raw, and
// that children stand in the body, in order, and do not overlap.
func checkPart(t *testing.T, raw []byte, p *Part, count *int, depth int) {
	t.Helper()
	*count++
	start, body := offset(raw, p.header), offset(raw, p.body)
	if start < 0 || start+len(p.header) != body || body+len(p.body) > len(raw) {
		t.Fatalf("header at %d, %d long, and body at %d, %d long, of %d", start, len(p.header), body, len(p.body), len(raw))
	}
	if depth > 2*maxDepth {
		t.Fatal("too deep")
	}
	if (p.Type == "multipart") != p.IsMultipart() || (p.Message != nil) != (p.Type == "message" && (p.Subtype == "rfc822" || p.Subtype == "global")) {
		t.Errorf("%s/%s with %d children and message %v", p.Type, p.Subtype, len(p.Children), p.Message != nil)
	}
	end := body
	for _, child := range p.Children {
		if at := offset(raw, child.header); at < end {
			t.Errorf("a part at %d, and the one before ends at %d", at, end)
		}
		checkPart(t, raw, child, count, depth+1)
		end = offset(raw, child.body) + len(child.body)
	}
	if end > body+len(p.body) {
		t.Errorf("parts end at %d, behind their multipart at %d", end, body+len(p.body))
	}
	if p.Message != nil {
		if offset(raw, p.Message.raw) != body || len(p.Message.raw) != len(p.body) {
			t.Error("a message that is not the body of its part")
		}
		checkPart(t, raw, p.Message.Root(), count, depth+1)
	}
}

// checkFields checks that fields stand in order, and that the chosen fields
// and all others are as long as all of them.
func checkFields(t *testing.T, m *Message) {
	t.Helper()
	end, headerEnd := 0, len(m.entity().header)
	for _, f := range m.Fields() {
		if f.start < end || f.end <= f.start || f.end > headerEnd {
			t.Errorf("field %s at %d to %d, behind %d", f.Name, f.start, f.end, end)
		}
		end = f.end
		if strings.ContainsRune(f.Unfolded(), '\n') {
			t.Errorf("%q is not unfolded", f.Unfolded())
		}
	}
	names := []string{"subject", "Content-Type"}
	some, _ := m.Section(Section{Spec: HeaderFields, Fields: names})
	rest, _ := m.Section(Section{Spec: HeaderFieldsNot, Fields: names})
	none, _ := m.Section(Section{Spec: HeaderFields})
	all, _ := m.Section(Section{Spec: HeaderFieldsNot})
	if len(some)+len(rest) != len(all)+len(none) {
		t.Errorf("%q and %q are not all the fields %q", some, rest, all)
	}
}

// useEverything calls what works lazily: none may panic.
func useEverything(m *Message) {
	m.Envelope()
	m.IMAPEnvelope()
	m.Header()
	m.Text()
	m.Date()
	m.References()
	m.HeaderContains("Subject", "x")
	m.TextContains(Fold("É"))
	for _, path := range [][]int{{0}, {-1}, {1}, {2}, {1, 1}, {1, 0}, {1, 1, 1}} {
		for spec := None; spec <= MIME+1; spec++ {
			m.Section(Section{Path: path, Spec: spec})
		}
	}
	m.Root().walk(func(p *Part) {
		p.Filename()
		p.DecodedText()
		p.Lines()
	})
}
