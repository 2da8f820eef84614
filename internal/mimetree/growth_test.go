package mimetree

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/growth"
)

// mails grow with n and have what takes a careless parser quadratic time.
var mails = []struct {
	name string
	make func(n int) string
}{
	{"a parameter in pieces", func(n int) string { return "Content-Type: a/b" + numberedWords("; name*%d=x", n) + "\n\n" }},
	{"a parameter in pieces, backwards and encoded", func(n int) string {
		var sb strings.Builder
		for i := n - 1; i >= 0; i-- {
			fmt.Fprintf(&sb, "; name*%d*=%%41", i)
		}
		return "Content-Disposition: attachment" + sb.String() + "\n\n"
	}},
	{"parameters in two pieces each", func(n int) string {
		return "Content-Type: a/b" + numberedWords("; n%d*0=x; n%[1]d*1=y", n/2) + "\n\n"
	}},
	{"one piece again and again", func(n int) string { return "Content-Type: a/b" + strings.Repeat("; name*1=b", n) + "\n\n" }},
	{"parameters", func(n int) string { return "Content-Type: a/b" + numberedWords("; n%d=x", n) + "\n\n" }},
	{"quotes that are not closed", func(n int) string { return "Content-Type: a/b" + strings.Repeat("; a=\"b\\\"", n) + "\n\n" }},
	{"fields", func(n int) string { return numberedWords("X-%d: a\n", n) + "\n" }},
	{"fields of one name", func(n int) string { return strings.Repeat("To: a@b\n", n) + "\n" }},
	{"lines of a field", func(n int) string { return "To: a@b" + strings.Repeat(",\n a@b", n) + "\n\n" }},
	{"addresses", func(n int) string { return "To: " + strings.Repeat("A <a@b.c>, ", n) + "\n\n" }},
	{"addresses without commas", func(n int) string { return "To: " + strings.Repeat("A B <a@b.c> ", n) + "\n\n" }},
	{"groups", func(n int) string { return "To: " + strings.Repeat("g: a@b; ", n) + "\n\n" }},
	{"words of a name", func(n int) string { return "To: " + strings.Repeat("a . b ", n) + "a@b\n\n" }},
	{"comments in comments", func(n int) string {
		return "To: " + strings.Repeat("(", n) + strings.Repeat(")", n) + "<a@b>\nMessage-ID: <" + strings.Repeat("(", n) + "<" + strings.Repeat(")", n) + ">\n\n"
	}},
	{"comments that are not closed", func(n int) string {
		return "To: " + strings.Repeat("(\"", n) + "<a@b>\nMessage-ID: <" + strings.Repeat("([\"", n) + ">\nDate: " + strings.Repeat("(", n) + "\n\n"
	}},
	{"brackets", func(n int) string { return "To: " + strings.Repeat("<", n) + "a@b" + strings.Repeat(">", n) + "\n\n" }},
	{"routes", func(n int) string { return "To: " + strings.Repeat("<@a,@b,", n) + "\n\n" }},
	{"words with an address within", func(n int) string { return "To: " + strings.Repeat(`"a@b" `, n) + "\n\n" }},
	{"backslashes", func(n int) string { return "To: " + strings.Repeat(`\"\,`, n) + " <a@b>\n\n" }},
	{"encoded words", func(n int) string { return "Subject: " + strings.Repeat("=?utf-8?q?=C3=A9?= ", n) + "\n\n" }},
	{"encoded words of many charsets", func(n int) string { return "Subject: " + numberedWords("=?x-%d?q?a?= ", n) + "\n\n" }},
	{"encoded words, cut", func(n int) string { return "Subject: " + strings.Repeat("=?utf-8?q", n) + "\n\n" }},
	{"references", func(n int) string { return "References: " + numberedWords("<%d@example.org>\n ", n) + "\n\n" }},
	{"references with quotes", func(n int) string { return "References: " + strings.Repeat(`<"a\"b"@x> <a"b> `, n) + "\n\n" }},
	{"references, cut", func(n int) string { return "References: " + strings.Repeat("<\"a@b ", n) + "\n\n" }},
	{"numbers in a date", func(n int) string { return "Date: " + strings.Repeat("1-Jan-1:", n) + "\n\n" }},
	{"languages", func(n int) string { return "Content-Language: " + strings.Repeat("en, ", n) + "\n\n" }},
	{"parts", func(n int) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", n)
	}},
	{"lines that are nearly a boundary", func(n int) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + strings.Repeat("--b b\n--b-\n", n)
	}},
	{"multiparts in multiparts", func(n int) string {
		var sb strings.Builder
		for i := range n / 50 {
			fmt.Fprintf(&sb, "Content-Type: multipart/mixed; boundary=b%d\n\n%s--b%[1]d\n", i, strings.Repeat("x\n", 50))
		}
		return sb.String()
	}},
	{"multiparts with their boundaries missing", func(n int) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: multipart/mixed\n\nx\n", n)
	}},
	{"messages in messages", func(n int) string { return strings.Repeat("Content-Type: message/rfc822\n\n", n) }},
	{"escapes of ISO 2022", func(n int) string {
		return "Content-Type: text/plain; charset=iso-2022-jp\n\n" + strings.Repeat("\x1b$B$3\x1b(B", n)
	}},
	{"shifts of UTF-7", func(n int) string { return "Content-Type: text/plain; charset=utf-7\n\n" + strings.Repeat("+AOk-+", n) }},
	{"tags", func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<a b='\"><!--<script>", n) }},
	{"quoted-printable", func(n int) string {
		return "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("=C3=A9 \t=\n", n)
	}},
	{"padding in base64", func(n int) string { return "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("QQ==\n", n) }},
}

func numberedWords(format string, n int) string {
	var sb strings.Builder
	for i := range n {
		fmt.Fprintf(&sb, format, i)
	}
	return sb.String()
}

// everything is what a client can ask of a message.
func everything(raw []byte) {
	m := Parse(raw)
	useEverything(m)
	JoinContinuations(m.Root().Params)
	JoinContinuations(m.Root().DispositionParams)
	m.AddressContains("To", "X")
	m.MessageID()
	m.TextError()
	m.SortSubject()
	var names []string
	for _, f := range m.Fields() {
		names = append(names, f.Name)
	}
	m.Section(Section{Spec: HeaderFieldsNot, Fields: names})
}

// A mail of four times the length takes four times the time, whatever it is made of.
func TestGrowth(t *testing.T)      { growth.Test(t, growths()) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths()) }

func growths() []growth.Case {
	var out []growth.Case
	for _, mail := range mails {
		out = append(out, growth.Case{Name: mail.name, Size: 10_000, Prepare: func(_ testing.TB, n int) func() {
			raw := []byte(mail.make(n))
			return func() { everything(raw) }
		}})
	}
	return out
}
