package imapd_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Several clients change, copy and expunge the messages of one mailbox at random, as
// ImapTest does. Each keeps count of its messages and of their UIDs, and holds the server
// to RFC 3501: no command fails but for the reasons that RFC 2180, section 4, has; no
// EXPUNGE during FETCH, STORE and SEARCH by number (section 7.4.1); numbers that the
// client has been told of, which stand for the same UIDs as before. In the end all have
// the mailbox as it is.
func TestStress(t *testing.T) {
	const clients, commands = 5, 300
	srv := imaptest.Start(t, imaptest.InMemory())
	for range 30 {
		srv.Inbox().Deliver(t, []byte("Subject: a message\r\n\r\nwith some text\r\n"))
	}
	all := make([]*stressed, clients)
	for i := range all {
		all[i] = newStressed(t, srv, uint64(i))
	}
	var wg sync.WaitGroup
	for _, c := range all {
		wg.Go(func() {
			for range commands {
				c.next()
			}
		})
	}
	wg.Wait()
	var want []uint32
	for _, m := range srv.Inbox().Messages() {
		want = append(want, uint32(m.UID))
	}
	for i, c := range all {
		c.command("NOOP", false)
		c.command("FETCH 1:* (UID)", false)
		if !slices.Equal(c.uids, want) {
			t.Errorf("client %d has %d, want %d", i, c.uids, want)
		}
	}
}

// stressed is a client of TestStress.
type stressed struct {
	t      *testing.T
	asker  *asker
	random *rand.Rand
	tag    int
	uids   []uint32 // by number; 0 for one that has not been told
}

func newStressed(t *testing.T, srv *imaptest.Server, seed uint64) *stressed {
	t.Helper()
	nc := mustDial(t, srv)
	c := &stressed{t: t, asker: &asker{t: t, nc: nc, r: bufio.NewReader(nc)}, random: rand.New(rand.NewPCG(seed, 1))}
	if _, err := c.asker.r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	c.command("LOGIN user password", false)
	c.command("SELECT INBOX", false)
	return c
}

// stressCommands are what a client says. {set} is of numbers, {uids} of UIDs.
var stressCommands = []struct {
	text     string
	holds    bool // no EXPUNGE during it
	mayBeNO  bool // [EXPUNGEISSUED]: COPY and MOVE of what is gone, FETCH of nothing else
	anywhere bool // also with no message
}{
	{text: `STORE {set} +FLAGS.SILENT (\Seen)`, holds: true},
	{text: `STORE {set} +FLAGS (\Deleted)`, holds: true},
	{text: `STORE {set} -FLAGS (\Flagged $Work)`, holds: true},
	{text: `STORE {set} FLAGS.SILENT (\Answered)`, holds: true},
	{text: `UID STORE {uids} +FLAGS (\Flagged)`},
	{text: "FETCH {set} (UID FLAGS BODY.PEEK[])", holds: true, mayBeNO: true},
	{text: "FETCH {set} (UID BODY[HEADER])", holds: true, mayBeNO: true},
	{text: "UID FETCH {uids} (FLAGS ENVELOPE)"},
	{text: "SEARCH {set} SUBJECT message", holds: true},
	{text: "SEARCH NOT BODY text", holds: true},
	{text: "UID SEARCH {set} SEEN", holds: true},
	{text: "UID SEARCH UID {uids}"},
	{text: "SORT (REVERSE ARRIVAL) UTF-8 {set}", holds: true},
	{text: "THREAD REFS UTF-8 ALL", holds: true},
	{text: "COPY {set} INBOX", mayBeNO: true},
	{text: "COPY {set} Archive", mayBeNO: true},
	{text: "UID COPY {uids} Archive"},
	{text: "MOVE {set} Archive", mayBeNO: true},
	{text: "UID MOVE {uids} INBOX"},
	{text: "EXPUNGE", anywhere: true},
	{text: "UID EXPUNGE {uids}"},
	{text: "NOOP", anywhere: true},
	{text: "APPEND INBOX {3+}\r\na:b", anywhere: true},
	{text: "APPEND INBOX (\\Deleted) {3+}\r\na:b", anywhere: true},
	{text: "STATUS Archive (MESSAGES)", anywhere: true},
}

// next says something.
func (c *stressed) next() {
	row := stressCommands[c.random.IntN(len(stressCommands))]
	if len(c.uids) == 0 && !row.anywhere {
		return
	}
	text := strings.ReplaceAll(row.text, "{set}", c.set(len(c.uids)))
	text = strings.ReplaceAll(text, "{uids}", c.set(200))
	answer := c.command(text, row.holds)
	allowed := strings.HasPrefix(answer, "OK") || row.mayBeNO && strings.HasPrefix(answer, "NO [EXPUNGEISSUED]")
	if !allowed {
		c.t.Errorf("%s: %s", text, answer)
	}
}

// set is two numbers up to n, and a range.
func (c *stressed) set(n int) string {
	if n == 0 {
		return "1"
	}
	number := func() int { return 1 + c.random.IntN(n) }
	return fmt.Sprintf("%d,%d:%d", number(), number(), number())
}

// command runs one and gives its tagged answer.
func (c *stressed) command(text string, holds bool) string {
	c.tag++
	tag := fmt.Sprintf("t%d ", c.tag)
	if _, err := fmt.Fprintf(c.asker.nc, "%s%s\r\n", tag, text); err != nil {
		c.t.Error(err)
		return ""
	}
	for {
		line, err := c.asker.r.ReadString('\n')
		if err != nil {
			c.t.Errorf("%s: %v", text, err)
			return ""
		}
		line = strings.TrimSuffix(line, "\r\n")
		if answer, done := strings.CutPrefix(line, tag); done {
			return answer
		}
		c.told(text, line, holds)
	}
}

var numbered = regexp.MustCompile(`^\* (\d+) (EXISTS|EXPUNGE|FETCH)(?: \((?:.*?)UID (\d+))?`)

// told keeps count of an untagged response.
func (c *stressed) told(text, line string, holds bool) {
	m := numbered.FindStringSubmatch(line)
	if m == nil {
		return
	}
	n, _ := strconv.Atoi(m[1])
	switch {
	case m[2] == "EXISTS":
		if n < len(c.uids) {
			c.t.Errorf("%s: %s, with %d messages", text, line, len(c.uids))
		}
		c.uids = append(c.uids, make([]uint32, max(n-len(c.uids), 0))...)
	case n < 1 || n > len(c.uids):
		c.t.Errorf("%s: %s, with %d messages", text, line, len(c.uids))
	case m[2] == "EXPUNGE":
		if holds {
			c.t.Errorf("%s: %s", text, line)
		}
		c.uids = slices.Delete(c.uids, n-1, n)
	case m[3] != "":
		uid, _ := strconv.ParseUint(m[3], 10, 32)
		if have := c.uids[n-1]; have != 0 && have != uint32(uid) {
			c.t.Errorf("%s: %s, which had UID %d", text, line, have)
		}
		c.uids[n-1] = uint32(uid)
	}
}
