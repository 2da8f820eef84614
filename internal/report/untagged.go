package report

import (
	"regexp"
	"strings"
)

// untagged is an untagged response of IMAP, as far as a report reads it.
type untagged struct {
	num  uint32 // before the name, 0 for none
	name string // "EXISTS", "FETCH", "SEARCH"
	rest string // behind it
}

// parseUntagged reads a line of the server.
func parseUntagged(line Line) (untagged, bool) {
	body, ok := strings.CutPrefix(line.Text, "* ")
	if !ok || line.Client {
		return untagged{}, false
	}
	first, rest, _ := strings.Cut(body, " ")
	num, isNumber := parseNumber(first)
	if !isNumber {
		return untagged{name: strings.ToUpper(first), rest: rest}, first != ""
	}
	name, rest, _ := strings.Cut(rest, " ")
	return untagged{num, strings.ToUpper(name), rest}, name != ""
}

// title is what is said of a response that was pushed.
func (u untagged) title() string {
	switch {
	case u.num != 0:
		return text(u.num) + " " + u.name
	case u.name == "VANISHED", u.name == "STATUS":
		return u.name + " " + shorten(u.rest, 60)
	}
	return u.name
}

// uidOf is the UID item of a FETCH response, 0 without one. What is in strings is not
// looked at.
func (u untagged) uidOf() uint32 {
	if u.name == "UIDFETCH" {
		return u.num
	}
	m := uidItem.FindStringSubmatch(outsideStrings(u.rest))
	if m == nil {
		return 0
	}
	n, _ := parseNumber(m[1])
	return n
}

var uidItem = regexp.MustCompile(`(?i)[( ]UID (\d+)`)

// quoted and literals are strings: in quotes, and the literals that stand in lines of their own.
var (
	quoted   = regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`)
	literals = regexp.MustCompile(`\}\n\t(?s:.*)\n\t`)
)

func outsideStrings(s string) string {
	return quoted.ReplaceAllString(literals.ReplaceAllString(s, "} "), `""`)
}

// numbersOf are those that SEARCH, SORT or ESEARCH found, sorted or not as they were sent,
// and whether they were given one by one.
func (u untagged) numbersOf() (numbers []uint32, whole bool) {
	words := strings.Fields(u.rest)
	switch u.name {
	case "SEARCH", "SORT":
		for _, word := range words {
			n, ok := parseNumber(word)
			if !ok {
				break // (MODSEQ 7)
			}
			numbers = append(numbers, n)
		}
		return numbers, true
	case "ESEARCH":
		for i, word := range words {
			if strings.EqualFold(word, "ALL") && i+1 < len(words) {
				set, ok := parseSet(words[i+1])
				return expand(set), ok
			}
		}
	}
	return nil, false
}

// maxExpanded bounds what a set becomes.
const maxExpanded = 10_000

func expand(set []span) []uint32 {
	var out []uint32
	for _, s := range set {
		for n := s.first; n <= s.last && len(out) < maxExpanded; n++ {
			out = append(out, n)
			if n == s.last {
				break
			}
		}
	}
	return out
}
