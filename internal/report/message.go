package report

import "strings"

// messageView is a message in the page.
type messageView struct {
	Subject string      `json:"subj"`
	From    string      `json:"from,omitempty"`
	To      string      `json:"to,omitempty"`
	Date    string      `json:"date,omitempty"`
	Size    string      `json:"size,omitempty"`
	Headers [][2]string `json:"hdr,omitempty"`
	Text    string      `json:"text,omitempty"`
	HTML    string      `json:"html,omitempty"`
	Parts   []partView  `json:"parts,omitempty"`
	Source  string      `json:"src,omitempty"`
	Cut     string      `json:"cut,omitempty"` // what was left out, in words
}

type partView struct {
	Level int    `json:"l,omitempty"`
	Path  string `json:"p"`
	Type  string `json:"t"`
	Name  string `json:"n,omitempty"`
	More  string `json:"e,omitempty"` // "quoted-printable, utf-8, 2.1 KB"
}

func newMessageView(m *Message) messageView {
	out := messageView{
		Subject: m.Subject, From: m.From, To: m.To, Date: m.Date, HTML: inert(strings.ReplaceAll(m.HTML, "\r\n", "\n")),
		Text:   strings.ReplaceAll(m.Text, "\r\n", "\n"),
		Source: strings.ReplaceAll(strings.ToValidUTF8(m.Source, "\uFFFD"), "\r\n", "\n"),
	}
	if m.Size > 0 {
		out.Size = bytesOf(m.Size)
	}
	for _, h := range m.Headers {
		out.Headers = append(out.Headers, [2]string{h.Name, h.Value})
	}
	for _, p := range m.Parts {
		out.Parts = append(out.Parts, newPartView(p))
	}
	return out
}

func newPartView(p Part) partView {
	out := partView{Path: p.Path, Type: p.Type, Name: p.Filename}
	if p.Path != "" {
		out.Level = strings.Count(p.Path, ".") + 1
	}
	var more []string
	for _, word := range []string{p.Disposition, p.Charset, p.Encoding} {
		if word != "" {
			more = append(more, word)
		}
	}
	if !strings.HasPrefix(p.Type, "multipart/") {
		more = append(more, bytesOf(p.Size))
	}
	out.More = strings.Join(more, ", ")
	return out
}
