package imaptest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The quirks of a profile file. One of the catalogue is named; one of its own stands in
// lines below its name:
//
//	quirk shouting fault
//	    doc "writes its texts in capitals"
//	    edit "tagged OK" "find=completed" replace=COMPLETED

func (r *specReader) quirk() {
	words := r.words(1, 1)
	if words == nil || !r.once("quirk "+words[0]) {
		return
	}
	q := Quirk{Name: words[0]}
	i := slices.IndexFunc(r.known.Quirks, func(have Quirk) bool { return have.Name == q.Name })
	switch {
	case len(r.line.block) > 0:
		r.define(&q)
	case i < 0:
		r.fail("there is no quirk %q%s", q.Name, orNearest(q.Name, quirkNames(r.known.Quirks)))
		return
	default:
		q = r.known.Quirks[i]
	}
	r.spec.Quirks = append(slices.Clip(r.spec.Quirks), q)
}

// define reads the lines below a quirk's name.
func (r *specReader) define(q *Quirk) {
	quirk := r.line
	defer func() { r.line = quirk }()
	for i, text := range quirk.block {
		key, rest, _ := strings.Cut(text, " ")
		r.line = specLine{n: quirk.at[i], key: key, rest: rest}
		switch key {
		case "doc":
			if words := r.words(1, 1); words != nil {
				q.Doc = words[0]
			}
		case "fault":
			q.Fault = true
		case "source":
			q.Sources = append(q.Sources, r.words(1, 1)...)
		case "excludes":
			q.Excludes = append(q.Excludes, r.words(1, -1)...)
		case "needs":
			q.Needs = append(q.Needs, r.words(1, -1)...)
		default:
			if act := r.act(key); act != nil {
				q.Acts = append(q.Acts, act)
			}
		}
	}
}

// act reads one act.
func (r *specReader) act(key string) Act {
	if _, ok := choice(r, "a line of a quirk", key, "doc", "fault", "source", "excludes", "needs", "text", "cap", "gate", "item", "letter", "edit", "tell", "clock", "set"); !ok {
		return nil
	}
	words := r.words(1, -1)
	if words == nil {
		return nil
	}
	first, rest := words[0], words[1:]
	switch key {
	case "text", "item":
		if len(rest) != 1 {
			r.fail("%s takes 2 words", key)
			return nil
		}
		if key == "text" {
			return TextAct{Event(first), rest[0]}
		}
		return ItemAct{first, rest[0]}
	case "cap":
		a := CapAct{Word: first}
		r.named(rest, map[string]any{"shown": &a.Shown, "works": &a.Works})
		return a
	case "gate":
		a := GateAct{On: first}
		r.named(rest, map[string]any{"when": &a.When, "answer": &a.Answer, "bye": &a.Bye, "after": &a.After})
		return a
	case "letter":
		a := LetterAct{Type: first}
		r.named(rest, map[string]any{"text": &a.Text, "envelope": &a.Envelope})
		return a
	case "edit":
		a := EditAct{Response: first}
		r.named(rest, map[string]any{"find": &a.Find, "replace": &a.Replace, "twice": &a.Twice, "drop": &a.Drop})
		return a
	case "clock":
		a := ClockAct{On: first}
		r.named(rest, map[string]any{"after": &a.After, "bytes": &a.Bytes, "then": &a.Then})
		return a
	}
	if len(rest) > 0 {
		r.fail("%s takes a word: quote a text with spaces", key)
	}
	if key == "set" {
		return SetAct{first}
	}
	return TellAct{first}
}

// named reads name=value, and names alone.
func (r *specReader) named(words []string, to map[string]any) {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch p := to[name].(type) {
		case *bool:
			*p = true
		case *string:
			*p = value
		case *int, *int64, *time.Duration:
			r.number(name, value, p)
		default:
			names := make([]string, 0, len(to))
			for name := range to {
				names = append(names, name)
			}
			slices.Sort(names)
			choice(r, r.line.key, word, names...)
		}
	}
}

// settable are the settings that a quirk can change.
var settable = []string{
	"text", "flags", "flags-listed", "flags-hidden", "keywords", "new-keywords", "fetch", "inbox", "list", "names",
	"uidnext", "recent", "window", "sasl", "limit", "labels", "id", "greeting",
}

// set does what the SetActs of a spec's quirks say. What is wrong with one is an error.
func (s *ProfileSpec) set() []error {
	var errs []error
	for _, q := range s.Quirks {
		r := &specReader{spec: *s, set: map[string]int{}}
		for _, act := range q.Acts {
			if a, is := act.(SetAct); is {
				r.setLine(a.Line)
			}
		}
		for _, e := range r.errs {
			errs = append(errs, fmt.Errorf("quirk %s: %w", q.Name, e.err))
		}
		quirks := s.Quirks
		*s = r.spec
		s.Quirks = quirks
	}
	return errs
}

func (r *specReader) setLine(line string) {
	lines, errs := specLines(line)
	r.errs = append(r.errs, errs...)
	for _, l := range lines {
		r.line = l
		if !slices.Contains(settable, l.key) {
			r.fail("a quirk cannot set %q%s", l.key, orNearest(l.key, settable))
			continue
		}
		specKeys()[l.key](r)
	}
}
