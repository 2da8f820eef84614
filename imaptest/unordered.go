package imaptest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-mailtest/mailtest/internal/glob"
)

// unordered is a list in a line of the wire whose order means nothing, such as the items of
// a FETCH. Clients send it in any: that of go-imap in another in each run.
type unordered struct {
	head  string // up to its parenthesis
	items []string
	tail  string // from its other parenthesis on
}

// unorderedLists say where such a list begins, in a line without its tag, and which of its
// words belong to the one before.
var unorderedLists = []struct {
	find    *regexp.Regexp
	belongs func(i int, word string) bool
}{
	{regexp.MustCompile(`^(?i:(UID )?FETCH) [^(]*\(`), isArgument},
	{regexp.MustCompile(`^(?i:(UID )?STORE) .*(?i:FLAGS(\.SILENT)?) \(`), isNone},
	{regexp.MustCompile(`^(?i:STATUS) ("(\\.|[^"\\])*"|[^" ]+) \(`), isNone},
	{regexp.MustCompile(`^(?i:LIST) .*(?i:RETURN) \(.*(?i:STATUS) \(`), isNone},
	{regexp.MustCompile(`^(?i:(UID )?(SEARCH|SORT|THREAD)|ESEARCH .*) (?i:RETURN) \(`), isArgument},
	{regexp.MustCompile(`^\* \d+ (UID)?FETCH \(`), isValue},
	{regexp.MustCompile(`^\* STATUS ("(\\.|[^"\\])*"|[^" ]+) \(`), isValue},
}

// isNone is for lists of single words, isValue for names with a value each, isArgument for
// names that may have one, such as PREVIEW (LAZY) and PARTIAL 1:100.
func isNone(int, string) bool            { return false }
func isValue(i int, _ string) bool       { return i%2 == 1 }
func isArgument(_ int, word string) bool { return !unicode.IsLetter(rune(word[0])) && word[0] != '*' }

// String is the line again.
func (l unordered) String() string { return l.head + strings.Join(l.items, " ") + l.tail }

// cutUnordered finds the list of a line, as it was sent or as it is recorded.
func cutUnordered(line string) (l unordered, found bool) {
	for _, row := range unorderedLists {
		if loc := row.find.FindStringIndex(line); loc != nil {
			l.head = line[:loc[1]]
			l.items, l.tail, found = cutItems(line[loc[1]:], row.belongs)
			return l, found
		}
	}
	return l, false
}

// cutItems takes the items up to the end of their list.
func cutItems(rest string, belongs func(i int, word string) bool) (items []string, tail string, ok bool) {
	for i := 0; ; i++ {
		n := skipWord(rest)
		if n <= 0 {
			return nil, "", false
		}
		if word := rest[:n]; i > 0 && belongs(i, word) {
			items[len(items)-1] += " " + word
		} else {
			items = append(items, word)
		}
		if rest[n] == ')' {
			return items, rest[n:], true
		}
		rest = rest[n+1:]
	}
}

// skipWord is the length of a word of a list: up to a space or the end of the list, but for
// those in parentheses, brackets, strings and literals; -1 if it has no end.
func skipWord(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(' || c == '[':
			depth++
		case depth > 0 && (c == ')' || c == ']'):
			depth--
		case c == ')', depth == 0 && c == ' ':
			return i
		case c == '"':
			_, rest := cutQuotedArg(s[i:])
			if rest == "" {
				return -1
			}
			i = len(s) - len(rest) - 1
		case c == '{':
			n := skipShownLiteral(s[i:])
			if n < 0 {
				return -1
			}
			i += n
		}
	}
	return -1
}

// shownRest is what stands behind the beginning of a long literal.
var shownRest = regexp.MustCompile(`\n\t\[… (\d+) more bytes\]\n\t`)

// skipShownLiteral is the length of a literal as it is recorded, with what announces it, up
// to the last byte of the line break behind it; 0 if it is none, -1 if it has no end. Where it ends is not said: a
// line break is shown as one of two bytes, whatever it was.
func skipShownLiteral(s string) int {
	head, shown, found := strings.Cut(s, "}\n\t")
	size, err := strconv.Atoi(strings.TrimPrefix(head, "{"))
	if !found || err != nil {
		return 0
	}
	start := len(s) - len(shown)
	if m := shownRest.FindStringSubmatchIndex(shown); m != nil {
		more, _ := strconv.Atoi(shown[m[2]:m[3]])
		if isShown(shown[:m[0]], size-more) {
			return start + m[1] - 1
		}
	}
	for end := 0; ; end += len("\n\t") {
		i := strings.Index(shown[end:], "\n\t")
		if i < 0 {
			return -1
		}
		end += i
		rest := shown[end+len("\n\t"):]
		if isShown(shown[:end], size) && rest != "" && (rest[0] == ' ' || rest[0] == ')') {
			return start + end + len("\n\t") - 1
		}
	}
}

// isShown says whether a text can be what is shown of so many bytes.
func isShown(shown string, size int) bool {
	return size >= len(shown)-strings.Count(shown, "\n\t") && size <= len(shown)+len("\r\n")
}

// inOrder is a line with its list sorted.
func inOrder(line string) string {
	l, found := cutUnordered(line)
	if !found {
		return line
	}
	slices.Sort(l.items)
	return l.String()
}

// matchesInAnyOrder compares the arguments of a command with those of a pattern, in whose
// list an item "*" stands for any others.
func matchesInAnyOrder(name, want, got string) bool {
	w, foundW := cutUnordered(strings.ToLower(name + " " + want))
	g, foundG := cutUnordered(strings.ToLower(name + " " + got))
	return foundW && foundG &&
		glob.Match(w.head, g.head) && glob.Match(w.tail, g.tail) && matchItems(w.items, g.items)
}

// matchItems has each pattern match another item.
func matchItems(want, got []string) bool {
	got = slices.Clone(got)
	stars := func(pattern string) int { return strings.Count(pattern, "*") }
	slices.SortStableFunc(want, func(a, b string) int { return stars(a) - stars(b) })
	others := false
	for _, pattern := range want {
		if pattern == "*" {
			others = true
			continue
		}
		i := slices.IndexFunc(got, func(item string) bool { return glob.Match(pattern, item) })
		if i < 0 {
			return false
		}
		got = slices.Delete(got, i, i+1)
	}
	return others || len(got) == 0
}
