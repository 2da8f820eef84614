package sweep_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// source gives out tokens that are valid for an hour.
type source struct {
	t       testing.TB
	account imaptest.Account
	token   string
	n       int
}

// renew fetches a new one.
func (s *source) renew() {
	s.n++
	s.token = fmt.Sprint("token-", s.n)
	s.account.SetToken(s.t, s.token, time.Now().Add(time.Hour))
}

func newSource(t testing.TB, srv *imaptest.Server) *source {
	s := &source{t: t, account: srv.User(imaptest.DefaultUser)}
	s.renew()
	return s
}

// bearers are the initial responses of the mechanisms that take a token.
var bearers = map[string]string{
	"OAUTHBEARER": "n,a=user,\x01host=mail.example.com\x01port=143\x01auth=Bearer %s\x01\x01",
	"XOAUTH2":     "user=user\x01auth=Bearer %s\x01\x01",
}

// endings are what RFC 7628, section 4.3, has for an answer to the challenge that says
// why a token is refused, and how it cancels; XOAUTH2 wants an empty line.
var endings = map[string][]string{"OAUTHBEARER": {"AQ==", "*"}, "XOAUTH2": {""}}

// logInBy logs in with the token, and answers the challenge of a refusal.
func (s *source) logInBy(c *client, mechanism, ending string) error {
	first := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, bearers[mechanism], s.token))
	c.tags++
	tag := fmt.Sprint("t", c.tags)
	c.limit()
	fmt.Fprintf(c.nc, "%s AUTHENTICATE %s %s\r\n", tag, mechanism, first)
	line, err := c.line()
	challenge := ""
	if rest, found := strings.CutPrefix(line, "+ "); found && err == nil {
		challenge = rest
		fmt.Fprintf(c.nc, "%s\r\n", ending)
		line, err = c.line()
	}
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(line, tag+" OK"):
		return nil
	}
	text, _ := base64.StdEncoding.DecodeString(challenge)
	s.renew()
	return fmt.Errorf("%s, %s", text, line)
}

// tokenClient moves what is in INBOX, and fetches a token when the one that it has is refused.
func tokenClient(mechanism, ending string, refused func(error)) sweep.Scenario {
	return func(t testing.TB, srv *imaptest.Server) string {
		tokens := newSource(t, srv)
		run := func(ctx context.Context) error {
			nc, err := srv.Dial(ctx)
			if err != nil {
				return err
			}
			defer nc.Close()
			c := &client{nc: nc, r: bufio.NewReader(nc), timeout: timeout}
			c.limit()
			if greeting, err := c.line(); err != nil || !strings.HasPrefix(greeting, "* OK") {
				return fmt.Errorf("greeting %q: %w", greeting, err)
			}
			if err := tokens.logInBy(c, mechanism, ending); err != nil {
				refused(err)
				return err
			}
			if _, err := c.cmd("SELECT INBOX"); err != nil {
				return err
			}
			uids, err := c.uids()
			for _, uid := range uids {
				if err == nil {
					_, err = c.cmd("UID MOVE %s Archive", uid)
				}
			}
			return err
		}
		sweep.Retry(t, 3, func() error { return run(t.Context()) })
		sweep.Calm(t)
		sweep.Retry(t, 3, func() error { return run(t.Context()) })
		return ""
	}
}

// A token expires as real ones do: a login with it is refused by a challenge that says why
// (RFC 7628, section 3.2.2), and a session that it has begun ends, whereupon it is refused once.
// A client that answers the challenge and fetches another token survives that, however it ends
// the exchange.
func TestTokens(t *testing.T) {
	for mechanism, ends := range endings {
		for _, ending := range ends {
			t.Run(mechanism+ending, func(t *testing.T) {
				refusals := make(chan string, 10_000)
				scenario := tokenClient(mechanism, ending, func(err error) { refusals <- err.Error() })
				sweep.Run(t, scenario, letters(2))
				status, found := map[string]string{"OAUTHBEARER": `"status":"invalid_token"`, "XOAUTH2": `"status":"401"`}[mechanism], 0
				for range len(refusals) {
					if text := <-refusals; strings.Contains(text, status) {
						found++
					}
				}
				if found != 5 { // at the login, and behind the sessions that end at SELECT, SEARCH and two MOVEs
					t.Errorf("%d challenges say %s, want 5", found, status)
				}
			})
		}
	}
}

// A token expires for those who send mail too: 334 with the reason, and 535 when that has been
// answered (RFC 7628, section 4.4).
func TestTokensOfSMTP(t *testing.T) {
	refusals := make(chan string, 10_000)
	submit := func(t testing.TB, srv *imaptest.Server, tokens *source) error {
		nc, err := srv.SMTP().Dial(t.Context())
		if err != nil {
			return err
		}
		defer nc.Close()
		c := &client{nc: nc, r: bufio.NewReader(nc), timeout: timeout}
		first := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, bearers["OAUTHBEARER"], tokens.token))
		for _, step := range []struct{ say, want string }{
			{"", "220"}, {"EHLO x", "250"}, {"AUTH OAUTHBEARER " + first, "235"}, {"MAIL FROM:<user@example.com>", "250"}, {"QUIT", "221"},
		} {
			code, reply, err := c.smtp(step.say)
			if code == "334" {
				refusals <- reply
				code, reply, err = c.smtp("AQ==")
				refusals <- reply
				tokens.renew()
			}
			if err == nil && code != step.want {
				err = errors.New(reply)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
		tokens := newSource(t, srv)
		sweep.Retry(t, 3, func() error { return submit(t, srv, tokens) })
		return ""
	}, sweep.Server(imaptest.WithSMTP()), sweep.Only(sweep.Answers))
	close(refusals)
	challenge, reply := <-refusals, <-refusals
	text, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(challenge, "334 "))
	if err != nil || !strings.Contains(string(text), `"status":"invalid_token"`) || !strings.HasPrefix(reply, "535 5.7.8 ") {
		t.Errorf("refused by %q and %q", text, reply)
	}
	if _, more := <-refusals; more {
		t.Error("it was refused more than once")
	}
}

// smtp says a line, or nothing, and returns the code of the reply and its last line.
func (c *client) smtp(line string) (code, reply string, err error) {
	c.limit()
	if line != "" {
		fmt.Fprintf(c.nc, "%s\r\n", line)
	}
	for {
		if reply, err = c.line(); err != nil || len(reply) < 4 || reply[3] == ' ' {
			return reply[:min(len(reply), 3)], reply, err
		}
	}
}
