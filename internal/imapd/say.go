package imapd

// say sends a line that is no data and no answer: a continuation request, or BYE.
func (c *conn) say(event Event, line string) {
	c.enc.Raw(line).CRLF()
}

// note sends an untagged status response; code is what stands in the brackets, "" for
// none.
func (c *conn) note(event Event, status, code, text string) {
	e := c.enc.Raw("* ").Raw(status).SP()
	if code != "" {
		e.Raw("[").Raw(code).Raw("] ")
	}
	e.Text(text).CRLF()
}
