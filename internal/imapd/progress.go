package imapd

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// progress tells the client of a command that takes long how far it has come:
// RFC 9585.
//
//	resp-text-code =/ "INPROGRESS" [SP "(" inprogress-tag SP inprogress-state ")"]
//	inprogress-tag = quoted / nil
type progress struct {
	c          *conn
	tag        string
	done, goal int
	next       time.Time // when to tell; zero: never
}

// newProgress: a tag with "]" would end the response code, and is not told (RFC 9585,
// section 4).
func (c *conn) newProgress(tag string, goal int) *progress {
	p := &progress{c: c, tag: tag, goal: goal}
	if strings.Contains(tag, "]") {
		p.tag = ""
	}
	if c.has(imap.CapInProgress) {
		p.next = time.Now().Add(c.srv.cfg.Progress)
	}
	return p
}

// step counts one more. Its error is that of a client that is gone. Time is
// looked at now and then only, as it costs more than most steps. That all is done the
// tagged response tells (RFC 9585, section 4).
func (p *progress) step() error {
	p.done++
	if p.c.interrupted() {
		return errGone
	}
	if p.next.IsZero() || p.done%64 != 0 && p.c.srv.cfg.Progress >= time.Millisecond {
		return nil
	}
	if p.done >= p.goal || time.Now().Before(p.next) {
		return nil
	}
	p.next = time.Now().Add(p.c.srv.cfg.Progress)
	tag := "NIL"
	if p.tag != "" {
		tag = `"` + p.tag + `"`
	}
	p.c.note("note.progress", "OK", fmt.Sprintf("INPROGRESS (%s %d %d)", tag, p.done, p.goal), "Still at it")
	return p.c.Out.Flush()
}

func formatNum(n int) string { return strconv.Itoa(n) }
