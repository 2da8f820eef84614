package sweep

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// odd are answers that are legal and seldom seen, or that lack something, as those of servers
// in the field do. What no client could notice is not among them: a server that keeps a
// change to itself, and says that there was none.
func odd() []Disturbance {
	out := slices.Concat(omittedLines(), omittedItems(), omittedCodes(), concealed())
	return append(out,
		rewritten("LastUID", uidElsewhere, "(${2}${4}${5} ${1}${3}${7}${6})", func(p Point) bool { return slices.ContainsFunc(fetches(p), hasMoreThanUID) }),
		rewritten("Stale.HIGHESTMODSEQ", "HIGHESTMODSEQ [0-9]+", "HIGHESTMODSEQ 1", func(p Point) bool { return has(p, "HIGHESTMODSEQ ") }),
		rewritten("NoModSeq", `\[HIGHESTMODSEQ [0-9]+\]`, "[NOMODSEQ]", func(p Point) bool { return has(p, "[HIGHESTMODSEQ ") }),
		ofRule("Reorder", Odd, "Reorder()", func(p Point) bool { return len(fetches(p)) > 1 }, func(r *imaptest.Rule) { r.Reorder() }),
		ofRule("Empty", Odd, `OmitLines("* ")`, func(p Point) bool { return named(p, reading...) && has(p, "* ") && !hides(p) },
			func(r *imaptest.Rule) { r.OmitLines("* ") }),
		unaskedFor("Unasked.EXISTS", 0), unaskedFor("Unasked.FETCH", 1),
	)
}

// uidElsewhere matches the items of a FETCH response with UID at the beginning, at the end and
// between. Clients ask for them in whatever order, some in another each time: what is done depends
// on none.
const uidElsewhere = `(?s)\((?:(UID [0-9]+) (.+)|(.+) (UID [0-9]+)|(.+)( UID [0-9]+) (.+))\)$`

var onlyUID = regexp.MustCompile(`\(UID [0-9]+\)$`)

func hasMoreThanUID(line string) bool { return itemIn(line, "UID") != "" && !onlyUID.MatchString(line) }

// reading are the commands whose answer is what they are for.
var reading = []string{"CAPABILITY", "SELECT", "EXAMINE", "LIST", "LSUB", "STATUS", "SEARCH", "SORT", "THREAD", "FETCH",
	"NAMESPACE", "ID", "ENABLE", "GETQUOTA", "GETQUOTAROOT", "GETMETADATA", "MYRIGHTS", "GETACL", "STORE"}

// tellsChanges says that the answer tells only what is new to the client.
func tellsChanges(p Point) bool {
	return strings.Contains(p.Command.Args, "CHANGEDSINCE ") || strings.Contains(p.Command.Args, "QRESYNC ")
}

// since is the part of a command's arguments that says since when.
func since(args string) string { return sinceWhen.FindString(args) }

var sinceWhen = regexp.MustCompile(`(CHANGEDSINCE|QRESYNC \([0-9]+) [0-9]+`)

// hides says that what is left out of the answer nobody can miss: it tells of changes, and of no
// message for the first time, whose absence could be seen.
func hides(p Point) bool { return tellsChanges(p) && len(p.news) == 0 }

// has says that a line of the answer has a text, the tagged one aside.
func has(p Point, text string) bool {
	return p.Kind == Command && slices.ContainsFunc(p.Answer, func(line string) bool {
		return strings.HasPrefix(line, "*") && strings.Contains(line, text)
	})
}

// fetches are the FETCH responses of the answer.
func fetches(p Point) (lines []string) {
	if p.Kind != Command {
		return nil
	}
	for _, line := range p.Answer {
		if isFetch(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

func omittedLines() (out []Disturbance) {
	for _, row := range []struct{ name, text string }{
		{"CAPABILITY", "* CAPABILITY"}, {"FLAGS", "* FLAGS"}, {"EXISTS", " EXISTS"}, {"PERMANENTFLAGS", "[PERMANENTFLAGS"},
		{"UIDVALIDITY", "[UIDVALIDITY"}, {"UIDNEXT", "[UIDNEXT"}, {"HIGHESTMODSEQ", "[HIGHESTMODSEQ"},
		{"LIST", "* LIST"}, {"LSUB", "* LSUB"}, {"STATUS", "* STATUS"}, {"NAMESPACE", "* NAMESPACE"}, {"ENABLED", "* ENABLED"},
		{"SEARCH", "* SEARCH"}, {"ESEARCH", "* ESEARCH"}, {"SORT", "* SORT"}, {"THREAD", "* THREAD"}, {"FETCH", " FETCH ("},
	} {
		out = append(out, ofRule("Omit."+row.name, Odd, fmt.Sprintf("OmitLines(%q)", row.text),
			func(p Point) bool { return has(p, row.text) && !(row.name == "FETCH" && hides(p)) },
			func(r *imaptest.Rule) { r.OmitLines(row.text) }))
	}
	for _, row := range []struct {
		name string
		of   func(p Point) string
	}{
		{"first", func(p Point) string { return oneOf(p, func(n int) int { return 0 }) }},
		{"middle", func(p Point) string { return oneOf(p, func(n int) int { return n / 2 }) }},
		{"last", func(p Point) string { return oneOf(p, func(n int) int { return n - 1 }) }},
		{"new", newLine},
	} {
		out = append(out, Disturbance{
			Name: "OmitLine." + row.name, Group: Odd, Go: "OmitLines(" + row.name + ")",
			Code: func(p Point) string { return fmt.Sprintf("OmitLines(%q)", row.of(p)) },
			At:   func(p Point) bool { return p.Kind == Command && row.of(p) != "" },
			Do:   func(e *Env) { e.Rule().OmitLines(row.of(e.Point)) },
		})
	}
	return out
}

// oneOf is the text that one of several lines of a kind has, "" where there are none that
// somebody could miss.
func oneOf(p Point, which func(n int) int) string {
	if tellsChanges(p) {
		return ""
	}
	lines := fetches(p)
	for _, line := range p.Answer {
		if strings.HasPrefix(line, "* LIST ") || strings.HasPrefix(line, "* LSUB ") || strings.HasPrefix(line, "* STATUS ") {
			lines = append(lines, line)
		}
	}
	if len(lines) < 2 {
		return ""
	}
	return distinct(lines[which(len(lines))])
}

// newLine is the last line that tells of a message for the first time, in an answer that
// tells of changes.
func newLine(p Point) string {
	if !tellsChanges(p) || len(p.news) == 0 {
		return ""
	}
	return distinct(p.Answer[p.news[len(p.news)-1]])
}

// distinct is what a line has and no other line, in whatever order its items are.
func distinct(line string) string {
	switch {
	case isFetch(line):
		return line[:strings.IndexByte(line, '(')+1]
	case strings.HasPrefix(line, "* STATUS ") && strings.HasSuffix(line, ")"):
		return line[:strings.LastIndexByte(line, '(')+1]
	case strings.HasPrefix(line, "* ESEARCH (TAG "):
		return line[:strings.IndexByte(line, ')')+1]
	}
	return line
}

// items are those that clients ask for.
var items = []string{"UID", "FLAGS", "ENVELOPE", "MODSEQ", "INTERNALDATE", "RFC822.SIZE", "BODYSTRUCTURE", "EMAILID", "THREADID"}

func omittedItems() (out []Disturbance) {
	asked := func(name string) func(p Point) string {
		return func(p Point) string {
			if !named(p, "FETCH") || name == "UID" && hides(p) { // it is then one that nobody asked for
				return ""
			}
			for _, line := range fetches(p) {
				if item := itemIn(line, name); item != "" {
					return item
				}
			}
			return ""
		}
	}
	for _, name := range append(items, "BODY[", "BINARY[") {
		item := asked(name)
		out = append(out, Disturbance{
			Name: "OmitItem." + strings.Trim(name, "["), Group: Odd, Go: fmt.Sprintf("OmitItem(%q)", strings.Replace(name, "[", "[…]", 1)),
			Code: func(p Point) string { return fmt.Sprintf("OmitItem(%q)", item(p)) },
			At:   func(p Point) bool { return item(p) != "" },
			Do:   func(e *Env) { e.Rule().OmitItem(item(e.Point)) },
		})
	}
	for _, name := range []string{"UID", "FLAGS"} {
		item := asked(name)
		out = append(out, ofRule("RepeatItem."+name, Odd, fmt.Sprintf("RepeatItem(%q)", name),
			func(p Point) bool { return item(p) != "" }, func(r *imaptest.Rule) { r.RepeatItem(name) }))
	}
	return out
}

// itemIn is the name of an item in a FETCH response, of which name is all or, with a "[", the
// beginning: of several the first by name.
func itemIn(line, name string) string {
	pattern := regexp.QuoteMeta(name)
	if strings.HasSuffix(name, "[") {
		pattern += `[^\]]*\](?:<[0-9]+>)?`
	}
	first := ""
	for _, m := range regexp.MustCompile(`[( ](`+pattern+`) `).FindAllStringSubmatch(withoutLiterals(line), -1) {
		if first == "" || m[1] < first {
			first = m[1]
		}
	}
	return first
}

// withoutLiterals is a line with nothing in the place of its literals.
func withoutLiterals(line string) string {
	var sb strings.Builder
	for {
		head, rest, found := strings.Cut(line, "}\r\n")
		sb.WriteString(head)
		size, err := strconv.Atoi(head[strings.LastIndexByte(head, '{')+1:])
		if !found || err != nil || size > len(rest) {
			return sb.String()
		}
		sb.WriteByte('}')
		line = rest[size:]
	}
}

func omittedCodes() (out []Disturbance) {
	for _, code := range []string{"APPENDUID", "COPYUID", "READ-WRITE"} {
		pattern := `\[` + code + `[^]]*\] `
		out = append(out, rewritten("OmitCode."+strings.ReplaceAll(code, "-", ""), pattern, "", func(p Point) bool {
			return p.Kind == Command && slices.ContainsFunc(p.Answer, func(line string) bool { return strings.Contains(line, " ["+code) })
		}))
	}
	return out
}

func rewritten(name, pattern, replacement string, at func(Point) bool) Disturbance {
	return ofRule(name, Odd, fmt.Sprintf("Rewrite(%q, %q)", pattern, replacement), at,
		func(r *imaptest.Rule) { r.Rewrite(pattern, replacement) })
}

// concealed are capabilities that another machine of the same provider does not have.
func concealed() (out []Disturbance) {
	for _, c := range []imap.Cap{imap.CapIMAP4rev2, imap.CapMove, imap.CapUIDPlus, imap.CapCondStore, imap.CapQResync,
		imap.CapIdle, imap.CapESearch, imap.CapLiteralPlus, imap.CapEnable, imap.CapListExtended, imap.CapListStatus, imap.CapSpecialUse} {
		word := regexp.MustCompile(`(?i)\bCAPABILITY\b.* ` + regexp.QuoteMeta(string(c)) + `(?:[ \]]|$)`)
		name := "Conceal." + strings.Map(func(r rune) rune {
			if r == '+' || r == '-' {
				return -1
			}
			return r
		}, string(c))
		out = append(out, ofRule(name, Odd, fmt.Sprintf("Conceal(%q)", c),
			func(p Point) bool { return p.Kind == Command && slices.ContainsFunc(p.Answer, word.MatchString) },
			func(r *imaptest.Rule) { r.Conceal(c) }))
	}
	return out
}

// unaskedFor is a response that nobody asked for, before the answer.
func unaskedFor(name string, which int) Disturbance {
	return Disturbance{
		Name: name, Group: Odd, Go: "InsertBefore(answer, " + strings.TrimPrefix(name, "Unasked.") + ")",
		Code: func(p Point) string { return fmt.Sprintf("InsertBefore(%q, %q)", firstOfAnswer(p), p.unasked[which]) },
		At: func(p Point) bool {
			return p.Kind == Command && p.Name != "IDLE" && len(p.Answer) > 0 && len(p.unasked) > which && p.Command.Name != "SELECT" && p.Command.Name != "EXAMINE"
		},
		Do: func(e *Env) { e.Rule().InsertBefore(firstOfAnswer(e.Point), e.Point.unasked[which]) },
	}
}

// firstOfAnswer matches the first line of the answer, without its tag.
func firstOfAnswer(p Point) string {
	first, _, _ := strings.Cut(p.Answer[0], "\r\n")
	if !strings.HasPrefix(first, "*") {
		_, first, _ = strings.Cut(first, " ")
		return "^[^*+].* ?" + regexp.QuoteMeta(first) + "$"
	}
	if text := distinct(first); text != first {
		return "^" + regexp.QuoteMeta(text)
	}
	if i := strings.LastIndexByte(first, '{'); i > 0 && strings.HasSuffix(first, "}") {
		return "^" + regexp.QuoteMeta(first[:i])
	}
	return "^" + regexp.QuoteMeta(first) + "$"
}
