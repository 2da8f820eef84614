package compare

import (
	"bytes"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// ourCalls are what a test does at our server itself. N says how often, or of how much.
func ourCalls(srv *imaptest.Server) map[string]func(request) error {
	t := &test{srv: srv}
	return map[string]func(request) error{
		"fill":      t.fill,
		"deliver":   t.deliver,
		"mailboxes": t.mailboxes,
		"archive":   t.archive,
		"count":     t.count,
		"Snapshot":  func(request) error { t.snap = srv.Snapshot(); return nil },
		"Restore":   func(request) error { srv.Restore(t.snap); return nil },
		"Diff":      t.diff,
		"State":     func(request) error { t.state = srv.State(); return nil },
	}
}

// test is a test that has a server.
type test struct {
	srv   *imaptest.Server
	snap  *imaptest.Snapshot
	state string
}

// variety is how many messages there are that differ, where there are many.
const variety = 1000

// fill puts N messages into INBOX, whose bytes are shared by a thousandth of them each.
func (t *test) fill(req request) error {
	raws := make([][]byte, req.N)
	for i := range raws {
		if i < variety {
			raws[i] = smallMail(i)
		} else {
			raws[i] = raws[i%variety]
		}
	}
	_, err := t.srv.Store().Users()[0].Inbox().AppendAll(raws)
	return err
}

// varietySize is how many bytes those messages have of which n are made.
func varietySize(n int) (size int) {
	for i := range min(n, variety) {
		size += len(smallMail(i))
	}
	return size
}

// smallMail is an answer to the message ten before it.
func smallMail(i int) []byte {
	return bytes.Clone(fmt.Appendf(nil, "From: p%d@example.com\r\nTo: user@example.org\r\nSubject: %s %d\r\nDate: Mon, %d Jan 2023 15:04:%02d +0000\r\n"+
		"Message-ID: <%d@example.com>\r\nIn-Reply-To: <%d@example.com>\r\n\r\nText.\r\n", i, words[i%len(words)], i/10, 2+i%28, i%60, i, i-10))
}

// deliver puts N messages into INBOX, one after the other.
func (t *test) deliver(req request) error {
	return try(func(tb imaptest.TB) {
		for i := range req.N {
			t.srv.Inbox().Deliver(tb, smallMail(i))
		}
	})
}

// mailboxes makes so many, each with a message.
func (t *test) mailboxes(req request) error {
	user := t.srv.Store().Users()[0]
	for i := range req.N {
		mbox, err := user.Create(fmt.Sprintf("Folder %d", i))
		if err == nil {
			_, err = mbox.Append(smallMail(i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// diff must find N changes.
func (t *test) diff(req request) error {
	if got := len(t.snap.Diff().Changes); got != req.N {
		return fmt.Errorf("%d changes, want %d", got, req.N)
	}
	return nil
}

// failing is a TB that ends what is being done.
type failing struct{}

// failed is what it ends with.
type failed struct{ error }

func (failing) Helper()             {}
func (failing) Name() string        { return "compare" }
func (failing) Cleanup(func())      {}
func (failing) Logf(string, ...any) {}
func (failing) Failed() bool        { return false }

func (f failing) Errorf(format string, args ...any) { f.Fatalf(format, args...) }
func (failing) Fatalf(format string, args ...any)   { panic(failed{fmt.Errorf(format, args...)}) }

// try gives what a test would have failed with.
func try(do func(imaptest.TB)) (err error) {
	defer func() {
		if f, ok := recover().(failed); ok {
			err = f.error
		}
	}()
	do(failing{})
	return nil
}

// everyNth is a set of count UIDs among those up to n.
func everyNth(n, count int) imap.UIDSet {
	var set imap.UIDSet
	for i := range count {
		set.AddNum(imap.UID(1 + i*(n/count)))
	}
	return set
}
