package imapd_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
)

// clientKind is a kind of client: what it enables, and how it lives.
type clientKind struct {
	name                      string
	enable                    string
	condstore, qresync, rev2  bool
	uidOnly, notify, hangsOff bool
}

var clientKinds = []clientKind{
	{name: "plain"},
	{name: "CONDSTORE", enable: "CONDSTORE", condstore: true},
	{name: "QRESYNC", enable: "QRESYNC", condstore: true, qresync: true},
	{name: "UIDONLY", enable: "CONDSTORE UIDONLY", condstore: true, uidOnly: true},
	{name: "IMAP4rev2", enable: "IMAP4rev2 CONDSTORE", condstore: true, rev2: true},
	{name: "NOTIFY", enable: "QRESYNC", condstore: true, qresync: true, notify: true},
	{name: "hanging up", enable: "QRESYNC", condstore: true, qresync: true, hangsOff: true},
}

// client is one client: a connection, and what it has been told.
type client struct {
	m    *model
	kind clientKind
	name string // of the connection, in the dialogue

	nc       net.Conn
	mu       sync.Mutex // guards received and ended
	received []byte
	ended    bool

	tags     int
	cmd      *sentCommand // the command that runs, or nil
	idling   bool
	bye      string // what the server said at the end
	told     bool   // and that has been logged
	mem      *memory
	readOnly bool
	delayed  bool // NOTIFY with SELECTED-DELAYED
	notified bool // NOTIFY SET was sent

	cache       map[uint32]told // while it comes back with QRESYNC
	gotHighest  uint64          // since the last tagged response
	gotFetch    uint64
	others      map[string]otherMailbox // NOTIFY: what it knows of the rest
	lastDestUID uint32                  // of APPENDUID and COPYUID: the last one
	destUIDs    int                     // how many they name
	dest        []uint32                // which
}

// sentCommand is a command and what is true while it runs.
type sentCommand struct {
	tag, name string
	line      string
	noExpunge bool // none may be told (RFC 9051, section 7.5.1; RFC 7162, section 3.2.10.2)
	earlier   bool // VANISHED (EARLIER) may come
	result    response
	onOK      func() // what the client knows then
}

// connect begins a connection and logs in.
func (m *model) connect(kind clientKind) (*client, error) {
	m.conns++
	c := &client{m: m, kind: kind, name: fmt.Sprint(m.conns)}
	c.nc = m.dial()
	m.clients = append(m.clients, c)
	go c.receive()
	mark := len(m.log)
	err := c.settle()
	if err == nil {
		_, err = c.send("LOGIN user password")
	}
	if err == nil {
		m.log = m.log[:mark] // dialogues do this by themselves
	}
	if err == nil && kind.enable != "" {
		_, err = c.send("ENABLE " + kind.enable)
	}
	return c, err
}

// receive gathers what the server sends.
func (c *client) receive() {
	buf := make([]byte, 4096)
	for {
		n, err := c.nc.Read(buf)
		c.mu.Lock()
		c.received = append(c.received, buf[:n]...)
		c.ended = c.ended || err != nil
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (c *client) close() { c.nc.Close() }

// gone says that the server has ended the connection.
func (c *client) gone() bool { return c.bye != "" }

// settle waits until nothing moves any more, and takes in what has come.
func (c *client) settle() error {
	c.m.wait()
	c.mu.Lock()
	received := c.received
	c.received = nil
	c.mu.Unlock()
	for {
		raw, rest := nextResponse(received)
		if raw == nil {
			break
		}
		received = rest
		c.m.logf("%s: S: %s", c.name, raw)
		r, err := parseResponse(raw)
		if err == nil {
			err = c.take(r)
		}
		if err != nil {
			return fmt.Errorf("connection %s (%s): %s: %w", c.name, c.kind.name, strings.TrimSpace(string(raw)), err)
		}
	}
	if c.gone() && !c.told {
		c.told = true
		c.m.logf("%s: closed", c.name)
	}
	if len(received) > 0 {
		return fmt.Errorf("connection %s: half a response: %q", c.name, received)
	}
	return nil
}

// send sends a command and takes in its answer.
func (c *client) send(line string) (response, error) {
	return c.sendCommand(&sentCommand{line: line})
}

func (c *client) sendCommand(cmd *sentCommand) (response, error) {
	c.tags++
	cmd.tag = fmt.Sprintf("t%s.%d", c.name, c.tags)
	words := strings.SplitN(cmd.line, " ", 3)
	cmd.name = words[0]
	if cmd.name == "UID" {
		cmd.name += " " + words[1]
	}
	switch cmd.name {
	case "FETCH", "STORE", "SEARCH", "SORT", "THREAD":
		cmd.noExpunge = true
	}
	c.cmd = cmd
	c.destUIDs = 0
	for line := range strings.SplitSeq(cmd.tag+" "+cmd.line, "\r\n") {
		c.m.logf("%s: C: %s", c.name, line)
	}
	c.m.ran = false
	io.WriteString(c.nc, cmd.tag+" "+cmd.line+"\r\n")
	if err := c.settle(); err != nil {
		return response{}, err
	}
	if cmd.result.tag == "" && !c.gone() && !c.idling {
		return response{}, fmt.Errorf("connection %s: no answer to %s", c.name, cmd.line)
	}
	if c.gone() {
		return response{name: "BYE"}, c.m.afterBye(c, cmd)
	}
	return cmd.result, nil
}

// done ends IDLE.
func (c *client) done() error {
	if !c.idling {
		return nil
	}
	c.idling = false
	c.m.logf("%s: C: DONE", c.name)
	io.WriteString(c.nc, "DONE\r\n")
	if err := c.settle(); err != nil {
		return err
	}
	if c.cmd != nil && !c.gone() {
		return fmt.Errorf("connection %s: no answer to DONE", c.name)
	}
	return nil
}

// take takes in one response.
func (c *client) take(r response) error {
	switch r.tag {
	case "*":
		return c.untagged(r)
	case "+":
		if c.cmd == nil || c.cmd.name != "IDLE" {
			return fmt.Errorf("nothing was to be continued")
		}
		c.idling = true
		return nil
	}
	if c.cmd == nil || r.tag != c.cmd.tag {
		return fmt.Errorf("no command has this tag")
	}
	if err := c.code(r); err != nil {
		return err
	}
	c.keepModSeq()
	cmd := c.cmd
	cmd.result, c.cmd = r, nil
	if r.name == "OK" && cmd.onOK != nil {
		cmd.onOK()
	}
	return nil
}

// keepModSeq follows RFC 7162, section 6: HIGHESTMODSEQ if there was one, else the
// highest MODSEQ, at every tagged response.
func (c *client) keepModSeq() {
	if c.mem != nil {
		switch {
		case c.gotHighest > 0:
			c.mem.highest = c.gotHighest
		case c.gotFetch > c.mem.highest:
			c.mem.highest = c.gotFetch
		}
	}
	c.gotHighest, c.gotFetch = 0, 0
}

// code takes in what stands in brackets.
func (c *client) code(r response) error {
	if len(r.code) == 0 || r.code[0].text == "CAPABILITY" {
		return nil
	}
	name, args := r.code[0].text, r.code[1:]
	counts, known := codeForms[name]
	if !known || len(args) != counts {
		return fmt.Errorf("no such code, or not with %d values", len(args))
	}
	switch name {
	case "CLOSED":
		if c.mem == nil {
			return fmt.Errorf("nothing was selected")
		}
		c.leave()
		c.mem = &memory{}
	case "UIDVALIDITY", "HIGHESTMODSEQ", "UIDNEXT", "UNSEEN":
		n, err := args[0].number()
		if err != nil || n == 0 || c.mem == nil {
			return fmt.Errorf("%w, or nothing is selected", err)
		}
		return c.numberCode(name, n)
	case "APPENDUID", "COPYUID":
		uids, err := args[len(args)-1].set()
		if err != nil {
			return err
		}
		c.destUIDs, c.lastDestUID, c.dest = len(uids), slices.Max(uids), uids
	}
	return nil
}

func (c *client) numberCode(name string, n uint64) error {
	switch name {
	case "UIDVALIDITY":
		c.mem.validity = uint32(n)
	case "HIGHESTMODSEQ":
		c.gotHighest = n
		if c.cmd == nil || c.idling {
			c.mem.highest = n
		}
	case "UNSEEN":
		if c.kind.rev2 || c.kind.uidOnly || n > uint64(len(c.mem.messages)) {
			return fmt.Errorf("UNSEEN may not be told")
		}
	}
	return nil
}

// codeForms are the response codes that may come, with how many values each has.
var codeForms = map[string]int{
	"ALERT": 0, "CLOSED": 0, "UIDVALIDITY": 1, "UIDNEXT": 1, "HIGHESTMODSEQ": 1, "UNSEEN": 1, "PERMANENTFLAGS": 1,
	"MAILBOXID": 1, "URLMECH": 1, "READ-WRITE": 0, "READ-ONLY": 0, "APPENDUID": 2, "COPYUID": 3, "MODIFIED": 1, "EXPUNGEISSUED": 0,
	"TRYCREATE": 0, "NONEXISTENT": 0, "ALREADYEXISTS": 0, "CANNOT": 0, "HASCHILDREN": 0, "NOTSAVED": 0, "CLIENTBUG": 0,
}
