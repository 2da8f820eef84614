package compare

import (
	"bytes"
	"io"
	"io/fs"
	"log"
	"maps"
	"net"
	"slices"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/imaptest"
)

// The servers that are compared, by the names that the page has for them, and who is
// none.
const (
	ours     = "mailtest"
	peer     = "imapserver"
	old      = "go-imap v1"
	dovecot  = "Dovecot"
	lowest   = "floor"
	programs = "programs"
)

// startOurs is a server as a test starts it, which records what is said.
func startOurs(s setup) (*played, error) {
	var opts []imaptest.Option
	if s.SMTP {
		opts = append(opts, imaptest.WithSMTP())
	}
	srv, err := imaptest.New(opts...)
	if err != nil {
		return nil, err
	}
	if _, err := srv.Store().Users()[0].Inbox().AppendAll(s.mail); err != nil {
		return nil, err
	}
	p := &played{IMAP: srv.Addr(), calls: ourCalls(srv), end: func() { srv.Close() }}
	if s.SMTP {
		p.SMTP = srv.SMTPAddr()
	}
	p.calls["make files"] = s.files.make
	p.calls["load"] = func(request) error {
		_, err := imaptest.New(imaptest.InMemory(), imaptest.WithMail(s.files.all))
		return err
	}
	p.calls["append files"] = func(request) error {
		srv, err := imaptest.New(imaptest.InMemory())
		if err == nil {
			_, err = srv.Store().Users()[0].Inbox().AppendAll(s.files.list)
		}
		return err
	}
	return p, nil
}

// literal is a message that is appended.
type literal struct{ *bytes.Reader }

// startPeer is the peer, and beside it go-smtp's server, which throws away what it gets.
func startPeer(s setup) (*played, error) {
	mem := imapmemserver.New()
	user, err := peerUser(s.mail)
	if err != nil {
		return nil, err
	}
	mem.AddUser(user)
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}, imap.CapIdle: {}},
		InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	bare := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return discard{}, nil }))
	p := &played{}
	p.end = func() { srv.Close(); bare.Close() }
	if p.IMAP, err = serve(srv.Serve); err != nil {
		return nil, err
	}
	if p.SMTP, err = serve(bare.Serve); err != nil {
		return nil, err
	}
	p.calls = map[string]func(request) error{"make files": s.files.make, "load": func(request) error {
		_, err := peerUser(slices.Collect(s.files.raws()))
		return err
	}, "append files": func(request) error {
		_, err := peerUser(s.files.list)
		return err
	}}
	return p, nil
}

// peerUser is an account of the peer's with mail.
func peerUser(all [][]byte) (*imapmemserver.User, error) {
	user := imapmemserver.NewUser("user", "password")
	for _, name := range []string{"INBOX", "Archive"} {
		if err := user.Create(name, nil); err != nil {
			return nil, err
		}
	}
	for _, raw := range all {
		if _, err := user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
			return nil, err
		}
	}
	return user, nil
}

// serve listens, and lets a server serve.
func serve(serve func(net.Listener) error) (addr string, err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go serve(ln)
	return ln.Addr().String(), nil
}

// discard takes every message and keeps none.
type discard struct{}

func (discard) Mail(string, *smtp.MailOptions) error { return nil }
func (discard) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (discard) Data(r io.Reader) error               { _, err := io.Copy(io.Discard, r); return err }
func (discard) Reset()                               {}
func (discard) Logout() error                        { return nil }

// files are mail files in memory, to be loaded.
type files struct {
	all  fstest.MapFS
	list [][]byte // what is in them, in order
}

func (f *files) make(req request) error {
	if len(f.all) == req.N {
		return nil
	}
	f.all, f.list = make(fstest.MapFS), make([][]byte, req.N)
	for i := range f.list {
		f.list[i] = bigMail(i)
		f.all[fileName(i)] = &fstest.MapFile{Data: f.list[i]}
	}
	return nil
}

// raws reads the files, in order, as a program does that loads them itself.
func (f *files) raws() func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, name := range slices.Sorted(maps.Keys(f.all)) {
			raw, err := fs.ReadFile(f.all, name)
			if err != nil || !yield(raw) {
				return
			}
		}
	}
}
