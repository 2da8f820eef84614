package report_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// What cannot be seen in words of strangers is shown: controls by their pictures, what sets the
// direction by its number.
func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                      "plain",
		"two\nlines\tof ü, 日本, שלום": "two\nlines\tof ü, 日本, שלום",
		"a\x00b\x1b[31mc\x7f\r":      "a␀b␛[31mc␡␍",
		"invoice\u202efdp.exe":       "invoice[U+202E]fdp.exe",
		"\u2066a\u2069\u200f\u061c":  "[U+2066]a[U+2069][U+200F][U+061C]",
		"\u0085":                     "[U+0085]",
		"\xff\xfe":                   "\ufffd\ufffd",
	} {
		if report.Show(&in); in != want {
			t.Errorf("got %q, want %q", in, want)
		}
	}
}

// Mail that is meant to be hard to show is shown, in a report that is no larger than others: lines
// of megabytes, in the body, in the header, in a name of a file; what is no UTF-8; what is not
// seen.
func TestHardToShow(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	long := strings.Repeat("x", limit)
	hard := []string{
		"Subject: " + long + "\r\n\r\n" + long,
		"Subject: \x00\u202e\r\nFrom: \u202eevil\r\nContent-Type: application/x; name=\"invoice\u202efdp.exe\x00\"\r\n\r\n\x00\xff",
		"Content-Type: application/x; name=\"" + long + "\"\r\nFrom: " + long + "\r\nX-\u202e: x\r\n\r\n",
		long + "\r\n\r\n",
		strings.Repeat("X-A: b\r\n", 20_000) + "\r\n",
	}
	for _, without := range []bool{false, true} {
		var messages []*report.Message
		for _, raw := range hard {
			messages = append(messages, report.ParseMessage([]byte(raw)))
		}
		d := sample.Mail(messages)
		d.Events[0].Args, d.Failures[0].Text = "\u202e\x00\xff", "\u202e\x00\xff"
		began := time.Now()
		page := written(t, d, report.Options{WithoutBodies: without, Limit: limit})
		if len(page) > limit || time.Since(began) > time.Minute {
			t.Errorf("%d bytes after %v", len(page), time.Since(began))
		}
		shown, _, _ := strings.Cut(page, `<script type="application/json"`)
		if strings.ContainsAny(shown, "\x00\u202e") || !utf8.ValidString(page) {
			t.Error("what is not seen is in it as it was")
		}
		v := data(t, page)
		if got := v.Messages[1].Subj; got != "␀[U+202E]" {
			t.Errorf("the subject is %q", got)
		}
		if n := len(v.Messages[0].Subj); n > 2000 {
			t.Errorf("the subject has %d bytes", n)
		}
	}
}
