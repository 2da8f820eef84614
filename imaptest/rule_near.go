package imaptest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/transcript"
)

// nearestItem says what FETCH responses have in place of an item.
func nearestItem(item string, lines []string) string {
	var names []string
	for _, line := range lines {
		f, _ := imapwire.ParseFetchLine([]byte(line))
		for _, one := range f.Items {
			if !slices.Contains(names, one.Name) {
				names = append(names, one.Name)
			}
		}
	}
	asked := strings.Replace(strings.ToUpper(item), ".PEEK[", "[", 1)
	for _, name := range names {
		// BODY.PEEK[]<0.10> is answered as BODY[]<0> (RFC 9051, section 7.5.2).
		base, _, _ := strings.Cut(asked, "<")
		own, _, _ := strings.Cut(strings.ToUpper(name), "<")
		if base == own {
			return "answers call it " + name
		}
	}
	if nearest := rule.Nearest(item, names); nearest != "" {
		return "nearest: " + nearest
	}
	if len(names) == 0 {
		return "no FETCH response"
	}
	return "FETCH responses with " + strings.Join(names, ", ")
}

// nearestMatch says where a regular expression that matches no line would have, or what comes
// nearest to it.
func nearestMatch(re *regexp.Regexp, lines []string) string {
	var texts []string
	for _, line := range lines {
		text, literals := takeLiterals([]byte(line))
		if slices.ContainsFunc(literals, re.Match) {
			return "it matches in a literal, and these stay as they are"
		}
		texts = append(texts, strings.ReplaceAll(string(text), "\x00", " "))
	}
	return nearestWord(re.String(), texts)
}

// nearestWord is the word of some lines that differs least from a text.
func nearestWord(text string, lines []string) string {
	var words []string
	for _, line := range lines {
		words = append(words, strings.FieldsFunc(line, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune("()[]{}<>\"", r)
		})...)
	}
	if nearest := rule.Nearest(text, words); nearest != "" {
		return "nearest: " + nearest
	}
	return "no such line"
}

// explainUnchanged says that a verb never changed anything, what it saw and what came nearest.
func explainUnchanged(r *ruleCore, e *effect) string {
	saw := e.lastSaw()
	state := r.core.State()
	got := "no answer"
	switch {
	case e.near != nil && len(saw) > 0:
		got = e.near(saw)
	case len(saw) > 0:
		got = "no such line"
	case state.LostTo != "":
		got = "the command was taken by " + state.LostTo
	case e.near != nil:
		got = e.near(nil)
	}
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s fired %s, and %s changed nothing\n%s", r.what+r.core.Narrowed(), rule.Often(state.Fired), e.verb, gotWant(got, e.verb))
	if len(saw) > 0 {
		sb.WriteString("\nthe first lines that it saw:")
	}
	for _, line := range saw {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\r\n"), "\r\n", "\n\t")
		sb.WriteString("\n    " + transcript.Indent(clip(line, shownWidth), len("    ")))
	}
	return sb.String()
}
