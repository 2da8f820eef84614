package serve

// IsQuiet says that the connection's goroutine waits for its client, which has sent nothing
// that is yet to be read, and is not known to have hung up.
func (c *Conn) IsQuiet() bool {
	return c.waits.Load() && !hasInput(inTheClear(c.raw)) && c.waits.Load()
}

// pending is a connection in memory that knows what is there to read.
type pending interface{ HasInput() bool }

// hasInput says that a read would not wait.
func hasInput(nc any) bool {
	if p, ok := nc.(pending); ok {
		return p.HasInput()
	}
	return hasInputFD(nc)
}
