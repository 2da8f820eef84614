package imaptest

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// compiled is the profile as the engine takes it; nil for one that is this server as it is.
// It is made once if no option changes it.
func (c *config) compiled() *imapd.Profile {
	if len(c.changes)+len(c.with)+len(c.without) > 0 || c.anyLogin {
		return c.compile()
	}
	made := c.profile.orEverything()
	made.compile.Do(func() { made.compiled = c.compile() })
	return made.compiled
}

func (c *config) compile() *imapd.Profile {
	s := c.spec
	p := imapd.Profile{
		Greeting: s.Greeting,
		Caps:     c.compiledCaps(),
		ID:       s.ID,
		Select:   s.Select,
		Examine:  s.Examine,
		Flags: imapd.ProfileFlags{
			System: s.Flags.System, Listed: s.Flags.Listed, Hidden: s.Flags.Hidden, Keywords: s.Flags.Keywords, New: string(s.Flags.New),
		},
		Names:   s.Names.compiled(),
		Numbers: imapd.Numbers{UIDNext: imap.UID(s.Numbers.UIDNext), Recent: string(s.Numbers.Recent), Window: s.Numbers.Window},
		Limits: imapd.ProfileLimits{
			BadBeforeLogin: s.Limits.BadBeforeLogin, Bad: s.Limits.Bad,
			Line: s.Limits.Line, LineBeforeLogin: s.Limits.LineBefore,
			IdleBeforeLogin: s.Limits.IdleBeforeLogin, Idle: s.Limits.Idle, Session: s.Limits.Session, Token: s.Limits.Token,
		},
	}
	if s.Fetch.UIDLast {
		p.Fetch.UID = "last"
	}
	for _, event := range slices.Sorted(maps.Keys(s.Texts)) {
		p.Texts = append(p.Texts, imapd.Text{Event: imapd.Event(event), Answer: s.Texts[event]})
	}
	for _, m := range s.Mailboxes {
		if len(m.Attrs)+len(m.XList) > 0 || m.Hidden || s.Names.Order == ListAsGiven {
			p.Names.Mailboxes = append(p.Names.Mailboxes, imapd.MailboxForm{Name: m.Name, Attrs: m.Attrs, XList: m.XList, Hidden: m.Hidden})
		}
	}
	for _, mech := range s.SASL {
		p.SASL = append(p.SASL, imapd.SASL{Mechanism: mech.Mechanism, Prompts: mech.Prompt, Failure: mech.Failure})
	}
	for _, q := range s.Quirks {
		p.Quirks = append(p.Quirks, q.compiled())
	}
	if reflect.ValueOf(p).IsZero() {
		return nil
	}
	return &p
}

func (n SpecNames) compiled() imapd.Names {
	return imapd.Names{
		NoDelimiter: n.NoDelimiter, Inbox: n.Inbox, Root: n.Root, Quote: string(n.Quote), Attrs: n.Attrs, Order: string(n.Order),
		Prefix: n.Prefix, Personal: n.Personal, Other: n.Other, Shared: n.Shared, Lenient: n.Lenient,
	}
}

// compiledCaps are the lists with what With adds, at their ends, and without what Without
// takes away.
func (c *config) compiledCaps() imapd.ProfileCaps {
	own := c.spec.Caps
	out := imapd.ProfileCaps{Works: own.Works}
	unknown := slices.Clone(own.Ornaments) // what the engine does not know it cannot refuse
	for _, name := range own.Dead {
		if isCap(string(name)) {
			out.Dead = append(out.Dead, name)
		} else {
			unknown = append(unknown, string(name))
		}
	}
	if !own.listed() {
		return out
	}
	working := c.caps()
	out.Works = slices.DeleteFunc(slices.Clone(own.Works), func(name imap.Cap) bool { return !slices.Contains(working, name) })
	list := func(words string, before bool) string {
		if words == "" {
			return ""
		}
		kept := strings.Fields(words)
		if len(c.with)+len(c.without) > 0 || c.anyLogin {
			kept = slices.DeleteFunc(kept, func(word string) bool {
				name := capName(word)
				return isCap(word) && !slices.Contains(working, name) && !slices.Contains(own.Dead, name)
			})
			for _, name := range c.with {
				if onlyBefore := strings.HasPrefix(string(name), "AUTH=") || name == imap.CapStartTLS; before || !onlyBefore {
					kept = append(kept, c.valued(name))
				}
			}
			return strings.Join(kept, " ")
		}
		return words
	}
	out.BeforeLogin, out.BeforeTLS = list(own.BeforeLogin, true), list(own.BeforeTLS, true)
	if out.AfterLogin = list(own.AfterLogin, false); own.AfterLogin == "" && len(c.with) > 0 {
		out.AfterLogin = list(own.BeforeLogin, false)
	}
	out.Ornaments = unknown
	return out
}

// valued is a capability with its value, where one of a list must have it.
func (c *config) valued(name imap.Cap) string {
	switch name {
	case imap.CapAppendLimit:
		return fmt.Sprintf("%s=%d", name, c.appendLimit)
	case imapd.CapMessageLimit:
		return fmt.Sprintf("%s=%d", name, c.messageLimit)
	case imapd.CapSaveLimit:
		return fmt.Sprintf("%s=%d", name, c.saveLimit)
	}
	return string(name)
}

// compiled is the quirk as the engine takes it.
func (q Quirk) compiled() imapd.Quirk {
	out := imapd.Quirk{Name: q.Name}
	for _, act := range q.Acts {
		switch a := act.(type) {
		case TextAct:
			out.Acts = append(out.Acts, imapd.Text{Event: imapd.Event(a.Event), Answer: a.Answer})
		case CapAct:
			out.Acts = append(out.Acts, imapd.Cap(a))
		case GateAct:
			out.Acts = append(out.Acts, imapd.Gate(a))
		case ItemAct:
			out.Acts = append(out.Acts, imapd.Item(a))
		case LetterAct:
			out.Acts = append(out.Acts, imapd.Letter(a))
		case EditAct:
			out.Acts = append(out.Acts, imapd.Edit{Response: a.Response, Find: a.Find, Replace: a.Replace, Drop: a.Drop, Twice: a.Twice})
		case TellAct:
			out.Acts = append(out.Acts, imapd.Tell(a))
		case ClockAct:
			out.Acts = append(out.Acts, imapd.Clock{On: a.On, After: a.After, Bytes: a.Bytes, Then: a.Then})
		}
	}
	return out
}

// takeLimits takes from the profile what options have not said.
func (c *config) takeLimits() {
	l := c.spec.Limits
	if c.store == nil {
		c.delim = cmp.Or(c.delim, c.spec.Names.Delimiter)
	}
	c.appendLimit = cmp.Or(c.appendLimit, l.Append)
	if c.saveLimit == 0 {
		c.messageLimit = cmp.Or(c.messageLimit, l.Messages)
	}
	own := Limits{
		Conns: l.Conns, ConnsPerUser: l.ConnsPerUser, CommandsPerMinute: l.Commands,
		FailedLogins: l.FailedLogins, FailedLoginDelay: l.FailedLoginDelay,
	}
	if c.limits == nil && own != (Limits{}) {
		limits := own
		c.limits = &limits
	}
}
