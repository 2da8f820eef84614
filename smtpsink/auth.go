package smtpsink

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

func knownMechanism(name string) bool {
	_, found := saslserver.Find(name)
	return found
}

func mechanismNames() string {
	var out []string
	for _, m := range saslserver.Mechanisms {
		out = append(out, m.Name)
	}
	return strings.Join(out, ", ")
}

// mechanisms are what AUTH offers on this connection. A check of the test's own
// needs the password, which only PLAIN and LOGIN send.
func (w *wireConn) mechanisms() []string {
	cfg := w.sink.cfg
	var out []string
	for _, m := range saslserver.Mechanisms {
		sendsPassword := m.Name == sasl.Plain || m.Name == sasl.Login
		switch {
		case !cfg.hasAuth() || slices.Contains(cfg.without, "AUTH "+m.Name):
		case cfg.auth != nil && !sendsPassword:
		case m.TLS && !w.isTLS:
		case m.Tokens && !cfg.accounts.HasTokens():
		default:
			out = append(out, m.Name)
		}
	}
	return out
}

func (c *config) hasAuth() bool { return c.auth != nil || c.accounts != nil }

// authenticate is AUTH: RFC 4954, section 4.
func (w *wireConn) authenticate(arg string) error {
	words := strings.Fields(arg)
	switch {
	case w.auth != "":
		return w.refuse(badSequence("already authenticated"))
	case w.inTransaction():
		return w.refuse(badSequence("AUTH within a transaction"))
	case len(words) == 0 || len(words) > 2:
		return w.reply(501, "5.5.4", "want AUTH mechanism [initial-response]")
	case !slices.Contains(w.mechanisms(), strings.ToUpper(words[0])):
		name, _ := showMechanism(words[0])
		return w.reply(504, "5.5.4", strings.Replace("mechanism "+name+" is not known", "  ", " ", 1))
	}
	var response []byte
	if len(words) == 2 {
		var err error
		if response, err = decodeSASL(words[1]); err != nil {
			return w.refuse(err)
		}
	}
	err := w.exchange(w.mechanism(strings.ToUpper(words[0])), response)
	switch {
	case errors.Is(err, errGone):
		return err
	case err != nil:
		w.auth = ""
		return w.refuse(asAuthError(err))
	}
	return w.reply(235, "2.7.0", "authentication succeeded")
}

// errGone is the end of the connection in the middle of an exchange.
var errGone = errors.New("the client has gone")

// exchange sends challenges and reads responses; a nil response is none yet.
func (w *wireConn) exchange(server sasl.Server, response []byte) error {
	for {
		challenge, done, err := server.Next(response)
		if err != nil || done {
			return err
		}
		w.send(fmt.Sprintf("334 %s\r\n", base64.StdEncoding.EncodeToString(challenge)))
		line, err := w.readLine()
		switch {
		case errors.Is(err, errLongLine):
			return err
		case err != nil:
			return errors.Join(errGone, err)
		}
		w.sink.dialogue.add(w.num, 'C', "…")
		if line == "*" {
			return &Error{501, [3]int{5, 0, 0}, "AUTH was cancelled"}
		}
		if response, err = decodeSASL(line); err != nil {
			return err
		}
	}
}

// decodeSASL gives a non-nil slice, because nil is no response to go-sasl; "="
// is an empty initial response.
func decodeSASL(s string) ([]byte, error) {
	if s == "=" {
		return []byte{}, nil
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, &Error{501, [3]int{5, 5, 2}, "the response is not base64"}
	}
	return append([]byte{}, b...), nil
}

// asAuthError: what is no reply is a mechanism's complaint about the client.
func asAuthError(err error) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, saslserver.ErrInitialResponse):
		return &Error{501, [3]int{5, 7, 0}, err.Error()} // RFC 4954, section 4
	}
	return &Error{535, [3]int{5, 7, 8}, oneLine(err.Error())}
}

// mechanism makes the state machine of an exchange.
func (w *wireConn) mechanism(name string) sasl.Server {
	if w.sink.cfg.auth != nil {
		return w.checkedByTest(name)
	}
	row, _ := saslserver.Find(name)
	return row.New(saslserver.Exchange{
		Accounts:      w.sink.cfg.accounts,
		Login:         w.login,
		Refused:       func(string) error { return AuthFailed() },
		Nonce:         func() string { return fmt.Sprintf("%d.%d", w.num, w.sink.cfg.clock().UnixNano()) },
		Binding:       w.channelBinding,
		OffersBinding: slices.ContainsFunc(w.mechanisms(), func(name string) bool { return strings.HasSuffix(name, "-PLUS") }),
	})
}

// checkedByTest is PLAIN or LOGIN with the check of WithAuth.
func (w *wireConn) checkedByTest(name string) sasl.Server {
	login := func(user, password string) error {
		if err := w.sink.cfg.auth(user, password); err != nil {
			return err
		}
		w.auth = user
		return nil
	}
	if name == sasl.Login {
		return saslserver.NewLogin(login)
	}
	return sasl.NewPlainServer(func(identity, user, password string) error {
		if identity != "" && identity != user {
			return AuthFailed()
		}
		return login(user, password)
	})
}

// login takes an account whose owner has proved to be it. identity is whom it
// wants to act as: nobody but itself.
func (w *wireConn) login(account, identity string) error {
	if identity != "" {
		if as, _, found := w.sink.cfg.accounts.Password(identity); !found || as != account {
			return AuthFailed()
		}
	}
	w.auth = account
	return nil
}

// channelBinding is for SCRAM-…-PLUS (RFC 5929, RFC 9266).
func (w *wireConn) channelBinding(kind string) (scram.ChannelBinding, error) {
	tc, ok := w.nc.(*tls.Conn)
	if !ok {
		return scram.ChannelBinding{}, errors.New("channel binding needs TLS")
	}
	return saslserver.ChannelBinding(tc, w.sink.certificate(), kind)
}
