package imapd

import "time"

// waitInput calls tell for every change until the client has sent something,
// or is gone. tell returns the channel on which the next change will be seen, nil
// for none, which it takes before it looks, so that no change falls between the two.
// An error of tell closes the connection.
func (c *conn) waitInput(tell func() (<-chan struct{}, error)) error {
	if c.rd.Buffered() > 0 {
		return nil
	}
	c.waiting = true
	defer func() { c.waiting = false }()
	var says <-chan time.Time
	said := c.idleSays()
	if said != nil {
		ticker := time.NewTicker(said.After)
		defer ticker.Stop()
		says = ticker.C
	}
	input := make(chan struct{})
	var reading bool
	for {
		changed, err := tell()
		if err == nil {
			c.release(false)
			err = c.Out.Flush()
		}
		if err != nil {
			c.Close()
			if reading {
				<-input
			}
			return err
		}
		if !reading {
			// The goroutine ends with the input, which stays where it is.
			reading = true
			go func() {
				c.rd.Wait()
				close(input)
			}()
		}
		select {
		case <-input:
			return nil
		case <-changed:
		case <-says:
			c.acted(said.quirk)
			c.enc.Text(said.text).CRLF()
		}
	}
}
