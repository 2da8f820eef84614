package api

import "github.com/go-mailtest/mailtest/imaptest"

func (c *call) dropConns(none) (none, error) {
	c.srv.DropConns()
	return none{}, nil
}

func (c *call) restart(none) (none, error) {
	c.srv.Restart()
	return none{}, nil
}

func (c *call) refuse(none) (none, error) {
	c.srv.Refuse()
	return none{}, nil
}

func (c *call) accept(none) (none, error) { return none{}, c.srv.Accept() }

// reset checks the rules first, as Server.Reset does; all is as at the start even so.
func (c *call) reset(none) (none, error) {
	err := c.tell(func(t imaptest.TB) { c.srv.Reset(t) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	return none{}, err
}
