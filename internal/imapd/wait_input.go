package imapd

// waitInput calls tell for every change until the client has sent something,
// or is gone. tell returns the channel on which the next change will be seen, nil
// for none, which it takes before it looks, so that no change falls between the two.
// An error of tell closes the connection.
func (c *conn) waitInput(tell func() (<-chan struct{}, error)) error {
	if c.rd.Buffered() > 0 {
		return nil
	}
	c.waiting = true
	defer func() { c.waiting = false; c.enc.Ready() }()
	says, saying := c.idleSays()
	var input chan struct{} // nil: nobody reads
	for {
		changed, err := c.tellAndRest(tell)
		switch {
		case err != nil:
			c.closeAfter(input)
			return err
		case input == nil:
			input = c.readBeside()
		}
		// All who idle are here: a larger frame, and each has a stack of twice the size.
		select {
		case <-input:
			return nil
		case <-changed:
		case <-saying:
			c.sayInIdle(says)
		}
	}
}

// tellAndRest tells what there is to tell, and has no room for more afterwards.
func (c *conn) tellAndRest(tell func() (<-chan struct{}, error)) (<-chan struct{}, error) {
	c.enc.Ready()
	defer c.enc.Rest()
	changed, err := tell()
	if err == nil {
		c.release(false)
		err = c.Out.Flush()
	}
	return changed, err
}

// closeAfter closes the connection, and ends with who reads, if anybody does.
func (c *conn) closeAfter(input chan struct{}) {
	c.Close()
	if input != nil {
		<-input
	}
}

// readBeside reads in a goroutine, which ends with the input. That stays where it is.
func (c *conn) readBeside() chan struct{} {
	input := make(chan struct{})
	go func() {
		c.rd.Wait()
		close(input)
	}()
	return input
}
