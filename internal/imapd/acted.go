package imapd

// acted tells the owner of the hooks, once a connection, that a quirk has done something
// there.
func (c *conn) acted(quirk string) {
	hook := c.srv.cfg.Hooks.Acted
	if quirk == "" || hook == nil || c.quirks[quirk] {
		return
	}
	if c.quirks == nil {
		c.quirks = make(map[string]bool)
	}
	c.quirks[quirk] = true
	hook(c.info.Conn, quirk)
}
