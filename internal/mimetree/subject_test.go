package mimetree

import (
	"testing"
	"unicode/utf8"
)

// The forms of RFC 5256, section 2.1.
func TestBaseSubject(t *testing.T) {
	for _, tt := range []struct {
		subject, base string
		reply         bool
	}{
		{"", "", false},
		{"Invoice 17", "Invoice 17", false},
		{"  Invoice \t\r\n 17  ", "Invoice 17", false},
		{"Re: Invoice", "Invoice", true},
		{"RE : Invoice", "Invoice", true},
		{"fw: Invoice", "Invoice", true},
		{"Fwd: Invoice", "Invoice", true},
		{"Fwdd: Invoice", "Fwdd: Invoice", false},
		{"Re: re: FWD: Invoice", "Invoice", true},
		{"Re[2]: Invoice", "Invoice", true},
		{"Re [list] : Invoice", "Invoice", true},
		{"Invoice (fwd)", "Invoice", true},
		{"Invoice (FWD) (fwd) ", "Invoice", true},
		{"[list] Invoice", "Invoice", false},
		{"[list] Re: [list] Invoice", "Invoice", true},
		{"[a][b]Invoice", "Invoice", false},
		{"[list]", "[list]", false}, // nothing would be left
		{"Re: [list]", "[list]", true},
		{"[a[b] Invoice", "[a[b] Invoice", false}, // no BLOBCHAR
		{"[fwd: Invoice]", "Invoice", true},
		{"[Fwd: Re: Invoice (fwd)]", "Invoice", true},
		{"[fwd: Invoice", "[fwd: Invoice", false},
		{"Re:", "", true},
		{"Re", "Re", false},
		{"Reply: x", "Reply: x", false},
		{"AW: Rechnung", "AW: Rechnung", false}, // other languages are not in the RFC
		{"Re: Grüße", "Grüße", true},
	} {
		base, reply := BaseSubject(tt.subject)
		if base != tt.base || reply != tt.reply {
			t.Errorf("%q: got %q, %v, want %q, %v", tt.subject, base, reply, tt.base, tt.reply)
		}
	}
}

func FuzzBaseSubject(f *testing.F) {
	for _, seed := range []string{"Re: [a] [fwd: x (fwd)]", "[[]", "re[: :", "fw ["} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		base, _ := BaseSubject(s)
		if len(base) > len(s) || utf8.ValidString(s) && !utf8.ValidString(base) {
			t.Errorf("%q: base %q", s, base)
		}
		if again, reply := BaseSubject(base); again != base || reply {
			t.Errorf("%q: the base of %q is %q", s, base, again)
		}
	})
}

// The keys by which SORT compares: RFC 5256, section 3; RFC 5957, section 2.
func TestSortKeys(t *testing.T) {
	for _, tt := range []struct{ from, address, display string }{
		{"Ann <ann@example.com>", "ANN", "ANN"},
		{`"Ann A." <a@example.com>`, "A", "ANN A."},
		{"bob@example.com", "BOB", "BOB@EXAMPLE.COM"},
		{"=?utf-8?q?=C3=89mile?= <e@example.com>", "E", "E\u0301MILE"},
		{"Team: x@example.com;", "TEAM", "TEAM"},
		{"", "", ""},
		{"one@example.com, two@example.com", "ONE", "ONE@EXAMPLE.COM"},
	} {
		m := Parse([]byte("From: " + tt.from + "\r\n\r\n"))
		if got := m.SortAddress("From"); got != tt.address {
			t.Errorf("%s: address %q, want %q", tt.from, got, tt.address)
		}
		if got := m.DisplayName("From"); got != tt.display {
			t.Errorf("%s: display name %q, want %q", tt.from, got, tt.display)
		}
	}
	m := Parse([]byte("Subject: Re: [x] Zeb\r\n\r\n"))
	if got := m.SortSubject(); got != "ZEB" {
		t.Errorf("subject %q", got)
	}
}
