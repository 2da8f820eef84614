package imapd

import (
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
)

// progress tells the client of a command that takes long how far it has come:
// RFC 9585.
//
//	resp-text-code =/ "INPROGRESS" [SP "(" quoted SP number SP number ")"]
type progress struct {
	c          *conn
	tag        string
	done, goal int
	next       time.Time // when to tell; zero: never
}

func (c *conn) newProgress(tag string, goal int) *progress {
	p := &progress{c: c, tag: tag, goal: goal}
	if c.has(imap.CapInProgress) {
		p.next = time.Now().Add(c.srv.cfg.Progress)
	}
	return p
}

// step counts one more. Its error is that of a client that is gone. Time is
// looked at now and then only, as it costs more than most steps.
func (p *progress) step() error {
	p.done++
	if p.next.IsZero() || p.done%64 != 0 && p.c.srv.cfg.Progress >= time.Millisecond {
		return nil
	}
	if time.Now().Before(p.next) {
		return nil
	}
	p.next = time.Now().Add(p.c.srv.cfg.Progress)
	p.c.enc.Raw("* OK [INPROGRESS (").Quoted(p.tag).SP().Num(uint32(p.done)).SP().Num(uint32(p.goal)).Raw(")] Still at it").CRLF()
	return p.c.out.Flush()
}

func formatNum(n int) string { return strconv.Itoa(n) }
