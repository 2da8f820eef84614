package imaptest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// byLine is an editor that makes another of each line, nil for none.
func byLine(change func(line []byte) []byte) func(*Command) imapd.Editor {
	return func(*Command) imapd.Editor {
		return func(lines [][]byte, _ bool) [][]byte {
			var out [][]byte
			for _, line := range lines {
				if line = change(line); line != nil {
					out = append(out, line)
				}
			}
			return out
		}
	}
}

// OmitItem leaves an item out of every FETCH response, "BODY[]" or "UID" for one. It is
// named as the answer names it.
func (r *Rule) OmitItem(item string) *Rule {
	r.t().Helper()
	r.editItems("OmitItem", item, func(items []imapwire.FetchItem, i int) []imapwire.FetchItem {
		return slices.DeleteFunc(items, func(one imapwire.FetchItem) bool { return strings.EqualFold(one.Name, item) })
	})
	return r
}

// RepeatItem has an item twice in every FETCH response.
func (r *Rule) RepeatItem(item string) *Rule {
	r.t().Helper()
	r.editItems("RepeatItem", item, func(items []imapwire.FetchItem, i int) []imapwire.FetchItem {
		return slices.Insert(items, i, items[i])
	})
	return r
}

func (r *ruleCore) editItems(verb, item string, edit func(items []imapwire.FetchItem, i int) []imapwire.FetchItem) {
	r.t().Helper()
	if strings.TrimSpace(item) == "" {
		r.misuse("%s(%q): which item?", verb, item)
		return
	}
	change := func(line []byte) []byte {
		f, ok := imapwire.ParseFetchLine(line)
		i := slices.IndexFunc(f.Items, func(one imapwire.FetchItem) bool { return strings.EqualFold(one.Name, item) })
		if !ok || i < 0 {
			return line
		}
		f.Items = edit(f.Items, i)
		return f.Bytes()
	}
	r.do(&effect{
		verb: fmt.Sprintf("%s(%q)", verb, item), traits: needsAnswer | needsBody,
		edit: byLine(change), near: func(lines []string) string { return nearestItem(item, lines) },
	})
}

// OmitLines leaves out the untagged lines that hold a text, in any case: "UIDNEXT"
// for one.
func (r *Rule) OmitLines(text string) *Rule {
	r.t().Helper()
	if text == "" {
		r.misuse("OmitLines(\"\"): which lines?")
		return r
	}
	want := strings.ToUpper(text)
	r.do(&effect{
		verb: fmt.Sprintf("OmitLines(%q)", text), traits: needsAnswer | needsBody,
		edit: byLine(func(line []byte) []byte {
			if line[0] == '*' && strings.Contains(strings.ToUpper(string(line)), want) {
				return nil
			}
			return line
		}),
		near: func(lines []string) string { return nearestWord(text, lines) },
	})
	return r
}

// Rewrite replaces what a regular expression matches in each line of the answer, the
// tagged one and continuation requests too; $1 in the replacement is what its first
// parentheses matched. A line is without its CRLF. Literals stay as they are: they are one
// letter \x00 to the expression.
func (r *Rule) Rewrite(pattern, replacement string) *Rule {
	r.t().Helper()
	verb := fmt.Sprintf("Rewrite(%q, %q)", pattern, replacement)
	re, ok := r.compile(verb, pattern)
	if !ok {
		return r
	}
	r.do(&effect{
		verb: verb, traits: needsAnswer,
		edit: byLine(func(line []byte) []byte {
			text, literals := takeLiterals(bytes.TrimSuffix(line, []byte("\r\n")))
			return append(putLiterals(re.ReplaceAll(text, []byte(replacement)), literals), "\r\n"...)
		}),
		near: func(lines []string) string { return nearestMatch(re, lines) },
	})
	return r
}

// compile reads a regular expression.
func (r *ruleCore) compile(verb, pattern string) (*regexp.Regexp, bool) {
	r.t().Helper()
	if pattern == "" {
		r.misuse("%s: which lines?", verb)
		return nil, false
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		r.misuse("%s: %v", verb, err)
	}
	return re, err == nil
}

// takeLiterals puts \x00 in the place of each literal.
func takeLiterals(line []byte) (text []byte, literals [][]byte) {
	for i, part := range imapwire.CutLiterals(line) {
		if i%2 == 0 {
			text = append(text, part...)
			continue
		}
		text = append(text, 0)
		literals = append(literals, part)
	}
	return text, literals
}

// putLiterals is the way back.
func putLiterals(text []byte, literals [][]byte) []byte {
	var out []byte
	for i, part := range bytes.Split(text, []byte{0}) {
		if i > 0 && i <= len(literals) {
			out = append(out, literals[i-1]...)
		}
		out = append(out, part...)
	}
	return out
}

// Tagged has the command run, and its tagged line say this: Tagged("NO [UNAVAILABLE] later").
func (r *Rule) Tagged(text string) *Rule {
	r.t().Helper()
	status, rest, _ := strings.Cut(text, " ")
	if status != "OK" && status != "NO" && status != "BAD" {
		r.misuse("Tagged(%q): it begins with OK, NO or BAD; Rewrite and WrongTag make any other", text)
		return r
	}
	if openCode(rest) {
		r.misuse("Tagged(%q): the response code has no end, \"]\"; Rewrite says what cannot be parsed", text)
		return r
	}
	r.editTagged(fmt.Sprintf("Tagged(%q)", text), isText, func(tag string, _ []byte) string { return tag + " " + text })
	return r
}

// WrongTag answers with another tag.
func (r *Rule) WrongTag(tag string) *Rule {
	r.t().Helper()
	if tag == "" || strings.ContainsAny(tag, " \r\n") {
		r.misuse("WrongTag(%q): that is no tag", tag)
		return r
	}
	r.editTagged(fmt.Sprintf("WrongTag(%q)", tag), isTag, func(own string, line []byte) string {
		return tag + strings.TrimPrefix(string(bytes.TrimSuffix(line, []byte("\r\n"))), own)
	})
	return r
}

// editTagged changes the tagged line.
func (r *ruleCore) editTagged(verb string, traits traits, change func(tag string, line []byte) string) {
	r.t().Helper()
	r.do(&effect{verb: verb, traits: needsAnswer | needsTagged | traits, edit: func(cmd *Command) imapd.Editor {
		return func(lines [][]byte, last bool) [][]byte {
			for i, line := range lines {
				if last && bytes.HasPrefix(line, []byte(cmd.Tag+" ")) {
					lines[i] = []byte(change(cmd.Tag, line) + "\r\n")
				}
			}
			return lines
		}
	}})
}

// Continue has continuation requests say this: "+ " and the text. That of IDLE is one, and
// that for a literal with [Rule.AtLiteral].
func (r *Rule) Continue(text string) *Rule {
	r.t().Helper()
	r.do(&effect{
		verb: fmt.Sprintf("Continue(%q)", text), traits: needsAnswer | needsBody,
		edit: byLine(func(line []byte) []byte {
			if line[0] == '+' {
				return []byte("+ " + text + "\r\n")
			}
			return line
		}),
		near: func([]string) string { return "no continuation request; that for a literal is at AtLiteral" },
	})
	return r
}

// Insert puts lines as they are, untagged ones or garbage, before the tagged line. {tag}
// stands for the tag.
func (r *Rule) Insert(text ...string) *Rule {
	r.t().Helper()
	if len(text) == 0 {
		r.misuse("Insert(): what?")
		return r
	}
	r.do(&effect{verb: fmt.Sprintf("Insert(%s)", quoted(text)), traits: needsAnswer, edit: func(cmd *Command) imapd.Editor {
		return func(lines [][]byte, last bool) [][]byte {
			if !last {
				return lines
			}
			return slices.Insert(lines, max(len(lines)-1, 0), asLines(cmd, text)...)
		}
	}})
	return r
}

// InsertBefore puts lines as they are before each line of the answer in which a regular
// expression matches, continuation requests and what IDLE pushes too: "^\\+" for one.
func (r *Rule) InsertBefore(pattern string, lines ...string) *Rule {
	r.t().Helper()
	r.insert("InsertBefore", pattern, lines, 0)
	return r
}

// InsertAfter is InsertBefore that puts them behind each such line.
func (r *Rule) InsertAfter(pattern string, lines ...string) *Rule {
	r.t().Helper()
	r.insert("InsertAfter", pattern, lines, 1)
	return r
}

func (r *ruleCore) insert(verb, pattern string, text []string, behind int) {
	r.t().Helper()
	verb = fmt.Sprintf("%s(%q, %s)", verb, pattern, quoted(text))
	re, ok := r.compile(verb, pattern)
	switch {
	case !ok:
		return
	case len(text) == 0:
		r.misuse("%s: what?", verb)
		return
	}
	edit := func(cmd *Command) imapd.Editor {
		return func(lines [][]byte, _ bool) [][]byte {
			var out [][]byte
			for _, line := range lines {
				around := [][]byte{line}
				if head, _ := takeLiterals(bytes.TrimSuffix(line, []byte("\r\n"))); re.Match(head) {
					around = slices.Insert(around, behind, asLines(cmd, text)...)
				}
				out = append(out, around...)
			}
			return out
		}
	}
	r.do(&effect{verb: verb, traits: needsAnswer, edit: edit, near: func(lines []string) string { return nearestMatch(re, lines) }})
}

func asLines(cmd *Command, text []string) [][]byte {
	var out [][]byte
	for _, line := range text {
		out = append(out, []byte(strings.ReplaceAll(line, "{tag}", cmd.Tag)+"\r\n"))
	}
	return out
}

// literalSize is the announcement of a literal in a response.
var literalSize = regexp.MustCompile(`\{(\d+)\}\r\n$`)

// WrongLiteral announces the first literal of the response with a length that is
// wrong by so many bytes.
func (r *Rule) WrongLiteral(by int) *Rule {
	r.t().Helper()
	if by == 0 {
		r.misuse("WrongLiteral(0): that is the right length")
		return r
	}
	edit := func(*Command) imapd.Editor {
		done := false
		return func(lines [][]byte, _ bool) [][]byte {
			for i, line := range lines {
				head := imapwire.CutLiterals(line)[0]
				m := literalSize.FindSubmatchIndex(head)
				if done || m == nil {
					continue
				}
				done = true
				n, _ := strconv.Atoi(string(line[m[2]:m[3]]))
				lines[i] = slices.Concat(line[:m[2]], fmt.Append(nil, max(n+by, 0)), line[m[3]:])
			}
			return lines
		}
	}
	r.do(&effect{
		verb: fmt.Sprintf("WrongLiteral(%d)", by), traits: needsAnswer | needsBody, edit: edit,
		near: func([]string) string { return "no literal" },
	})
	return r
}

// fetchLine is a FETCH response.
var fetchLine = regexp.MustCompile(`^\* \d+ (UID)?FETCH `)

// Reorder sends the FETCH responses in the opposite order, which is as legal (RFC
// 9051, section 7.5.2): a client must go by their numbers.
func (r *Rule) Reorder() *Rule {
	r.t().Helper()
	edit := func(*Command) imapd.Editor {
		return func(lines [][]byte, _ bool) [][]byte {
			for first := 0; first < len(lines); first++ {
				last := first
				for last < len(lines) && fetchLine.Match(lines[last]) {
					last++
				}
				slices.Reverse(lines[first:last])
				first = max(first, last-1)
			}
			return lines
		}
	}
	r.do(&effect{
		verb: "Reorder()", traits: needsAnswer | needsBody, edit: edit,
		near: func([]string) string { return "no two FETCH responses, one behind the other" },
	})
	return r
}
