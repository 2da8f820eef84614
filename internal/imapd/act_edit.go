package imapd

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// edit is an [Edit] as the engine takes it.
type edit struct {
	Edit
	quirk    string
	verb     string // of the commands whose answers it changes; "" for all
	response string
	find     *regexp.Regexp // nil: matches every line
}

func newEdit(quirk string, e Edit) (*edit, error) {
	out := &edit{Edit: e, quirk: quirk, response: e.Response}
	if verb, rest, one := strings.Cut(e.Response, ": "); one {
		out.verb, out.response = verb, rest
		if commands[verb] == nil {
			return nil, fmt.Errorf("edit of %q: there is no command %q", e.Response, verb)
		}
	}
	if !slices.Contains(responses, out.response) {
		return nil, fmt.Errorf("edit of %q: there is no such response (have %s)", e.Response, strings.Join(responses, ", "))
	}
	if e.Find == "" {
		if e.Replace != "" || !e.Drop && !e.Twice {
			return nil, fmt.Errorf("edit of %q finds nothing", e.Response)
		}
		return out, nil
	}
	re, err := regexp.Compile(e.Find)
	if err != nil {
		return nil, fmt.Errorf("edit of %q: %w", e.Response, err)
	}
	out.find = re
	return out, nil
}

// responses are all that an edit can be of.
var responses = append([]string{"tagged OK", "tagged NO", "tagged BAD"}, strings.Fields("* + tagged OK NO BAD BYE PREAUTH CAPABILITY ENABLED ID NAMESPACE LANGUAGE COMPARATOR "+
	"LIST LSUB XLIST STATUS FLAGS EXISTS RECENT SEARCH ESEARCH SORT THREAD FETCH UIDFETCH EXPUNGE VANISHED UIDBATCHES "+
	"ACL MYRIGHTS LISTRIGHTS QUOTA QUOTAROOT METADATA GENURLAUTH URLFETCH JMAPACCESS")...)

// Responses are the responses that an [Edit] can be of.
func Responses() []string { return slices.Clone(responses) }

// responseOf names the response that a line is, as [Edit] does.
func responseOf(line string) string {
	first, rest, _ := strings.Cut(line, " ")
	word, rest, _ := strings.Cut(rest, " ")
	switch {
	case first == "+":
		return "+"
	case first != "*":
		return "tagged " + word
	case word != "" && word[0] >= '0' && word[0] <= '9':
		word, _, _ = strings.Cut(rest, " ")
	}
	return word
}

// takes says whether the edit is for a line.
func (e *edit) takes(response, verb string) bool {
	if e.verb != "" && e.verb != verb {
		return false
	}
	return e.response == "*" || e.response == response || e.response == "tagged" && strings.HasPrefix(response, "tagged ")
}

// changed are the lines that come of one, and whether they are others than it. Literals are
// not in them.
func (e *edit) changed(line string) ([]string, bool) {
	if e.find == nil {
		if e.Drop {
			return nil, true
		}
		return []string{line, line}, true
	}
	if !e.find.MatchString(line) {
		return []string{line}, false
	}
	after := e.find.ReplaceAllString(line, e.Replace)
	switch {
	case e.Drop:
		return nil, true
	case e.Twice:
		return []string{line, after}, true
	}
	return []string{after}, after != line
}

// literalMark stands for a literal's bytes while a line is edited. No line has one.
const literalMark = "\x00"

// editLine passes a line through the edits of the profile, and lets out what they make of it.
func (c *conn) editLine(line []byte) {
	text, literals := withoutLiterals(line)
	lines := []string{text}
	for _, e := range c.srv.profile.edits {
		var out []string
		for _, text := range lines {
			if !e.takes(responseOf(text), c.verb()) {
				out = append(out, text)
				continue
			}
			after, changed := e.changed(text)
			if changed {
				c.acted(e.quirk)
			}
			out = append(out, after...)
		}
		lines = out
	}
	hidden := c.hidden
	for _, text := range lines {
		if result, tagged := strings.CutPrefix(text, c.tag+" "); tagged && c.tag != "" && c.tag != "*" {
			c.edited = result
		}
		c.hidden = hidden
		c.filtered(withLiterals(text, literals))
	}
	c.hidden = 0
}

// withoutLiterals is a line without its CRLF, with a mark for the bytes of each literal.
func withoutLiterals(line []byte) (string, [][]byte) {
	line = bytes.TrimSuffix(line, []byte("\r\n"))
	if bytes.IndexByte(line, '\n') < 0 {
		return string(line), nil
	}
	var sb strings.Builder
	var literals [][]byte
	for {
		text, literal, rest, ok := cutLiteral(line, false)
		if !ok {
			sb.Write(line)
			return sb.String(), literals
		}
		sb.Write(text)
		sb.WriteString(literalMark)
		literals = append(literals, slices.Clone(literal))
		line = rest
	}
}

// withLiterals puts them back, and the CRLF.
func withLiterals(text string, literals [][]byte) []byte {
	var out []byte
	for i, part := range strings.Split(text, literalMark) {
		if i > 0 && i <= len(literals) {
			out = append(append(out, "\r\n"...), literals[i-1]...)
		}
		out = append(out, part...)
	}
	return append(out, "\r\n"...)
}
