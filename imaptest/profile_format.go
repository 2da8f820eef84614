package imaptest

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Format writes a profile in the form that Parse reads: the quirks of the catalogue by name,
// others in full.
func (c Catalogue) Format(p Profile) string {
	w := &specWriter{known: c.Quirks}
	w.spec(p.Spec())
	return w.String()
}

// specWriter gathers the lines of a profile file.
type specWriter struct {
	strings.Builder
	known []Quirk
}

func (w *specWriter) words(words ...string) { w.WriteString(specWords(words...) + "\n") }

// word writes a setting of one word, if it is set.
func (w *specWriter) word(key, value string) {
	if value != "" {
		w.words(append(strings.Fields(key), value)...)
	}
}

// list writes a setting of several words, if there are any.
func list[T ~string](w *specWriter, key string, values []T) {
	if len(values) == 0 {
		return
	}
	words := strings.Fields(key)
	for _, v := range values {
		words = append(words, string(v))
	}
	w.words(words...)
}

// raw writes the rest of a line as it stands, and several lines below their key.
func (w *specWriter) raw(key, text string) {
	switch {
	case text == "":
	case strings.Contains(text, "\n"):
		w.block(key, strings.Split(text, "\n"))
	default:
		w.WriteString(key + " " + text + "\n")
	}
}

func (w *specWriter) block(key string, lines []string) {
	if len(lines) == 0 {
		return
	}
	w.WriteString(key + "\n")
	for _, line := range lines {
		w.WriteString(specIndent + line + "\n")
	}
}

func (w *specWriter) number(key string, n uint64) {
	if n != 0 {
		w.WriteString(key + " " + strconv.FormatUint(n, 10) + "\n")
	}
}

func (w *specWriter) spec(s ProfileSpec) {
	w.word("profile", s.Name)
	w.word("title", s.Title)
	w.word("seen", s.Seen)
	w.raw("greeting", s.Greeting)
	list(w, "caps has", s.Caps.Has)
	w.raw("caps before-login", s.Caps.BeforeLogin)
	w.raw("caps before-tls", s.Caps.BeforeTLS)
	w.raw("caps after-login", s.Caps.AfterLogin)
	list(w, "caps works", s.Caps.Works)
	list(w, "caps dead", s.Caps.Dead)
	list(w, "caps ornaments", s.Caps.Ornaments)
	w.raw("id", s.ID)
	for _, event := range slices.Sorted(maps.Keys(s.Texts)) {
		w.raw("text "+string(event), cmp.Or(s.Texts[event], noText))
	}
	w.block("select", s.Select)
	w.block("examine", s.Examine)
	w.flags(s)
	w.names(s.Names)
	for _, m := range s.Mailboxes {
		w.mailbox(m)
	}
	w.number("uidvalidity", uint64(s.Numbers.UIDValidity))
	w.number("uidnext", uint64(s.Numbers.UIDNext))
	w.word("recent", string(s.Numbers.Recent))
	w.number("window", uint64(s.Numbers.Window))
	for _, mech := range s.SASL {
		w.sasl(mech)
	}
	w.limits(s.Limits)
	w.labels(s.Labels)
	for _, q := range s.Quirks {
		w.quirk(q)
	}
}

func (w *specWriter) flags(s ProfileSpec) {
	list(w, "flags", s.Flags.System)
	list(w, "flags-listed", s.Flags.Listed)
	list(w, "flags-hidden", s.Flags.Hidden)
	list(w, "keywords", s.Flags.Keywords)
	w.word("new-keywords", string(s.Flags.New))
	if s.Fetch.UIDLast {
		w.words("fetch", "uid-last")
	}
}

func (w *specWriter) names(n SpecNames) {
	if n.Delimiter != 0 {
		w.words("delimiter", string(n.Delimiter))
	}
	w.word("inbox", n.Inbox)
	w.word("list root", n.Root)
	w.word("list quote", string(n.Quote))
	list(w, "list attributes", strings.Fields(n.Attrs))
	w.word("list order", string(n.Order))
	if n.NoDelimiter {
		w.words("list", "no-delimiter")
	}
	w.raw("prefix", n.Prefix)
	w.raw("namespace personal", n.Personal)
	w.raw("namespace other", n.Other)
	w.raw("namespace shared", n.Shared)
	if n.Lenient {
		w.words("names", "lenient")
	}
}

func (w *specWriter) mailbox(m SpecMailbox) {
	words := []string{"mailbox", m.Name}
	if m.NoSelect {
		words = append(words, "noselect")
	}
	if m.Hidden {
		words = append(words, "hidden")
	}
	if m.Use != "" {
		words = append(words, "use="+string(m.Use))
	}
	for _, attr := range m.Attrs {
		words = append(words, "attr="+attr)
	}
	for _, use := range m.XList {
		words = append(words, "xlist="+use)
	}
	for _, lang := range slices.Sorted(maps.Keys(m.Names)) {
		words = append(words, "name."+lang+"="+m.Names[lang])
	}
	w.words(words...)
}

func (w *specWriter) sasl(s SpecSASL) {
	words := []string{"sasl", s.Mechanism}
	for _, prompt := range s.Prompt {
		words = append(words, "prompt="+prompt)
	}
	if s.Failure != "" {
		words = append(words, "failure="+s.Failure)
	}
	w.words(words...)
}

// specLimits are the limits by name: a pointer to an int, a uint32, a uint64 or a duration.
var specLimits = []struct {
	name string
	of   func(*SpecLimits) any
}{
	{"conns", func(l *SpecLimits) any { return &l.Conns }},
	{"conns-per-user", func(l *SpecLimits) any { return &l.ConnsPerUser }},
	{"failed-logins", func(l *SpecLimits) any { return &l.FailedLogins }},
	{"failed-login-delay", func(l *SpecLimits) any { return &l.FailedLoginDelay }},
	{"commands", func(l *SpecLimits) any { return &l.Commands }},
	{"bad-before-login", func(l *SpecLimits) any { return &l.BadBeforeLogin }},
	{"bad", func(l *SpecLimits) any { return &l.Bad }},
	{"line", func(l *SpecLimits) any { return &l.Line }},
	{"line-before-login", func(l *SpecLimits) any { return &l.LineBefore }},
	{"idle-before-login", func(l *SpecLimits) any { return &l.IdleBeforeLogin }},
	{"idle", func(l *SpecLimits) any { return &l.Idle }},
	{"session", func(l *SpecLimits) any { return &l.Session }},
	{"token", func(l *SpecLimits) any { return &l.Token }},
	{"messages", func(l *SpecLimits) any { return &l.Messages }},
	{"append", func(l *SpecLimits) any { return &l.Append }},
}

func (w *specWriter) limits(l SpecLimits) {
	for _, row := range specLimits {
		if v := reflect.ValueOf(row.of(&l)).Elem(); !v.IsZero() {
			w.words("limit", row.name, fmt.Sprint(v.Interface()))
		}
	}
}

func (w *specWriter) labels(l *SpecLabels) {
	if l == nil {
		return
	}
	words := []string{"labels"}
	if l.AutoExpunge {
		words = append(words, "auto-expunge")
	}
	if l.Dedupe {
		words = append(words, "dedupe")
	}
	if l.Expunged != "" {
		words = append(words, "expunged="+l.Expunged)
	}
	if l.MailboxMax != 0 {
		words = append(words, fmt.Sprintf("max=%d", l.MailboxMax))
	}
	w.words(words...)
}

// quirk writes one by name if the catalogue has it just so.
func (w *specWriter) quirk(q Quirk) {
	if slices.ContainsFunc(w.known, func(known Quirk) bool { return reflect.DeepEqual(known, q) }) {
		w.words("quirk", q.Name)
		return
	}
	var in specWriter
	in.word("doc", q.Doc)
	if q.Fault {
		in.words("fault")
	}
	for _, source := range q.Sources {
		in.words("source", source)
	}
	list(&in, "excludes", q.Excludes)
	list(&in, "needs", q.Needs)
	for _, act := range q.Acts {
		in.words(actWords(act)...)
	}
	w.block(specWords("quirk", q.Name), strings.Split(strings.TrimSuffix(in.String(), "\n"), "\n"))
}

// actWords is an act as a line of a quirk.
func actWords(act Act) []string {
	switch a := act.(type) {
	case TextAct:
		return []string{"text", string(a.Event), a.Answer}
	case CapAct:
		return named([]string{"cap", a.Word}, "shown", a.Shown, "works", a.Works)
	case GateAct:
		return named([]string{"gate", a.On}, "when", a.When, "answer", a.Answer, "bye", a.Bye, "after", a.After)
	case ItemAct:
		return []string{"item", a.Name, a.How}
	case LetterAct:
		return named([]string{"letter", a.Type}, "text", a.Text, "envelope", a.Envelope)
	case EditAct:
		return named([]string{"edit", a.Response}, "find", a.Find, "replace", a.Replace, "twice", a.Twice, "drop", a.Drop)
	case TellAct:
		return []string{"tell", a.How}
	case SetAct:
		return []string{"set", a.Line}
	case ClockAct:
		return named([]string{"clock", a.On}, "after", a.After, "bytes", int(a.Bytes), "then", a.Then)
	}
	panic(fmt.Sprintf("imaptest: no form for %T", act))
}

// named adds the values that are set, name=value, or the name alone of what is true.
func named(words []string, pairs ...any) []string {
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		switch v := pairs[i+1].(type) {
		case bool:
			if v {
				words = append(words, name)
			}
		case string:
			if v != "" {
				words = append(words, name+"="+v)
			}
		case int:
			if v != 0 {
				words = append(words, fmt.Sprintf("%s=%d", name, v))
			}
		case time.Duration:
			if v != 0 {
				words = append(words, name+"="+v.String())
			}
		}
	}
	return words
}
