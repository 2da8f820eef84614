package smtpd

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// AUTH: RFC 4954, section 4.
//
//	auth-command     = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF "*"]
//	initial-response = base64 / "="
type authCmd struct {
	mech    string
	shown   string // the same, if it is one
	initial []byte // nil: none
}

func parseAuth(p *parser) command {
	words := strings.Fields(p.text)
	cmd := &authCmd{shown: p.shown}
	if len(words) > 0 {
		cmd.mech = strings.ToUpper(words[0])
	}
	switch len(words) {
	case 1:
	case 2:
		initial, err := decodeSASL(words[1])
		if err != nil {
			p.fail(err)
		}
		cmd.initial = initial
	default:
		p.fail(badSyntax("want AUTH mechanism [initial-response]"))
	}
	return cmd
}

func (cmd *authCmd) run(c *conn) error {
	mech, found := c.mechanism(cmd.mech)
	switch {
	case c.info.User != "":
		return badSequence("already authenticated")
	case !found:
		return refusal(504, smtp.EnhancedCode{5, 5, 4}, "mechanism "+cmd.shown+" is not known")
	}
	if err := c.exchange(mech.New(c.saslExchange()), cmd.initial); err != nil {
		c.info.User = ""
		return asAuthReply(err)
	}
	c.say(235, smtp.EnhancedCode{2, 7, 0}, "authentication succeeded")
	return nil
}

// exchange sends challenges and reads responses; a nil response is none yet.
func (c *conn) exchange(server sasl.Server, response []byte) error {
	for {
		challenge, done, err := server.Next(response)
		if err != nil || done {
			return err
		}
		c.Out.Add([]byte("334 "+base64.StdEncoding.EncodeToString(challenge)+"\r\n"), 0)
		line, err := c.readLine()
		if err != nil {
			return err
		}
		c.record(masked)
		if line == "*" {
			return refusal(501, smtp.EnhancedCode{5, 0, 0}, "AUTH was cancelled")
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
		return nil, refusal(501, smtp.EnhancedCode{5, 5, 2}, "the response is not base64")
	}
	return append([]byte{}, b...), nil
}

// asAuthReply: what is no reply is a mechanism's complaint about the client.
func asAuthReply(err error) error {
	var e *smtp.SMTPError
	switch {
	case errors.As(err, &e), errors.Is(err, errGone):
		return err
	case errors.Is(err, saslserver.ErrInitialResponse):
		return refusal(501, smtp.EnhancedCode{5, 7, 0}, err.Error()) // RFC 4954, section 4
	}
	return refusal(535, smtp.EnhancedCode{5, 7, 8}, err.Error())
}
