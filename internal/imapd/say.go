package imapd

import (
	"strings"
)

// say sends a line that is no data and no answer: a continuation request, or BYE.
func (c *conn) say(event Event, line string, values ...value) {
	if c.srv.profile != nil {
		c.sayAs("", said{event: event, text: strings.TrimPrefix(line[1:], " "), line: line, values: values})
		return
	}
	c.enc.Raw(line).CRLF()
}

// note sends an untagged status response; code is what stands in the brackets, "" for
// none.
func (c *conn) note(event Event, status, code, text string) {
	if c.srv.profile != nil {
		c.sayAs("", said{event: event, status: status, code: code, text: text, line: "* " + statusText(status, code, text)})
		return
	}
	e := c.enc.Raw("* ").Raw(status).SP()
	if code != "" {
		e.Raw("[").Raw(code).Raw("] ")
	}
	e.Text(text).CRLF()
}

// sayAs says it as the profile does, and returns the result: the last line without its tag.
func (c *conn) sayAs(tag string, s said) string {
	text := c.phrase(s)
	if text == "" {
		return ""
	}
	return c.sayText(tag, text)
}

// sayText sends lines of which the last one is behind the tag, unless it has a
// beginning of its own; if one is BYE, the connection ends.
func (c *conn) sayText(tag, text string) string {
	lines := strings.Split(text, "\n")
	hidden := c.hidden // is of the tag
	c.hidden = 0
	last := lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		c.enc.Text(line).CRLF()
		c.done = c.done || isBye(line)
	}
	if isWhole(last) {
		c.enc.Text(last).CRLF()
		c.done = c.done || isBye(last)
		return c.inLanguage(strings.TrimPrefix(last, "* "))
	}
	c.hidden = hidden
	c.enc.Raw(tag).SP().Text(last).CRLF()
	return c.inLanguage(last)
}

// isWhole says of a template that it is a line with its beginning.
func isWhole(line string) bool { return strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "+") }

func isBye(line string) bool { return line == "* BYE" || strings.HasPrefix(line, "* BYE ") }
