package mimetree

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFields(t *testing.T) {
	m := Parse(crlf(`
From mbox@example.org Thu Jan  1 00:00:00 1970
Subject: one
	two
 three
X-Old : space before the colon
this is no field
 nor this
X-Empty:
subject:again
café: this is no field either

body: x
`))
	type field struct{ name, value, unfolded string }
	var got []field
	for _, f := range m.Fields() {
		got = append(got, field{f.Name, string(f.Value), f.Unfolded()})
	}
	want := []field{
		{"Subject", " one\r\n\ttwo\r\n three", "one\ttwo three"},
		{"X-Old", " space before the colon", "space before the colon"},
		{"X-Empty", "", ""},
		{"subject", "again", "again"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(field{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if m.Subject() != "one\ttwo three" {
		t.Errorf("subject %q", m.Subject())
	}
	if diff := cmp.Diff([]string{"one\ttwo three", "again"}, m.Header()["Subject"]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMessageIDs(t *testing.T) {
	for value, want := range map[string][]string{
		"<a@b>":                            {"a@b"},
		"<a@b> <c@d>":                      {"a@b", "c@d"},
		"<a@b>,<c@d>":                      {"a@b", "c@d"},
		"a@b":                              {"a@b"},
		"Your message of Monday <a@b>":     {"a@b"},
		"Your message of Monday":           nil,
		"<a@b":                             nil,
		"<>":                               nil,
		"":                                 nil,
		"<1234 @ local(blah) .m .example>": {"1234@local.m.example"}, // RFC 5322, appendix A.6.3
	} {
		if diff := cmp.Diff(want, messageIDs(nil, value)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", value, diff)
		}
	}
}

func TestMessageIDFields(t *testing.T) {
	m := Parse([]byte("Message-Id: <3@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <1@x>\r\n <2@x>\r\n\r\n"))
	if m.MessageID() != "3@x" {
		t.Errorf("Message-ID %q", m.MessageID())
	}
	if diff := cmp.Diff([]string{"2@x"}, m.InReplyTo()); diff != "" {
		t.Errorf("In-Reply-To (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1@x", "2@x"}, m.References()); diff != "" {
		t.Errorf("References (-want +got)\n%s", diff)
	}
	if id := Parse(nil).MessageID(); id != "" {
		t.Errorf("Message-ID %q of nothing", id)
	}
}

// A header ends behind its first blank line, wherever that is.
func TestHeaderOf(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"\n", "\r", "\r\n", "\n\t", "\n\v", "\n\r", "a", "\u00e9", "\x8a", strings.Repeat("long ", 7)})
	rapid.Check(t, func(t *rapid.T) {
		raw := strings.Join(rapid.SliceOfN(pieces, 0, 40).Draw(t, "pieces"), "")
		want := ""
		for line := range strings.Lines(raw) {
			want += line
			if line == "\n" || line == "\r\n" {
				break
			}
		}
		if got := string(HeaderOf([]byte(raw))); got != want {
			t.Fatalf("%q: got %q, want %q", raw, got, want)
		}
	})
}
