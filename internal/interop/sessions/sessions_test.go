package sessions_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/interop/program"
)

//go:embed session.py
var python string

func TestImaplib(t *testing.T) {
	path := program.Need(t, program.Python("imaplib"))
	all(t, path, "-c", python)
}

//go:embed session.js
var node string

func TestImapFlow(t *testing.T) {
	path := program.Need(t, program.ImapFlow)
	all(t, path, "-e", node)
}

// server is what a client is told of a server.
type server struct {
	Name      string `json:"name"`
	Host      string `json:"host"`
	Port      int    `json:"port"`
	User      string `json:"user"`
	Password  string `json:"password"`
	Token     string `json:"token"`
	Passwords bool   `json:"passwords"` // LOGIN is there
}

// result is what a client tells of its session.
type result struct {
	Name   string   `json:"name"`
	Error  string   `json:"error"`
	Listed []string `json:"listed"`
	Found  int      `json:"found"`
	Body   string   `json:"body"`
	Moved  string   `json:"moved"` // the mailbox into which it moved the message
}

const mail = "Subject: Lunch?\r\n\r\nAt noon?\r\n"

// all has a client talk to all providers, and says what was not as it should be.
func all(t *testing.T, command ...string) {
	t.Helper()
	var told []server
	running := map[string]*imaptest.Server{}
	for _, p := range provider.Faultless() {
		srv := imaptest.Start(t, p)
		srv.User(imaptest.DefaultUser).SetToken(t, "token", time.Time{})
		running[p.Name()], told = srv, append(told, describe(t, p, srv))
	}
	results := run(t, command, told)
	for _, p := range provider.Faultless() {
		t.Run(p.Name(), func(t *testing.T) {
			i := slices.IndexFunc(results, func(r result) bool { return r.Name == p.Name() })
			if i < 0 {
				t.Fatal("the client tells nothing of it")
			}
			if results[i].Error != "" {
				t.Fatal(results[i].Error)
			}
			results[i].check(t, p, running[p.Name()])
		})
	}
}

func describe(t *testing.T, p imaptest.Profile, srv *imaptest.Server) server {
	host, port, err := net.SplitHostPort(srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	number, _ := strconv.Atoi(port)
	return server{
		Name: p.Name(), Host: host, Port: number, User: imaptest.DefaultUser, Password: imaptest.DefaultPassword, Token: "token",
		Passwords: !slices.Contains(strings.Fields(p.Spec().Caps.BeforeLogin), "LOGINDISABLED"),
	}
}

// run is one process for all servers.
func run(t *testing.T, command []string, told []server) []result {
	t.Helper()
	input, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command[0], err, out, &said)
	}
	var results []result
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var r result
		if err := dec.Decode(&r); err != nil {
			t.Fatalf("%s: %v\n%s", command[0], err, out)
		}
		results = append(results, r)
	}
	return results
}

// check compares what a client saw with what there is.
func (r result) check(t *testing.T, p imaptest.Profile, srv *imaptest.Server) {
	t.Helper()
	if r.Body != mail || r.Found != 1 {
		t.Errorf("it found %d messages and fetched %q", r.Found, r.Body)
	}
	if want := p.Spec().Names.Prefix + "Work"; r.Moved != want {
		t.Errorf("it made %q, want %q", r.Moved, want)
	}
	for _, mbox := range srv.Store().Users()[0].Mailboxes() {
		if name := mbox.Name(); name != r.Moved && !slices.ContainsFunc(r.Listed, func(row string) bool { return names(row, name) }) {
			t.Errorf("it does not list %s: %q", name, r.Listed)
		}
	}
	srv.Inbox().AssertCount(t, 0)
	srv.Mailbox(r.Moved).AssertCount(t, 1)
	if mbox, made := srv.Store().Users()[0].Mailbox(r.Moved); made && len(mbox.Messages()) == 1 {
		srv.Mailbox(r.Moved).AssertFlags(t, mbox.Messages()[0].UID, imap.FlagSeen, imap.FlagFlagged)
	}
}

// names says whether what a client listed, decoded or not, is a mailbox.
func names(row, mailbox string) bool {
	if mailbox == "INBOX" {
		row = strings.ToUpper(row)
	}
	return strings.HasSuffix(strings.TrimSuffix(row, `"`), mailbox) || strings.Contains(row, imapwire.EncodeUTF7(mailbox))
}
