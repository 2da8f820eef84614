package imapd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// capPlan is which capabilities are shown when. A list that is nil is the usual one.
type capPlan struct {
	inTheClear, before, after []string
	works                     []imap.Cap // of all that is shown, and besides
	dead                      []imap.Cap
	shown                     shownCaps // of the usual list
}

func newCapPlan(p *Profile) capPlan {
	plan := capPlan{
		inTheClear: wordsOf(p.Caps.BeforeTLS), before: wordsOf(p.Caps.BeforeLogin), after: wordsOf(p.Caps.AfterLogin),
		works: p.Caps.Works, dead: p.Caps.Dead,
	}
	if plan.after == nil {
		plan.after = plan.before
	}
	for _, q := range p.Quirks {
		for _, act := range actsOf[Cap](q) {
			plan.apply(act)
		}
	}
	for _, word := range slices.Concat(plan.inTheClear, plan.before, plan.after) {
		if c, known := capOfWord(word); known {
			plan.works = append(slices.Clip(plan.works), c)
		}
	}
	return plan
}

// wordsOf is a list, nil if there is none.
func wordsOf(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Fields(list)
}

// apply does what an act of a quirk says of a capability.
func (plan *capPlan) apply(act Cap) {
	name := imap.Cap(act.Word)
	if act.Shown {
		plan.shown.add([]imap.Cap{name})
	} else {
		plan.shown.remove([]imap.Cap{name})
	}
	for _, list := range []*[]string{&plan.inTheClear, &plan.before, &plan.after} {
		if *list != nil {
			*list = strings.Fields(plan.shown.apply(strings.Join(*list, " ")))
		}
	}
	c, known := capOfWord(act.Word)
	if !known {
		return
	}
	plan.works = slices.DeleteFunc(slices.Clone(plan.works), func(other imap.Cap) bool { return equalCap(other, c) })
	plan.dead = slices.DeleteFunc(slices.Clone(plan.dead), func(other imap.Cap) bool { return equalCap(other, c) })
	if act.Works {
		plan.works = append(plan.works, c)
	} else {
		plan.dead = append(plan.dead, c)
	}
}

// capOfWord is the capability of the engine that a word shows: APPENDLIMIT for
// APPENDLIMIT=35651584.
func capOfWord(word string) (imap.Cap, bool) {
	name, _, hasValue := strings.Cut(word, "=")
	for _, row := range rows() {
		if equalCap(row.cap, imap.Cap(word)) || hasValue && row.value != nil && equalCap(row.cap, imap.Cap(name)) {
			return row.cap, true
		}
	}
	return "", false
}

// capSetFor is what a server with a profile has. Its lists take the place of what the
// configuration has; without lists it is that.
func (p *plan) capSetFor(usual capSet) capSet {
	caps := usual.list()
	if p.caps.lists() {
		caps = nil
	}
	for _, c := range p.caps.works {
		if !slices.Contains(caps, c) {
			caps = append(caps, c)
		}
	}
	caps = slices.DeleteFunc(caps, func(c imap.Cap) bool { return slices.Contains(p.caps.dead, c) })
	set, _ := newCapSet(caps) // a server of others may lack what a capability needs
	return set
}

// lists says that the profile has lists of its own.
func (plan *capPlan) lists() bool { return plan.before != nil }

// listed is the profile's list for this moment, nil for the usual one.
func (c *conn) listed() []string {
	p := c.srv.profile
	switch {
	case p == nil || !p.caps.lists():
		return nil
	case c.user != nil:
		return p.caps.after
	case p.caps.inTheClear != nil && !c.info.TLS:
		return p.caps.inTheClear
	}
	return p.caps.before
}

// showListed is such a list as it is shown: without what cannot be done now. After login
// STARTTLS is shown by those that have it in their list then.
func (c *conn) showListed(words []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(words), func(word string) bool {
		switch imap.Cap(word) {
		case imap.CapStartTLS:
			return c.user == nil && !c.canStartTLS()
		case CapCompressDeflate:
			return c.compressed
		}
		return false
	}), " ")
}

// checkCaps says which words of the lists nobody knows, and which contradict each other.
func (p *Profile) checkCaps() []error {
	var errs []error
	complain := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, list := range []string{p.Caps.BeforeTLS, p.Caps.BeforeLogin, p.Caps.AfterLogin} {
		words := strings.Fields(list)
		for _, word := range words {
			_, known := capOfWord(word)
			ornament := slices.Contains(p.Caps.Ornaments, word)
			switch {
			case !known && !ornament:
				complain("capability %s is neither one of this server's nor an ornament", word)
			case known && ornament:
				complain("capability %s is one of this server's, and no ornament", word)
			}
		}
		for less, more := range InPlaceOf() {
			if slices.Contains(words, string(less)) && slices.Contains(words, string(more)) {
				complain("%s and %s exclude each other", more, less)
			}
		}
	}
	if p.Caps.BeforeLogin == "" && p.Caps.AfterLogin+p.Caps.BeforeTLS != "" {
		complain("there are capabilities after login or in the clear, and none before login")
	}
	for _, c := range slices.Concat(p.Caps.Works, p.Caps.Dead) {
		if _, known := capOfWord(string(c)); !known {
			complain("capability %s is none of this server's", c)
		}
	}
	for _, c := range p.Caps.Works {
		if slices.Contains(p.Caps.Dead, c) {
			complain("capability %s works and is dead", c)
		}
	}
	return errs
}
