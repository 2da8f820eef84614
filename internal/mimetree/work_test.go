package mimetree

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// texts grow with n, and have what a piece of them may be cut in.
var texts = []struct {
	name string
	make func(n int) string
}{
	{"lines", func(n int) string { return "\r\n\r\n" + strings.Repeat("One of many lines\r\n", n) }},
	{"line ends", func(n int) string { return "\r\n\r\n" + strings.Repeat("\r\r\n", n) }},
	{"a line", func(n int) string { return "Subject: " + strings.Repeat("a line ", n) + "\n\n" }},
	{"8-bit text", func(n int) string {
		return "Subject: " + strings.Repeat("caf\xe9 ", n) + "\n\n" + strings.Repeat("na\xefve\n", n)
	}},
	{"UTF-8", func(n int) string {
		return "Content-Type: text/plain; charset=utf-8\n\n" + strings.Repeat("ﬁ e\u0301\u0323 ẛ̣ 한글 𝒳.", n)
	}},
	{"combining characters", func(n int) string { return "\n\na" + strings.Repeat("\u0301\u0323", n) }},
	{"bytes that are no UTF-8", func(n int) string {
		return "Content-Type: text/plain; charset=utf-8\n\n" + strings.Repeat("\xe2\x82A\x80\x80\xf0\x9f\x98\x80é\xff", n)
	}},
	{"continuation bytes alone", func(n int) string { return "Content-Type: text/plain; charset=utf-8\n\n" + strings.Repeat("\x80", 5*n) }},
	{"UTF-16", func(n int) string {
		return "Content-Type: text/plain; charset=utf-16\n\n\xff\xfe" + strings.Repeat("a\x00\x3d\xd8\x00\xde", n) + "x"
	}},
	{"UTF-7", func(n int) string {
		return "Content-Type: text/plain; charset=utf-7\n\n+" + strings.Repeat("2D3eAABh", n) + "-+2D3-" + strings.Repeat("\xff", n)
	}},
	{"windows-1252", func(n int) string {
		return "Content-Type: text/plain; charset=windows-1252\n\n" + strings.Repeat("\x93na\xefve\x94\x81", n)
	}},
	{"a table", func(n int) string {
		return "Content-Type: text/plain; charset=cp737\n\n" + strings.Repeat("a\x80\xff", n)
	}},
	{"GB18030", func(n int) string {
		return "Content-Type: text/plain; charset=gb18030\n\n" + strings.Repeat("a\xc4\xe3\x81\x30\x81\x30", n)
	}},
	{"base64", func(n int) string {
		return "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("Y2Fmw6kgY2Fmw6kgY2Fmw6kgY2Fmw6kgY2Fmw6kg\r\n", n) + "YQ=="
	}},
	{"base64 with junk", func(n int) string {
		return "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("Y2Fm-w6kgY2Fmw6k\n", n)
	}},
	{"base64 in one line", func(n int) string {
		return "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("YWJj", n) + "YQ"
	}},
	{"quoted-printable in one line", func(n int) string {
		return "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("caf=C3=A9 =Z", n)
	}},
	{"a page", func(n int) string {
		return "Content-Type: text/html\n\n" + strings.Repeat("<p>One &amp two&#x26;&lt;3\r\n<td a=\">\">x<!-- no --><style>p</style>", n)
	}},
	{"a page of entities", func(n int) string {
		return "Content-Type: text/html\n\n" + strings.Repeat("&notit;&CounterClockwiseContourIntegral;", n)
	}},
	{"an entity", func(n int) string { return "Content-Type: text/html\n\n&#" + strings.Repeat("0", n) + "65;" }},
	{"a tag", func(n int) string { return "Content-Type: text/html\n\n<a " + strings.Repeat("b='c' ", n) + ">text" }},
	{"tags that do not end", func(n int) string { return "Content-Type: text/html\n\n<script>" + strings.Repeat("</a", n) + "< <" }},
	{"replies", func(n int) string {
		return "Subject: " + strings.Repeat("Re: ", n) + strings.Repeat("[a] ", n) + "x " + strings.Repeat("(fwd) ", n) + "\n\n"
	}},
	{"forwarded", func(n int) string { return "Subject: " + strings.Repeat("[fwd: ", n) + strings.Repeat("]", n) + "\n\n" }},
	{"a quoted string", func(n int) string {
		return `To: "` + strings.Repeat(`a\" `, n) + "\" <a@b>\nContent-Type: text/plain; name=\"" + strings.Repeat(`\a`, n) + "\"\n\n"
	}},
	{"a message ID", func(n int) string { return "Message-ID: <" + strings.Repeat(`a "b\" " (c)`, n) + "@x>\n\n" }},
	{"letters as words", func(n int) string {
		return "To: " + strings.Repeat("a ", n) + "\nCc: " + strings.Repeat("a . ", n) + "@b\n\n"
	}},
	{"fields that are none", func(n int) string { return strings.Repeat("a\n", n) + "\n" }},
}

// longMails are mails for which it is asked whether their work is to be given up.
func longMails(length int) map[string][]byte {
	out := make(map[string][]byte)
	for _, mail := range append(mails, texts...) {
		raw := ""
		for n := 400; len(raw) < length; n += n / 2 {
			raw = mail.make(n)
		}
		out[mail.name] = []byte(raw)
	}
	return out
}

// parseAsking finds the parts, whatever the length. ok says that it has not been stopped.
func parseAsking(raw []byte, stop Stop) (m *Message, ok bool) {
	m = Parse(raw).asking(stop)
	m.Root()
	return m, !m.work.isStopped()
}

// asking is Until of whatever length.
func (m *Message) asking(stop Stop) *Message {
	return &Message{m.content, &work{stop: stop, undone: stride}}
}

// found is all that can be asked of a message, and that may be stopped.
func found(m *Message) map[string]any {
	base, isReply := m.BaseSubject()
	date, hasDate := m.SentDate()
	section, _ := m.Section(Section{Spec: HeaderFieldsNot, Fields: []string{"Subject", "X-5"}})
	data, err := m.Decoded(m.Root())
	return map[string]any{
		"envelope": m.Envelope(), "IMAP envelope": m.IMAPEnvelope(), "subject": m.Subject(), "base": base, "reply": isReply,
		"sort": []string{m.SortSubject(), m.SortAddress("To"), m.DisplayName("Cc")}, "date": date, "has date": hasDate,
		"ID": m.CanonicalID(m.MessageID()), "in reply to": m.InReplyTo(), "references": m.References(),
		"text": m.Text(), "searched headers": string(m.In(UnicodeCasemap).headers()), "searched bodies": string(m.In(UnicodeCasemap).bodies()), "header": m.HeaderContains("subject", "x"), "address": m.AddressContains("To", "X"),
		"params": m.JoinContinuations(m.Root().Params), "disposition": m.JoinContinuations(m.Root().DispositionParams),
		"section": section, "data": data, "error": err,
	}
}

func compareFound(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s: got %.200q, want %.200q", name, fmt.Sprint(got[name]), fmt.Sprint(want[name]))
		}
	}
}

// What can be stopped finds the same as what cannot, if it is not.
func TestUntilNever(t *testing.T) {
	for name, raw := range longMails(5 * stride / 2) {
		t.Run(name, func(t *testing.T) {
			never := func() bool { return false }
			m, ok := parseAsking(raw, never)
			want := Parse(raw)
			if !ok || !reflect.DeepEqual(m.Root(), want.Root()) {
				t.Errorf("parsed: %v, not as Parse does", ok)
			}
			compareFound(t, found(m.asking(never)), found(want))
		})
	}
}

// Whenever work is stopped, it ends soon, and nothing stays of what was found by then.
func TestUntilStopped(t *testing.T) {
	for name, raw := range longMails(5 * stride / 2) {
		t.Run(name, func(t *testing.T) {
			asked, last := 0, 0
			stop := func() bool { asked++; return asked == last || last > 0 && asked > last }
			parseAsking(raw, stop)
			parsing := asked
			m := Parse(raw)
			found(m.asking(stop))
			total, want := asked, found(m)
			for _, last = range []int{1, parsing + 1, (parsing + total) / 2} {
				asked = 0
				if _, ok := parseAsking(raw, stop); ok == (0 < last && last <= parsing) {
					t.Errorf("stopped at %d of %d: parsed: %v", last, parsing, ok)
				}
				if asked > last {
					t.Errorf("asked %d times, and was stopped before", asked-last)
				}
				asked = parsing
				m := Parse(raw)
				found(m.asking(stop))
				compareFound(t, found(m), want)
			}
		})
	}
}

// What is short is not asked for.
func TestUntilIsQuick(t *testing.T) {
	raw := make([]byte, quick-1)
	if m := Parse(raw); m.Until(func() bool { return true }) != m {
		t.Error("what is short is asked for")
	}
	if long := Parse(append(raw, 0)); long.Until(func() bool { return true }) == long {
		t.Error("what is long is not asked for")
	}
}
