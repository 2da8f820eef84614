package smtpd_test

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/loopback"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// endingConn is a server's side of a connection that says when it is closed.
type endingConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

// Close says so.
func (e *endingConn) Close() error {
	e.once.Do(func() { close(e.closed) })
	return e.Conn.Close()
}

// waits are what the engine may be doing for an hour when its client hangs up.
var waits = map[string]func(ctl smtpd.Control) error{
	"Wait":    func(ctl smtpd.Control) error { ctl.Wait(time.Hour); return nil },
	"Silence": func(ctl smtpd.Control) error { ctl.Silence(); return smtpd.ErrHandled },
	"Dribble": func(ctl smtpd.Control) error {
		ctl.Sending().Piece, ctl.Sending().Pause = 1, time.Hour
		return nil
	},
}

// A client that hangs up ends what its connection does within 100 ms, be it a wait at any
// stage, in the clear, through TLS, in the handshake, in memory or over TCP.
func TestHangUpEndsWaits(t *testing.T) {
	for _, stage := range []string{"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "EOD", "RSET"} {
		for name, wait := range waits {
			t.Run(stage+"/"+name, func(t *testing.T) {
				t.Run("bubble", func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { hangUp(t, "memory", stage, wait) })
				})
				t.Run("TCP", func(t *testing.T) { hangUp(t, "TCP", stage, wait) })
				t.Run("TLS", func(t *testing.T) { hangUp(t, "TLS", stage, wait) })
			})
		}
	}
	t.Run("TLS/Wait", func(t *testing.T) { hangUp(t, "TCP", "TLS", waits["Wait"]) })
}

func hangUp(t *testing.T, kind, stage string, wait func(ctl smtpd.Control) error) {
	s := newServer(t)
	reached := make(chan struct{})
	s.cfg.StartTLS = true
	s.cfg.Hooks.Step = func(cmd *smtpd.Command, ctl smtpd.Control) error {
		if cmd.Stage != stage {
			return nil
		}
		close(reached)
		return wait(ctl)
	}
	s.start()
	client, nc := pipeOf(t, kind)
	server := &endingConn{Conn: nc, closed: make(chan struct{})}
	s.engine.Go(server, kind == "TLS")
	var w io.ReadWriteCloser = client
	if kind == "TLS" {
		w = tls.Client(client, testcert.ClientConfig())
	}
	go func() {
		dialogue := "EHLO me\r\nRSET\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nx\r\n.\r\n"
		if stage == "TLS" {
			dialogue = "EHLO me\r\nSTARTTLS\r\n"
		}
		if stage != "CONNECT" || kind == "TLS" {
			io.WriteString(w, dialogue)
		}
		if stage != "TLS" {
			io.Copy(io.Discard, w)
			return
		}
		r := make([]byte, 1)
		for text := ""; !strings.Contains(text, "begin the TLS handshake\r\n"); text += string(r) {
			if _, err := w.Read(r); err != nil {
				return
			}
		}
		tls.Client(client, testcert.ClientConfig()).Handshake()
	}()
	<-reached
	select {
	case <-server.closed:
		t.Fatal("it did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	client.Close()
	select {
	case <-server.closed:
	case <-time.After(time.Minute):
		t.Error("the connection has not ended")
	}
}

// pipeOf is a connection in memory, or over TCP.
func pipeOf(t *testing.T, kind string) (client, server net.Conn) {
	if kind == "memory" {
		return memnet.Pipe()
	}
	accepted := make(chan net.Conn, 1)
	l := loopback.Listener{Serve: func(nc net.Conn) { accepted <- nc }}
	if err := l.Open(); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Address())
	if err != nil {
		t.Fatal(err)
	}
	return client, <-accepted
}

// slowly is a backend that files for a minute, or until the server is closed.
type slowly struct {
	*server
	filed, ended chan struct{}
}

// Mail begins a transaction.
func (b *slowly) Mail(smtpd.Session, string, *smtpd.MailOptions) (smtpd.Transaction, error) {
	return b, nil
}

// Rcpt takes everybody.
func (b *slowly) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Answered is of no interest.
func (b *slowly) Answered() {}

// Data files.
func (b *slowly) Data(_ []byte, _ []error, closed <-chan struct{}) {
	select {
	case <-time.After(time.Minute):
		close(b.filed)
	case <-closed:
		close(b.ended)
	}
}

// A message that is there as a whole is filed, though its client hangs up before it is
// answered: nothing undoes the end of the data (RFC 5321, section 4.1.1.4), and that the
// client will send it again is what RFC 1047 is about. Close does not wait for it.
func TestFilingOutlivesTheClient(t *testing.T) {
	for _, delay := range []time.Duration{0, time.Hour} { // of a hook, which is not filing
		for _, closing := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t)
				b := &slowly{s, make(chan struct{}), make(chan struct{})}
				s.cfg.Backend = b
				s.cfg.Hooks.Step = func(cmd *smtpd.Command, ctl smtpd.Control) error {
					if cmd.Stage == smtpd.StageEOD {
						ctl.Wait(delay)
					}
					return nil
				}
				s.start()
				p := s.open(t, "")
				p.Must(t, "DATA\r\nx\r\n.\r\n", "354 {*}")
				synctest.Wait()
				start := time.Now()
				p.NC.Close()
				synctest.Wait()
				want := time.Minute
				if closing {
					s.engine.Close()
					<-b.ended
					want = 0
				} else {
					<-b.filed
				}
				if took := time.Since(start); took != want {
					t.Errorf("a delay of %v: filing ended after %v, want %v", delay, took, want)
				}
				synctest.Wait()
			})
		}
	}
}
