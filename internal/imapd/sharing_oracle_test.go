package imapd_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The oracle of TestSharing: who may do what, and what becomes of it, from the text of RFC
// 4314, in sets of letters. It knows nothing of the code.

// letters is a set of rights.
type letters string

func (l letters) has(all string) bool {
	for _, right := range all {
		if !strings.ContainsRune(string(l), right) {
			return false
		}
	}
	return true
}

func (l letters) hasAny(some string) bool { return strings.ContainsAny(string(l), some) }

var members = strings.NewReplacer("c", "kx", "d", "te")

// standard is the set in the order of section 2.1, with c and d (section 2.1.1) for their
// members.
func (l letters) standard() letters {
	text := members.Replace(string(l))
	var out letters
	for _, right := range "lrswipkxtea" {
		if strings.ContainsRune(text, right) {
			out += letters(right)
		}
	}
	return out
}

// told are rights as a server tells them: with c and d, which are there if any of those are
// for which they stand (RFC 4314, section 2.1.1).
func (l letters) told() letters {
	out := strings.TrimSuffix(string(l), "a")
	if strings.ContainsAny(out, "kx") {
		out += "c"
	}
	if strings.ContainsAny(out, "te") {
		out += "d"
	}
	return letters(out + string(l[len(strings.TrimSuffix(string(l), "a")):]))
}

func (l letters) less(other letters) letters {
	return letters(strings.Map(func(r rune) rune {
		if strings.ContainsRune(string(other), r) {
			return -1
		}
		return r
	}, string(l)))
}

// omessage is a message. Its subject is no other's.
type omessage struct {
	subject string
	flags   map[string]bool // without \Seen, where that is per user
	seen    map[string]bool // by account
}

// omailbox is a mailbox.
type omailbox struct {
	owner, name string // owner "": no account
	seenApart   bool
	acl         map[string]letters
	messages    []*omessage
	note        string // its comment for all
	gone        bool
}

// oracle is all mailboxes.
type oracle struct {
	mailboxes []*omailbox
	subjects  int
}

func (o *oracle) find(owner, name string) *omailbox {
	for _, m := range o.mailboxes {
		if !m.gone && m.owner == owner && m.name == name {
			return m
		}
	}
	return nil
}

func (o *oracle) add(owner, name string, acl map[string]letters) *omailbox {
	m := &omailbox{owner: owner, name: name, acl: maps.Clone(acl)}
	if m.acl == nil {
		m.acl = make(map[string]letters)
		if owner != "" {
			m.acl[owner] = "lrswipkxtea"
		}
	}
	o.mailboxes = append(o.mailboxes, m)
	return m
}

// rights are those of an account (section 2): what is granted to it and to anyone, less
// what is taken away from either; l and a on its own mailboxes whatever is said.
func (m *omailbox) rights(account string) letters {
	have := m.acl[account] + m.acl["anyone"]
	have = have.less(m.acl["-"+account] + m.acl["-anyone"])
	if m.owner == account {
		have += "la"
	}
	return have.standard()
}

// path is the mailbox's name for an account.
func (m *omailbox) path(account string) string { return path(account, m.owner, m.name) }

func path(account, owner, name string) string {
	switch owner {
	case account:
		return name
	case "":
		return "Shared/" + name
	}
	return "Other Users/" + owner + "/" + name
}

// above is the nearest mailbox above a name, or nil.
func (o *oracle) above(owner, name string) *omailbox {
	for {
		i := strings.LastIndex(name, "/")
		if i < 0 {
			return nil
		}
		name = name[:i]
		if m := o.find(owner, name); m != nil {
			return m
		}
	}
}

// mayCreate is k on the nearest existing parent, which must be there for the account; at
// the top only its own account makes mailboxes.
func (o *oracle) mayCreate(account, owner, name string) bool {
	if m := o.above(owner, name); m != nil {
		return m.rights(account).has("lk")
	}
	return owner == account
}

// create makes a mailbox and those above it, each with the rights of the one above.
func (o *oracle) create(owner, name string) *omailbox {
	for i, r := range name + "/" {
		if r != '/' || o.find(owner, name[:i]) != nil {
			continue
		}
		var acl map[string]letters
		if parent := o.above(owner, name[:i]); parent != nil {
			acl = parent.acl
		}
		o.add(owner, name[:i], acl)
	}
	return o.find(owner, name)
}

func (o *oracle) below(m *omailbox) []*omailbox {
	var out []*omailbox
	for _, other := range o.mailboxes {
		if !other.gone && other.owner == m.owner && strings.HasPrefix(other.name, m.name+"/") {
			out = append(out, other)
		}
	}
	return out
}

// flagRight is the right that it takes to set a flag (section 4).
func flagRight(flag string) string {
	switch flag {
	case `\Seen`:
		return "s"
	case `\Deleted`:
		return "t"
	}
	return "w"
}

// apart says that \Seen is another one for the account than for who owns the mailbox.
func (m *omailbox) apart(account string) bool { return m.seenApart && m.owner != account }

func (m *omailbox) has(msg *omessage, account, flag string) bool {
	if flag == `\Seen` && m.apart(account) {
		return msg.seen[account]
	}
	return msg.flags[flag]
}

// set sets or clears a flag, if the account may.
func (m *omailbox) set(msg *omessage, account, flag string, on bool) {
	switch {
	case !m.rights(account).has(flagRight(flag)):
	case flag == `\Seen` && m.apart(account):
		msg.seen[account] = on
	default:
		msg.flags[flag] = on
	}
}

// put adds a message with flags, without those that the account may not set.
func (m *omailbox) put(account, subject string, flags []string) {
	msg := &omessage{subject, make(map[string]bool), make(map[string]bool)}
	m.messages = append(m.messages, msg)
	for _, flag := range flags {
		m.set(msg, account, flag, true)
	}
}

var oflags = []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`}

// flagsOf are a message's flags as an account sees them.
func (m *omailbox) flagsOf(msg *omessage, account string) []string {
	var out []string
	for _, flag := range oflags {
		if m.has(msg, account, flag) {
			out = append(out, flag)
		}
	}
	return out
}

// String is all that is stored, to be compared.
func (o *oracle) String() string {
	var lines []string
	for _, m := range o.mailboxes {
		if m.gone {
			continue
		}
		line := fmt.Sprintf("%s:%s", m.owner, m.name)
		for _, who := range slices.Sorted(maps.Keys(m.acl)) {
			line += fmt.Sprintf(" %s=%s", who, m.acl[who].standard())
		}
		for _, msg := range m.messages {
			line += fmt.Sprintf(" [%s %v", msg.subject, m.flagsOf(msg, m.owner))
			for _, who := range []string{"ann", "bob", "eve"} {
				if m.apart(who) && msg.seen[who] {
					line += " " + who
				}
			}
			line += "]"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
