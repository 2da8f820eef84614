package imaptest

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Check says what is wrong with the profile, all of it, a sentence each.
func (p Profile) Check() error {
	made := p.orEverything()
	made.check.Do(func() { made.wrong = made.spec.check() })
	return made.wrong
}

func (s *ProfileSpec) check() error {
	wrong := s.wrong()
	for i, err := range wrong {
		wrong[i] = fmt.Errorf("profile %s: %w", s.Name, err)
	}
	return errors.Join(wrong...)
}

// wrong is what is, without the profile's name.
func (s *ProfileSpec) wrong() []error {
	k := &specChecker{ProfileSpec: s}
	k.name()
	k.caps()
	k.answers()
	k.lines()
	k.names()
	k.mailboxes()
	k.mechanisms()
	k.numbers()
	k.labels()
	k.quirks()
	return k.errs
}

// specChecker gathers what is wrong.
type specChecker struct {
	*ProfileSpec
	errs []error
}

func (k *specChecker) fail(format string, args ...any) {
	k.errs = append(k.errs, fmt.Errorf(format, args...))
}

var profileName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

func (k *specChecker) name() {
	if !profileName.MatchString(k.Name) {
		k.fail("%q is no name: lower case letters, digits, and ._- between them", k.Name)
	}
}

// capName is the name by which the engine may have a word of CAPABILITY:
// APPENDLIMIT=35651584 is APPENDLIMIT.
func capName(word string) imap.Cap {
	if name, known := imapd.CapOfWord(word); known {
		return name
	}
	return imap.Cap(word)
}

// isCap says whether the engine has what a word of CAPABILITY shows.
func isCap(word string) bool {
	_, known := imapd.CapOfWord(word)
	return known
}

// shown are the words of all lists, each once.
func (c *Caps) shown() []string {
	var out []string
	for _, list := range []string{c.BeforeTLS, c.BeforeLogin, c.AfterLogin} {
		for word := range strings.FieldsSeq(list) {
			if !slices.Contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return out
}

// listed says whether the profile has lists of its own.
func (c *Caps) listed() bool { return c.BeforeLogin+c.BeforeTLS+c.AfterLogin != "" }

func (k *specChecker) caps() {
	c := &k.Caps
	if c.listed() && len(c.Has) > 0 {
		k.fail("Caps.Has is for a profile without lists of its own")
	}
	if c.BeforeLogin == "" && c.listed() {
		k.fail("there is a list of capabilities, but none for the time before login")
	}
	words := c.shown()
	if c.listed() && !slices.ContainsFunc([]imap.Cap{imap.CapIMAP4rev1, imap.CapIMAP4rev2}, func(rev imap.Cap) bool {
		return (slices.Contains(words, string(rev)) || slices.Contains(c.Works, rev)) && !slices.Contains(c.Dead, rev)
	}) {
		k.fail("of IMAP4rev1 and IMAP4rev2 none is there that works: a server has one of them (RFC 9051, section 6.1.1)")
	}
	for _, word := range words {
		if !isCap(word) && !slices.Contains(c.Ornaments, word) && !slices.Contains(c.Dead, imap.Cap(word)) {
			k.fail("capability %s is not implemented, and is no ornament%s", word, orNearest(word, capNames()))
		}
	}
	for _, list := range [][]imap.Cap{c.Has, c.Works} {
		for _, name := range list {
			if !isCap(string(name)) {
				k.fail("capability %s is not implemented%s", name, orNearest(string(name), capNames()))
			}
		}
	}
	isShown := func(name imap.Cap) bool {
		return slices.ContainsFunc(words, func(word string) bool { return capName(word) == name })
	}
	for _, name := range c.Works {
		if slices.Contains(c.Dead, name) {
			k.fail("capability %s both works and is dead", name)
		}
	}
	for _, name := range c.Dead {
		if !isShown(name) && !slices.Contains(words, string(name)) {
			k.fail("capability %s is dead, but no list shows it", name)
		}
	}
	for _, word := range c.Ornaments {
		switch name := imap.Cap(word); {
		case slices.Contains(c.Works, name) || slices.Contains(c.Dead, name):
			k.fail("capability %s is an ornament, and works or is dead besides", word)
		case isCap(word):
			k.fail("capability %s is implemented: it works, or it is dead, but it is no ornament", word)
		case !slices.Contains(words, word):
			k.fail("capability %s is an ornament, but no list shows it", word)
		}
	}
	k.excluded(isShown)
	k.limitShown("APPENDLIMIT", k.Limits.Append)
	k.limitShown("MESSAGELIMIT", uint64(k.Limits.Messages))
}

// excluded looks for pairs of which a server has one.
func (k *specChecker) excluded(isShown func(imap.Cap) bool) {
	for less, more := range imapd.InPlaceOf() {
		if isShown(less) && isShown(more) {
			k.fail("capabilities %s and %s exclude each other", more, less)
		}
	}
}

// limitShown holds a capability's value to the limit. A list may show another one before
// login than after it, and then the limit is one of them.
func (k *specChecker) limitShown(name string, limit uint64) {
	var values []string
	for _, word := range k.Caps.shown() {
		if value, is := strings.CutPrefix(word, name+"="); is {
			values = append(values, value)
		}
	}
	if len(values) > 0 && !slices.Contains(values, fmt.Sprint(limit)) {
		k.fail("%s=%s is shown, but the limit is %d", name, strings.Join(values, " and "+name+"="), limit)
	}
}

// lines looks at the greeting, ID and SELECT.
func (k *specChecker) lines() {
	if k.Greeting != "" {
		k.template("the greeting", k.Greeting, nil)
		k.begins("the greeting", k.Greeting, "* OK", "* PREAUTH", "* BYE")
	}
	k.template("ID", k.ID, nil)
	if k.ID != "" && k.ID != "NIL" && !(strings.HasPrefix(k.ID, "(") && strings.HasSuffix(k.ID, ")")) {
		k.fail("ID is NIL or a list in parentheses, not %s", k.ID)
	}
	for what, list := range map[string][]string{"SELECT": k.Select, "EXAMINE": k.Examine} {
		for _, line := range list {
			k.template("a line of "+what, line, selectValues)
			k.begins("a line of "+what, line, "* ")
		}
	}
}

// selectValues are the placeholders of SELECT's lines besides the general ones.
var selectValues = []string{"exists", "recent", "unseen", "uidvalidity", "uidnext", "highestmodseq", "mailboxid", "flags", "permanentflags"}

func (k *specChecker) begins(what, line string, with ...string) {
	for _, prefix := range with {
		if strings.HasPrefix(line, prefix) {
			return
		}
	}
	var words []string // which a placeholder may follow, or stand for
	for _, prefix := range with {
		if word := strings.TrimRight(prefix, " {"); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	k.fail("%s has to begin with %s: %s", what, strings.Join(words, " or "), line)
}

var placeholder = regexp.MustCompile(`\{[a-z.]*\}`)

// generalValues are the placeholders that every template can have.
var generalValues = []string{
	"text", "code", "line", "command", "verb", "tag", "mailbox", "user", "capabilities",
	"peer", "host", "id", "uuid", "conn", "date", "n", "ms", "secs", "sp",
}

// template looks at the placeholders of a line, and at what cannot be in one.
func (k *specChecker) template(what, line string, values []string) {
	for _, found := range placeholder.FindAllString(line, -1) {
		name := found[1 : len(found)-1]
		if have := append(slices.Clone(generalValues), values...); !slices.Contains(have, name) {
			k.fail("%s has no %s%s", what, found, orNearest(name, have))
		}
	}
	switch {
	case strings.HasSuffix(line, " "):
		k.fail("%s ends in a space: write {sp} for it", what)
	case strings.ContainsAny(line, "\r\x00"):
		k.fail("%s has a byte that no line can have", what)
	}
}

func (k *specChecker) names() {
	n := &k.Names
	if words := strings.Fields(n.Attrs); len(words) > 0 && n.Attrs != "sorted" {
		known := []string{"kind", "subscribed", "children", "use", "own"}
		for _, word := range words {
			if !slices.Contains(known, word) {
				k.fail("there are no attributes %q to order%s", word, orNearest(word, append(known, "sorted")))
			}
		}
	}
	if n.Delimiter != 0 && !canDelimit(n.Delimiter) {
		k.fail("%q cannot separate names", n.Delimiter)
	}
	if n.Inbox != "" && !strings.EqualFold(n.Inbox, "INBOX") {
		k.fail("INBOX is spelled in some case of letters, not %q", n.Inbox)
	}
	if n.Prefix != "" && !strings.HasSuffix(n.Prefix, string(k.delimiter())) {
		k.fail("the prefix %q has to end with the delimiter %q", n.Prefix, k.delimiter())
	}
	for what, list := range map[string]string{"personal": n.Personal, "other": n.Other, "shared": n.Shared} {
		if list != "" && list != "NIL" && !(strings.HasPrefix(list, "((") && strings.HasSuffix(list, "))")) {
			k.fail(`the %s namespaces are NIL or like (("" "/")), not %s`, what, list)
		}
	}
}

// delimiter is what separates the levels of the profile's names.
func (s *ProfileSpec) delimiter() rune { return cmp.Or(s.Names.Delimiter, '/') }

func (k *specChecker) mailboxes() {
	delim := string(k.delimiter())
	var names []string
	uses := map[imap.MailboxAttr]string{}
	for _, m := range k.Mailboxes {
		if slices.Contains(names, m.Name) {
			k.fail("mailbox %q is there twice", m.Name)
		}
		names = append(names, m.Name)
		if delim != "/" && strings.Contains(m.Name, "/") {
			k.fail("mailbox %q: the delimiter is %q", m.Name, delim)
		}
		if before, taken := uses[m.Use]; taken && m.Use != "" {
			k.fail("mailboxes %q and %q both are %s", before, m.Name, m.Use)
		}
		uses[m.Use] = m.Name
		for _, attr := range slices.Concat([]string{string(m.Use)}, m.Attrs, m.XList) {
			if attr != "" && !strings.HasPrefix(attr, `\`) {
				k.fail(`mailbox %q: an attribute begins with a backslash, not %s`, m.Name, attr)
			}
		}
		switch isInbox := strings.EqualFold(m.Name, "INBOX"); {
		case isInbox && (m.NoSelect || m.Use != "" || len(m.Names) > 0):
			k.fail("INBOX has attributes at most: it can be selected, has no special use, and one name (RFC 9051, section 5.1)")
		case !isInbox && !strings.HasPrefix(m.Name, k.Names.Prefix):
			k.fail("mailbox %q is outside the prefix %q", m.Name, k.Names.Prefix)
		}
	}
}

func (k *specChecker) mechanisms() {
	for _, mech := range k.SASL {
		if name := imap.AuthCap(mech.Mechanism); !imapd.Implements(name) {
			k.fail("there is no mechanism %s%s", mech.Mechanism, orNearest(mech.Mechanism, mechanisms()))
		}
		for _, prompt := range mech.Prompt {
			k.begins("a prompt of "+mech.Mechanism, prompt, "+")
		}
	}
}

func (k *specChecker) numbers() {
	for _, row := range specLimits {
		if v := fmt.Sprint(row.of(&k.Limits)); strings.HasPrefix(v, "-") {
			k.fail("the limit %s is negative", row.name)
		}
	}
	if k.Numbers.Window < 0 {
		k.fail("the window is negative")
	}
}

func (k *specChecker) labels() {
	if k.Labels == nil {
		return
	}
	for _, use := range []imap.MailboxAttr{imap.MailboxAttrAll, imap.MailboxAttrJunk, imap.MailboxAttrTrash} {
		if !slices.ContainsFunc(k.Mailboxes, func(m SpecMailbox) bool { return m.Use == use }) {
			k.fail("labels need a mailbox that is %s", use)
		}
	}
}

// working are the capabilities that a client can use.
func (s *ProfileSpec) working() []imap.Cap {
	c := &s.Caps
	if !c.listed() {
		if len(c.Has) == 0 {
			return append(imapd.AllCaps(), c.Works...)
		}
		return append(slices.Clone(c.Has), c.Works...)
	}
	out := slices.Clone(c.Works)
	for _, word := range c.shown() {
		name := capName(word)
		if isCap(word) && !slices.Contains(out, name) && !slices.Contains(c.Dead, name) {
			out = append(out, name)
		}
	}
	return out
}

// mechanisms are those that the engine has.
func mechanisms() []string {
	var out []string
	for _, name := range capNames() {
		if mechanism, is := strings.CutPrefix(name, "AUTH="); is {
			out = append(out, mechanism)
		}
	}
	return out
}
