package imaptest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Profile is the kind of server that is played: what it can do, and how it says so. A
// Profile is an [Option]; With, Without, [WithQuirk], [WithText] and others change it for
// one server. It is a value that never changes: [Profile.Derive] makes another one. The
// zero value is Everything.
//
// Package [github.com/go-mailtest/mailtest/imaptest/provider] has profiles of known
// servers.
type Profile struct{ made *madeProfile }

// madeProfile is what a profile was made of, and what is wrong with it, which is looked for
// once: many servers are started with one profile.
type madeProfile struct {
	spec  ProfileSpec
	check sync.Once
	wrong error

	effect   sync.Once
	inEffect ProfileSpec // with what its quirks set; shared

	compile  sync.Once
	compiled *imapd.Profile // shared
}

// The profiles that are nobody's.
var (
	// Everything has every capability that is implemented. It is the default.
	Everything = NewProfile(ProfileSpec{Name: "everything", Title: "everything that is implemented"})
	// Rev1 is a server with RFC 3501 alone: no extension but STARTTLS and
	// AUTH=PLAIN, which RFC 3501 demands. It tests a client's fallbacks.
	Rev1 = NewProfile(ProfileSpec{Name: "rev1", Title: "IMAP4rev1 alone", Caps: Caps{
		Has: []imap.Cap{imap.CapIMAP4rev1, imap.CapStartTLS, imap.AuthCap("PLAIN")},
	}})
	// Rev2 is a server with RFC 9051 alone: IMAP4rev2 from the start, and what
	// that has taken in (appendix E). It tests clients that only know IMAP4rev1.
	Rev2 = NewProfile(ProfileSpec{Name: "rev2", Title: "IMAP4rev2 alone", Caps: Caps{
		Has: append([]imap.Cap{imap.CapIMAP4rev2, imap.CapLiteralMinus, imap.CapStartTLS, imap.AuthCap("PLAIN")}, imapd.Rev2Caps()...),
	}})
)

// Profiles lists the profiles that are nobody's, for tests that run over each of them.
func Profiles() []Profile { return []Profile{Everything, Rev1, Rev2} }

// NewProfile makes a profile. What is wrong in the spec is told by [Profile.Check], and by
// Start.
func NewProfile(spec ProfileSpec) Profile {
	return Profile{&madeProfile{spec: spec.clone()}}
}

// Name is the profile's name, in lower case.
func (p Profile) Name() string { return p.of().Name }

// String is the profile's name as examples/server takes it.
func (p Profile) String() string { return p.Name() }

// Spec is a copy of what the profile was made of.
func (p Profile) Spec() ProfileSpec { return p.of().clone() }

// Derive is the profile with another name and what change does.
func (p Profile) Derive(name string, change func(*ProfileSpec)) Profile {
	s := p.Spec()
	s.Name = name
	change(&s)
	return NewProfile(s)
}

func (p Profile) orEverything() *madeProfile {
	if p.made == nil {
		return Everything.made
	}
	return p.made
}

// inEffect is the spec with what its quirks set, which nobody changes.
func (p Profile) inEffect() *ProfileSpec {
	made := p.orEverything()
	made.effect.Do(func() {
		made.inEffect = made.spec.clone()
		made.inEffect.set()
	})
	return &made.inEffect
}

func (p Profile) of() *ProfileSpec {
	return &p.orEverything().spec
}

// clone is a copy that shares nothing which a caller could change.
func (s ProfileSpec) clone() ProfileSpec {
	s.Caps.Has, s.Caps.Works, s.Caps.Dead = slices.Clone(s.Caps.Has), slices.Clone(s.Caps.Works), slices.Clone(s.Caps.Dead)
	s.Caps.Ornaments = slices.Clone(s.Caps.Ornaments)
	s.Texts = maps.Clone(s.Texts)
	s.Select, s.Examine = slices.Clone(s.Select), slices.Clone(s.Examine)
	s.Flags.System, s.Flags.Listed = slices.Clone(s.Flags.System), slices.Clone(s.Flags.Listed)
	s.Flags.Hidden, s.Flags.Keywords = slices.Clone(s.Flags.Hidden), slices.Clone(s.Flags.Keywords)
	s.Mailboxes = slices.Clone(s.Mailboxes)
	for i, m := range s.Mailboxes {
		s.Mailboxes[i].Attrs, s.Mailboxes[i].XList, s.Mailboxes[i].Names = slices.Clone(m.Attrs), slices.Clone(m.XList), maps.Clone(m.Names)
	}
	s.SASL = slices.Clone(s.SASL)
	for i, mech := range s.SASL {
		s.SASL[i].Prompt = slices.Clone(mech.Prompt)
	}
	if s.Labels != nil {
		labels := *s.Labels
		s.Labels = &labels
	}
	s.Quirks = slices.Clone(s.Quirks)
	return s
}

func (p Profile) apply(c *config) error {
	if c.profiled && c.profile.of() != p.of() {
		return fmt.Errorf("two profiles: %v and %v", c.profile, p)
	}
	c.profile, c.profiled = p, true
	return nil
}

// changeProfile is an option that changes the profile, whichever it is.
func changeProfile(change func(*ProfileSpec) error) Option {
	return optionFunc(func(c *config) error { c.changes = append(c.changes, change); return nil })
}

// WithText gives an event another answer, whatever the profile says; see [Texts].
func WithText(event Event, answer string) Option {
	return changeProfile(func(s *ProfileSpec) error {
		if s.Texts == nil {
			s.Texts = Texts{}
		}
		s.Texts[event] = answer
		return nil
	})
}

// WithLanguage names the mailboxes of new accounts as the profile's server names them for
// people of that language, "de" or "en-GB". What has no name in it keeps its own.
func WithLanguage(lang string) Option {
	return changeProfile(func(s *ProfileSpec) error {
		var have []string
		for i, m := range s.Mailboxes {
			have = slices.AppendSeq(have, maps.Keys(m.Names))
			s.Mailboxes[i].Name = cmp.Or(m.Names[lang], m.Name)
		}
		slices.Sort(have)
		if have = slices.Compact(have); !slices.Contains(have, lang) {
			return fmt.Errorf("WithLanguage: %s has no names in %q (have %s)", s.Name, lang, joinNames(have))
		}
		return nil
	})
}
