package imaptest

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
)

// specKeys are the settings of a profile file.
func specKeys() map[string]func(*specReader) {
	return map[string]func(*specReader){
		"profile":      oneWord(func(s *ProfileSpec) *string { return &s.Name }),
		"title":        oneWord(func(s *ProfileSpec) *string { return &s.Title }),
		"seen":         oneWord(func(s *ProfileSpec) *string { return &s.Seen }),
		"like":         (*specReader).like,
		"without":      (*specReader).without,
		"greeting":     asItStands(func(s *ProfileSpec) *string { return &s.Greeting }),
		"caps":         (*specReader).caps,
		"id":           asItStands(func(s *ProfileSpec) *string { return &s.ID }),
		"text":         (*specReader).answer,
		"select":       lines(func(s *ProfileSpec) *[]string { return &s.Select }),
		"examine":      lines(func(s *ProfileSpec) *[]string { return &s.Examine }),
		"flags":        wordList(func(s *ProfileSpec) *[]imap.Flag { return &s.Flags.System }),
		"flags-listed": wordList(func(s *ProfileSpec) *[]imap.Flag { return &s.Flags.Listed }),
		"flags-hidden": wordList(func(s *ProfileSpec) *[]imap.Flag { return &s.Flags.Hidden }),
		"keywords":     wordList(func(s *ProfileSpec) *[]imap.Flag { return &s.Flags.Keywords }),
		"new-keywords": oneOf(func(s *ProfileSpec) *NewKeywords { return &s.Flags.New }, KeywordsFirst, NoKeywords),
		"fetch":        switchOn("uid-last", func(s *ProfileSpec) *bool { return &s.Fetch.UIDLast }),
		"delimiter":    (*specReader).delimiter,
		"inbox":        oneWord(func(s *ProfileSpec) *string { return &s.Names.Inbox }),
		"list":         (*specReader).list,
		"prefix":       asItStands(func(s *ProfileSpec) *string { return &s.Names.Prefix }),
		"namespace":    (*specReader).namespace,
		"names":        switchOn("lenient", func(s *ProfileSpec) *bool { return &s.Names.Lenient }),
		"mailbox":      (*specReader).mailbox,
		"uidvalidity":  number(func(s *ProfileSpec) any { return &s.Numbers.UIDValidity }),
		"uidnext":      number(func(s *ProfileSpec) any { return &s.Numbers.UIDNext }),
		"recent":       oneOf(func(s *ProfileSpec) *RecentRule { return &s.Numbers.Recent }, RecentNever, RecentSticky),
		"window":       number(func(s *ProfileSpec) any { return &s.Numbers.Window }),
		"sasl":         (*specReader).sasl,
		"limit":        (*specReader).limit,
		"labels":       (*specReader).labels,
		"quirk":        (*specReader).quirk,
	}
}

// The kinds of setting that several keys have.

func oneWord(of func(*ProfileSpec) *string) func(*specReader) {
	return func(r *specReader) {
		if words := r.words(1, 1); words != nil && r.once(r.line.key) {
			*of(&r.spec) = words[0]
		}
	}
}

func asItStands(of func(*ProfileSpec) *string) func(*specReader) {
	return func(r *specReader) {
		if text, ok := r.text(); ok && r.once(r.line.key) {
			*of(&r.spec) = text
		}
	}
}

func lines(of func(*ProfileSpec) *[]string) func(*specReader) {
	return func(r *specReader) {
		switch {
		case r.line.rest != "":
			r.fail("the lines of %s stand below it, indented by four spaces", r.line.key)
		case len(r.line.block) == 0:
			r.fail("%s has no lines below it", r.line.key)
		case r.once(r.line.key):
			*of(&r.spec) = r.line.block
		}
	}
}

func wordList[T ~string](of func(*ProfileSpec) *[]T) func(*specReader) {
	return func(r *specReader) {
		if words := r.words(1, -1); words != nil && r.once(r.line.key) {
			*of(&r.spec) = as[T](words)
		}
	}
}

func as[T ~string](words []string) []T {
	out := make([]T, len(words))
	for i, word := range words {
		out[i] = T(word)
	}
	return out
}

func oneOf[T ~string](of func(*ProfileSpec) *T, choices ...T) func(*specReader) {
	return func(r *specReader) {
		words := r.words(1, 1)
		if words == nil || !r.once(r.line.key) {
			return
		}
		if one, ok := choice(r, r.line.key, words[0], choices...); ok {
			*of(&r.spec) = one
		}
	}
}

func switchOn(name string, of func(*ProfileSpec) *bool) func(*specReader) {
	return func(r *specReader) {
		words := r.words(1, 1)
		if words == nil || !r.once(r.line.key) {
			return
		}
		if _, ok := choice(r, r.line.key, words[0], name); ok {
			*of(&r.spec) = true
		}
	}
}

func number(of func(*ProfileSpec) any) func(*specReader) {
	return func(r *specReader) {
		if words := r.words(1, 1); words != nil && r.once(r.line.key) {
			r.number(r.line.key, words[0], of(&r.spec))
		}
	}
}

// number reads one into a pointer to it; a duration is "30m".
func (r *specReader) number(what, word string, to any) {
	v := reflect.ValueOf(to).Elem()
	if d, is := to.(*time.Duration); is {
		n, err := time.ParseDuration(word)
		if err != nil || n <= 0 {
			r.fail("%s: %q is no time: 30m, or 5s", what, word)
		}
		*d = n
		return
	}
	n, err := strconv.ParseUint(word, 10, v.Type().Bits()-1)
	switch {
	case err != nil || n == 0:
		r.fail("%s: %q is no number from 1", what, word)
	case v.CanUint():
		v.SetUint(n)
	default:
		v.SetInt(int64(n))
	}
}

func (r *specReader) caps() {
	which, words, _ := strings.Cut(r.line.rest, " ")
	lists := map[string]*string{
		"before-login": &r.spec.Caps.BeforeLogin, "before-tls": &r.spec.Caps.BeforeTLS, "after-login": &r.spec.Caps.AfterLogin,
	}
	if _, ok := choice(r, "caps", which, settingWords["caps"]...); !ok {
		return
	}
	if strings.TrimSpace(words) == "" {
		r.fail("caps %s needs words", which)
		return
	}
	if !r.once("caps " + which) {
		return
	}
	caps := &r.spec.Caps
	switch fields := strings.Fields(words); which {
	case "has":
		caps.Has = as[imap.Cap](fields)
	case "works":
		caps.Works = as[imap.Cap](fields)
	case "dead":
		caps.Dead = as[imap.Cap](fields)
	case "ornaments":
		caps.Ornaments = fields
	default:
		*lists[which] = words
	}
}

// answer reads the text of an event.
func (r *specReader) answer() {
	event, rest, _ := strings.Cut(r.line.rest, " ")
	if event == "" {
		r.fail("text needs an event, and what is answered: text auth.password NO no such user")
		return
	}
	r.line.rest = rest
	text, ok := r.text()
	if !ok || !r.once("text "+event) {
		return
	}
	if r.spec.Texts == nil {
		r.spec.Texts = Texts{}
	}
	if text == noText {
		text = ""
	}
	r.spec.Texts[Event(event)] = text
}

// noText stands in a file for an untagged line that is not sent.
const noText = "-"

func (r *specReader) delimiter() {
	words := r.words(1, 1)
	if words == nil || !r.once("delimiter") {
		return
	}
	c, size := utf8.DecodeRuneInString(words[0])
	if size != len(words[0]) {
		r.fail("delimiter: %q is not one character", words[0])
		return
	}
	r.spec.Names.Delimiter = c
}

func (r *specReader) list() {
	words := r.words(1, -1)
	if words == nil || !r.once("list "+words[0]) {
		return
	}
	n := &r.spec.Names
	which, ok := choice(r, "list", words[0], settingWords["list"]...)
	if want := map[string]int{"root": 2, "quote": 2, "order": 2, "no-delimiter": 1}[which]; ok && want != 0 && len(words) != want {
		r.fail("list %s takes %s", which, countWords(want-1, "word"))
		return
	}
	switch which {
	case "root":
		n.Root = words[1]
	case "quote":
		n.Quote, _ = choice(r, "list quote", words[1], QuoteAlways, QuoteIfNeeded, QuoteNever)
	case "order":
		n.Order, _ = choice(r, "list order", words[1], ListAsGiven, ListAnyOrder)
	case "no-delimiter":
		n.NoDelimiter = true
	case "attributes":
		n.Attrs = strings.Join(words[1:], " ")
	}
}

func (r *specReader) namespace() {
	which, value, _ := strings.Cut(r.line.rest, " ")
	n := &r.spec.Names
	if _, ok := choice(r, "namespace", which, settingWords["namespace"]...); !ok || !r.once("namespace "+which) {
		return
	}
	if value == "" {
		r.fail(`namespace %s needs what NAMESPACE says of it: (("" "/"))`, which)
		return
	}
	*map[string]*string{"personal": &n.Personal, "other": &n.Other, "shared": &n.Shared}[which] = value
}

func (r *specReader) mailbox() {
	words := r.words(1, -1)
	if words == nil || !r.once("mailbox "+words[0]) {
		return
	}
	m := SpecMailbox{Name: words[0]}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch lang, isName := strings.CutPrefix(name, "name."); {
		case isName:
			if m.Names == nil {
				m.Names = map[string]string{}
			}
			m.Names[lang] = value
		case name == "use":
			m.Use = imap.MailboxAttr(value)
		case name == "attr":
			m.Attrs = append(m.Attrs, value)
		case name == "xlist":
			m.XList = append(m.XList, value)
		case word == "noselect":
			m.NoSelect = true
		case word == "hidden":
			m.Hidden = true
		default:
			choice(r, "mailbox", name, "noselect", "hidden", "use=", "attr=", "xlist=", "name.LANGUAGE=")
		}
	}
	replaceOrAdd(&r.spec.Mailboxes, m, func(have SpecMailbox) bool { return have.Name == m.Name })
}

// replaceOrAdd puts a value in the place of its like.
func replaceOrAdd[T any](list *[]T, value T, like func(T) bool) {
	if i := slices.IndexFunc(*list, like); i >= 0 {
		*list = slices.Clone(*list)
		(*list)[i] = value
		return
	}
	*list = append(slices.Clip(*list), value)
}

func (r *specReader) sasl() {
	words := r.words(1, -1)
	if words == nil || !r.once("sasl "+words[0]) {
		return
	}
	mech := SpecSASL{Mechanism: words[0]}
	for _, word := range words[1:] {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "prompt":
			mech.Prompt = append(mech.Prompt, value)
		case "failure":
			mech.Failure = value
		default:
			choice(r, "sasl", name, "prompt=", "failure=")
		}
	}
	replaceOrAdd(&r.spec.SASL, mech, func(have SpecSASL) bool { return have.Mechanism == mech.Mechanism })
}

func (r *specReader) limit() {
	words := r.words(2, 2)
	if words == nil || !r.once("limit "+words[0]) {
		return
	}
	var names []string
	for _, row := range specLimits {
		names = append(names, row.name)
		if row.name == words[0] {
			r.number("limit "+row.name, words[1], row.of(&r.spec.Limits))
			return
		}
	}
	choice(r, "limit", words[0], names...)
}

func (r *specReader) labels() {
	words, err := splitWords(r.line.rest)
	if err != nil {
		r.fail("labels: %w", err)
	}
	if !r.once("labels") {
		return
	}
	l := &SpecLabels{}
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "auto-expunge":
			l.AutoExpunge = true
		case "dedupe":
			l.Dedupe = true
		case "expunged":
			l.Expunged, _ = choice(r, "labels expunged", value, "trash", "delete")
		case "max":
			r.number("labels max", value, &l.MailboxMax)
		default:
			choice(r, "labels", name, "auto-expunge", "dedupe", "expunged=", "max=")
		}
	}
	r.spec.Labels = l
}
