package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// Nothing is wrong with any profile of the catalogue.
func TestCheck(t *testing.T) {
	for _, p := range provider.All() {
		if err := p.Check(); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// Nor with any quirk, on a server that has everything.
func TestCheckQuirks(t *testing.T) {
	for _, q := range provider.Quirks() {
		p := imaptest.Everything.Derive("one-quirk", func(s *imaptest.ProfileSpec) { s.Quirks = []imaptest.Quirk{q} })
		if err := p.Check(); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// A profile that is written and read is the same, with its quirks by name and in full.
func TestTextForm(t *testing.T) {
	for _, p := range append(provider.All(), imaptest.Profiles()...) {
		for what, c := range map[string]imaptest.Catalogue{"by name": provider.Catalogue(), "in full": {}} {
			text := c.Format(p)
			got, err := c.Parse(p.Name()+".txt", text)
			if err != nil {
				t.Errorf("%v:\n%s", err, text)
				continue
			}
			if diff := cmp.Diff(p.Spec(), got.Spec(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, quirks %s: what was written (-) and read (+):\n%s", p, what, diff)
			}
		}
	}
}

// Each quirk comes through the text form.
func TestTextFormOfQuirks(t *testing.T) {
	for _, q := range provider.Quirks() {
		p := imaptest.Everything.Derive("one-quirk", func(s *imaptest.ProfileSpec) { s.Quirks = []imaptest.Quirk{q} })
		text := imaptest.Catalogue{}.Format(p)
		got, err := imaptest.Catalogue{}.Parse("quirk.txt", text)
		if err != nil {
			t.Errorf("%v:\n%s", err, text)
			continue
		}
		if diff := cmp.Diff(q, got.Spec().Quirks[0], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: what was written (-) and read (+):\n%s\n%s", q, diff, text)
		}
	}
}

// The names of profiles and of quirks are one each.
func TestNamesOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range append(provider.All(), imaptest.Profiles()...) {
		if seen[p.Name()] {
			t.Errorf("two profiles %s", p)
		}
		seen[p.Name()] = true
		if got, ok := provider.Named(p.Name()); ok && got != p {
			t.Errorf("Named(%q) is another", p.Name())
		}
	}
	for _, q := range provider.Quirks() {
		if seen[q.Name] {
			t.Errorf("two quirks %s", q)
		}
		seen[q.Name] = true
		if q.Doc == "" || len(q.Sources) == 0 {
			t.Errorf("%s says not what it does, or not whence that is known", q)
		}
	}
}
