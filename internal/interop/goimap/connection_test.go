package goimap_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// connectionUses are about the connection, logging in and out, and being told.
var connectionUses = map[string]use{
	"the greeting and its capabilities": {methods: "WaitGreeting Caps Capability State", run: func(s *session) error {
		c := s.dial()
		err := c.WaitGreeting()
		s.equal("state", c.State(), imap.ConnStateNotAuthenticated)
		caps, capErr := c.Capability().Wait()
		s.equal("AUTH=PLAIN", caps.Has(imap.AuthCap(sasl.Plain)), s.shows(false, "AUTH=PLAIN", true))
		s.equal("AUTH=PLAIN, kept", c.Caps().Has(imap.AuthCap(sasl.Plain)), s.shows(false, "AUTH=PLAIN", true))
		return errors.Join(err, capErr)
	}},
	"LOGIN": {methods: "Login State Caps", run: func(s *session) error {
		c := s.dial()
		if !s.takesPasswords() {
			s.refused(c.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(), "auth.logindisabled", "LOGIN", imap.ResponseCodePrivacyRequired)
			return nil
		}
		s.refused(c.Login(imaptest.DefaultUser, "wrong").Wait(), "auth.password", "LOGIN", imap.ResponseCodeAuthenticationFailed)
		err := c.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait()
		noop := c.Noop().Wait() // see state
		s.equal("state", c.State(), imap.ConnStateAuthenticated)
		s.equal("STARTTLS is still there", c.Caps().Has(imap.CapStartTLS), s.shows(true, "STARTTLS", false))
		return errors.Join(err, noop)
	}},
	"LOGIN with what must be quoted": {methods: "Login", run: func(s *session) error {
		user, err := s.srv.Store().AddUser(`o"brien\ `, "p@ss \\\" {3}")
		if err != nil {
			return err
		}
		err = s.dial().Login(user.Name(), user.Password()).Wait()
		if !s.takesPasswords() {
			s.refused(err, "auth.logindisabled", "LOGIN", imap.ResponseCodePrivacyRequired)
			return nil
		}
		return err
	}},
	"AUTHENTICATE": {methods: "Authenticate", run: func(s *session) error {
		c := s.dial()
		if !s.authenticates(sasl.Plain) {
			s.refused(c.Authenticate(sasl.NewPlainClient("", imaptest.DefaultUser, imaptest.DefaultPassword)), "auth.mechanism", "AUTHENTICATE", imap.ResponseCodeCannot)
			return nil
		}
		s.refused(c.Authenticate(sasl.NewPlainClient("", imaptest.DefaultUser, "wrong")), "auth.password", "AUTHENTICATE", imap.ResponseCodeAuthenticationFailed)
		return c.Authenticate(sasl.NewPlainClient("", imaptest.DefaultUser, imaptest.DefaultPassword))
	}},
	"STARTTLS": {methods: "WaitGreeting", needs: imap.CapStartTLS, before: true, run: func(s *session) error {
		c, err := imapclient.DialStartTLS(s.srv.Addr(), &imapclient.Options{TLSConfig: s.srv.ClientTLSConfig()})
		if err != nil {
			return err
		}
		defer c.Close()
		return errors.Join(c.WaitGreeting(), c.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait())
	}},
	"implicit TLS": {methods: "WaitGreeting", run: func(s *session) error {
		c, err := imapclient.DialTLS(s.srv.TLSAddr(), &imapclient.Options{TLSConfig: s.srv.ClientTLSConfig()})
		if err != nil {
			return err
		}
		defer c.Close()
		if s.takesPasswords() {
			return c.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait()
		}
		return c.Noop().Wait()
	}},
	"LOGOUT": {methods: "Logout Closed Close", run: func(s *session) error {
		err := s.Logout().Wait()
		<-s.Closed()
		s.equal("state", s.State(), imap.ConnStateLogout)
		s.Close()
		return err
	}},
	"hanging up": {methods: "Close Closed", run: func(s *session) error {
		err := s.Client.Close()
		if s.odd(provider.UnsafeLogin) {
			err = nil // that of ID, which Close keeps
		}
		<-s.Closed()
		if s.Noop().Wait() == nil {
			s.t.Error("NOOP works on a connection that is closed")
		}
		return err
	}},
	"the server hangs up": {methods: "Closed Noop", run: func(s *session) error {
		s.srv.DropConns()
		<-s.Closed()
		if s.Noop().Wait() == nil {
			s.t.Error("NOOP works on a connection that is closed")
		}
		return nil
	}},
	"commands behind one another": {methods: "Noop Search Status", run: func(s *session) error {
		noop := s.Noop()
		search := s.Search(&imap.SearchCriteria{}, nil)
		status := s.Status(s.name("Archive"), &imap.StatusOptions{NumMessages: true})
		bad := s.Delete(s.name("no such mailbox"))
		last := s.Noop()
		data, err := search.Wait()
		_, statusErr := status.Wait()
		if bad.Wait() == nil {
			s.t.Error("a mailbox that is not there has been deleted")
		}
		s.equal("found", data.AllSeqNums(), []uint32{1, 2, 3})
		return errors.Join(noop.Wait(), err, statusErr, last.Wait())
	}},
	"being told by NOOP": {methods: "Noop Mailbox", run: func(s *session) error {
		s.srv.Inbox().Deliver(s.t, []byte("Subject: new\r\n\r\n"))
		s.srv.Inbox().Expunge(s.t, 12)
		s.srv.Inbox().AddFlags(s.t, 15, imap.FlagSeen)
		err := s.Noop().Wait()
		s.equal("messages", s.Mailbox().NumMessages, uint32(3))
		s.await(event{"expunge", 2}, event{"exists", 3}, event{"fetch", 3})
		return err
	}},
	"IDLE": {methods: "Idle", needs: imap.CapIdle, run: func(s *session) error {
		for n := range uint32(2) { // and again, after DONE
			cmd, err := s.Idle()
			if err != nil {
				return err
			}
			s.srv.Inbox().Deliver(s.t, fmt.Appendf(nil, "Subject: new %d\r\n\r\n", n))
			s.await(event{"exists", 4 + n})
			if err := errors.Join(cmd.Close(), cmd.Wait()); err != nil {
				return err
			}
		}
		return nil
	}},
	"IDLE, and the server hangs up": {methods: "Idle", needs: imap.CapIdle, run: func(s *session) error {
		cmd, err := s.Idle()
		if err != nil {
			return err
		}
		s.srv.Inbox().WaitIdle(s.t)
		s.srv.DropConns()
		if cmd.Wait() == nil {
			s.t.Error("IDLE ended well on a connection that is closed")
		}
		return nil
	}},
	"ENABLE": {methods: "Enable", needs: imap.CapEnable, run: func(s *session) error {
		if err := s.authenticated(); err != nil {
			return err
		}
		data, err := s.Enable(imap.CapIMAP4rev2, imap.CapUTF8Accept).Wait()
		if err != nil {
			return err
		}
		_, rev2 := data.Caps[imap.CapIMAP4rev2]
		s.equal("IMAP4rev2", rev2, s.has(s.Caps(), imap.CapIMAP4rev2) && s.Caps().Has(imap.CapIMAP4rev1)) // where it is not there from the start
		return nil
	}},
	"ID": {methods: "ID", needs: imap.CapID, run: func(s *session) error {
		data, err := s.ID(&imap.IDData{Name: "test", Version: `1 "x"`}).Wait()
		if err == nil {
			s.equal("name", data.Name, s.serverName())
			_, err = s.ID(nil).Wait()
		}
		return err
	}},
	"NAMESPACE": {methods: "Namespace", needs: imap.CapNamespace, run: func(s *session) error {
		data, err := s.Namespace().Wait()
		if err == nil {
			s.equal("personal", data.Personal, []imap.NamespaceDescriptor{{Prefix: s.spec.Names.Prefix, Delim: s.delim()}})
		}
		return err
	}},
	"UNAUTHENTICATE": {methods: "Unauthenticate", needs: imap.CapUnauthenticate, run: func(s *session) error {
		err := s.Unauthenticate().Wait()
		if err == nil {
			err = s.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait()
		}
		return err
	}},
}

// dial is another client, which has not logged in.
func (s *session) dial() *imapclient.Client {
	s.t.Helper()
	nc, err := s.srv.Dial(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	c := imapclient.New(nc, &imapclient.Options{Dialer: &net.Dialer{}})
	s.t.Cleanup(func() { c.Close() })
	return c
}

// await waits for events, which may come in any order and with others between them.
func (s *session) await(want ...event) {
	s.t.Helper()
	limit := time.After(time.Minute)
	for len(want) > 0 {
		select {
		case <-limit:
			s.t.Fatalf("nothing is told of %v", want)
		case got := <-s.events:
			want = slices.DeleteFunc(want, func(e event) bool { return e == got })
		case <-s.Closed():
			s.t.Fatalf("the connection ended without %v", want)
		}
	}
}
