package imaptest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Catalogue is what a profile file can name: the profiles that it can be like, and quirks.
// That of package provider has all that are known.
type Catalogue struct {
	Profiles []Profile
	Quirks   []Quirk
}

// ReadFile reads a profile from a file; see [Catalogue.Parse].
func (c Catalogue) ReadFile(path string) (Profile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Profile{}, fmt.Errorf("imaptest: %w", err)
	}
	return c.Parse(path, strings.TrimPrefix(string(text), "\ufeff"))
}

// Parse reads a profile in its text form, as [Catalogue.Format] writes it: one setting a
// line, comments from "#", words or text in double quotes. Lines of the server stand as
// they are; several of them stand below their key, indented by four spaces.
//
//	profile ours
//	like outlook
//	greeting * OK mail.example ready
//	text auth.password NO no such user
//	text auth.logindisabled
//	    * OK [ALERT] read the notice
//	    NO not without TLS
//	quirk trailing-space
//	without quirk envelope-spaces
//
// The error names the line of everything that is wrong; file is what it calls the text.
func (c Catalogue) Parse(file, text string) (Profile, error) {
	r := &specReader{known: c, set: map[string]int{}}
	lines, errs := specLines(text)
	r.errs = errs
	for i, line := range lines {
		r.read(i, line)
	}
	if len(r.errs) == 0 && r.spec.Name == "" {
		r.errs = append(r.errs, lineError{1, errors.New("the profile has no name: profile NAME")})
	}
	if len(r.errs) == 0 {
		r.errs = c.wrongLines(lines, r.spec)
	}
	slices.SortStableFunc(r.errs, func(a, b lineError) int { return cmp.Compare(a.n, b.n) })
	var out []error
	for _, e := range r.errs {
		out = append(out, fmt.Errorf("%s:%d: %w", file, e.n, e.err))
	}
	if err := errors.Join(out...); err != nil {
		return Profile{}, err
	}
	return NewProfile(r.spec), nil
}

// wrongLines is what is wrong with a profile as a whole, each with the line since which it is.
func (c Catalogue) wrongLines(lines []specLine, spec ProfileSpec) []lineError {
	wrong := spec.wrong()
	if len(wrong) == 0 {
		return nil
	}
	since := map[string]int{} // of what is wrong up to a line
	r := &specReader{known: c, set: map[string]int{}}
	for i, line := range lines {
		r.read(i, line)
		now := map[string]int{}
		for _, err := range r.spec.wrong() {
			now[err.Error()] = cmp.Or(since[err.Error()], line.n)
		}
		since = now
	}
	out := make([]lineError, len(wrong))
	for i, err := range wrong {
		out[i] = lineError{since[err.Error()], err}
	}
	return out
}

// specReader makes a spec of lines.
type specReader struct {
	known Catalogue
	spec  ProfileSpec
	set   map[string]int // what was set, in which line
	line  specLine
	errs  []lineError
}

func (r *specReader) fail(format string, args ...any) {
	r.errs = append(r.errs, lineError{r.line.n, fmt.Errorf(format, args...)})
}

func (r *specReader) read(i int, line specLine) {
	r.line = line
	keys := specKeys()
	read, known := keys[line.key]
	switch {
	case !known:
		r.fail("there is no setting %q%s", line.key, orElsewhere(line.key, slices.Sorted(maps.Keys(keys))))
		return
	case line.key == "like" && i > 1:
		r.fail("like is the first setting, or the second below profile: what comes before it would be lost")
		return
	case len(line.block) > 0 && !slices.Contains([]string{"text", "select", "examine", "quirk"}, line.key):
		r.fail("%s has no lines below it", line.key)
		return
	}
	read(r)
}

// once says whether what is set now is set for the first time.
func (r *specReader) once(what string) bool {
	if before := r.set[what]; before != 0 {
		r.fail("%s is set already in line %d", what, before)
		return false
	}
	r.set[what] = r.line.n
	return true
}

// words are those of the line, at least min and at most max of them; -1 is any number.
func (r *specReader) words(min, max int) []string {
	words, err := splitWords(r.line.rest)
	switch {
	case err != nil:
		r.fail("%s: %w", r.line.key, err)
		return nil
	case len(words) < min:
		r.fail("%s needs %s", r.line.key, countWords(min, "word"))
		return nil
	case max >= 0 && len(words) > max:
		r.fail("%s takes %s, and %q is one more: quote a text with spaces", r.line.key, countWords(max, "word"), words[max])
		return nil
	}
	return words
}

func countWords(n int, what string) string {
	if n == 1 {
		return "a " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// text is the rest of the line, or the lines below it.
func (r *specReader) text() (string, bool) {
	switch {
	case r.line.rest != "" && len(r.line.block) > 0:
		r.fail("%s has a text on its line and lines below it", r.line.key)
	case r.line.rest == "" && len(r.line.block) == 0:
		r.fail("%s needs a text", r.line.key)
	case r.line.rest != "":
		return r.line.rest, true
	default:
		return strings.Join(r.line.block, "\n"), true
	}
	return "", false
}

// choice is one of some words.
func choice[T ~string](r *specReader, what, word string, of ...T) (T, bool) {
	for _, one := range of {
		if string(one) == word {
			return one, true
		}
	}
	names := make([]string, len(of))
	for i, one := range of {
		names[i] = string(one)
	}
	r.fail("%s is one of %s, not %q%s", what, strings.Join(names, ", "), word, orElsewhere(word, names))
	return "", false
}

// like starts from another profile.
func (r *specReader) like() {
	words := r.words(1, 1)
	if words == nil {
		return
	}
	all := append(Profiles(), r.known.Profiles...)
	var names []string
	for _, p := range all {
		if p.Name() == words[0] {
			name := r.spec.Name
			r.spec = p.Spec()
			r.spec.Name = cmp.Or(name, r.spec.Name)
			return
		}
		names = append(names, p.Name())
	}
	r.fail("there is no profile %q%s", words[0], orNearest(words[0], names))
}

// without takes away what the profile that this is like has.
func (r *specReader) without() {
	words := r.words(2, 2)
	if words == nil {
		return
	}
	what, name := words[0], words[1]
	s := &r.spec
	switch what {
	case "quirk":
		r.lack(what, name, quirkNames(s.Quirks), func(i int) { s.Quirks = slices.Delete(s.Quirks, i, i+1) })
	case "mailbox":
		r.lack(what, name, specMailboxNames(s.Mailboxes), func(i int) { s.Mailboxes = slices.Delete(s.Mailboxes, i, i+1) })
	case "text":
		events := eventNames(slices.Sorted(maps.Keys(s.Texts)))
		r.lack(what, name, events, func(int) { delete(s.Texts, Event(name)) })
	default:
		choice(r, "without", what, "quirk", "mailbox", "text")
	}
}

// lack takes one away, if it is there.
func (r *specReader) lack(what, name string, have []string, remove func(int)) {
	i := slices.Index(have, name)
	if i < 0 {
		r.fail("there is no %s %q to take away%s", what, name, orNearest(name, have))
		return
	}
	remove(i)
}

func specMailboxNames(all []SpecMailbox) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.Name)
	}
	return out
}
