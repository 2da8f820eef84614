package imapd_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
)

// start starts the engine with the mail of the dialogue, and an account "user" if that names
// none.
func (d *profilePlay) start(t *testing.T, mail fs.FS) {
	d.cfg.Store = store.New(d.opts...)
	d.cfg.Profile = &d.profile
	d.cfg.Hooks.Bug = func(err error) { t.Errorf("bug: %v", err) }
	d.cfg.Hooks.Acted = func(_ int, quirk string) { d.acted = append(d.acted, quirk) }
	d.cfg.Hooks.After = func(cmd *imapd.Command) { d.results = append(d.results, cmd.Result) }
	set, err := fixtures.Load(mail)
	if err != nil {
		t.Fatal(err)
	}
	if set.Accounts[0].Name == "" {
		user, err := d.cfg.Store.AddUser("user", "password")
		if err != nil {
			t.Fatal(err)
		}
		if d.token != "" {
			user.SetToken(d.token, time.Time{})
		}
	}
	if err := d.cfg.Store.Load(set); err != nil {
		t.Fatal(err)
	}
	if d.server, err = imapd.NewServer(d.cfg); err != nil {
		t.Fatal(err)
	}
	for _, name := range d.makes {
		user, _ := d.cfg.Store.User("user")
		if _, err := user.Create(name); err != nil {
			t.Fatal(err)
		}
	}
}

// peer connects when a connection is first named.
func (d *profilePlay) peer(name string) *dialogue.Peer {
	if p := d.peers[name]; p != nil {
		return p
	}
	client, server := memnet.Pipe()
	d.server.Go(server)
	p := dialogue.NewPeer(name, client)
	d.peers[name] = p
	d.order = append(d.order, p)
	return p
}

// expectNothing finds nothing to read.
func expectNothing(p *dialogue.Peer) error {
	p.NC.SetReadDeadline(time.Now().Add(time.Millisecond))
	if line, err := p.R.ReadString('\n'); !errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("got %q, %v", line, err)
	}
	return nil
}

// end is an error if the connection has anything left to say.
func (d *profilePlay) end(p *dialogue.Peer) error {
	if p.Closed {
		return nil
	}
	return expectNothing(p)
}

func (d *profilePlay) close(t *testing.T) {
	for _, p := range d.order {
		p.NC.Close()
	}
	if err := d.server.Close(); err != nil {
		t.Error(err)
	}
}
