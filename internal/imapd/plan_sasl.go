package imapd

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// exchange is an AUTHENTICATE under way.
type exchange struct {
	*mechanism
	form  *SASL // the profile's, nil for the usual one
	asked int   // how many continuation requests were sent
}

func (c *conn) newExchange(mech *mechanism) *exchange {
	x := &exchange{mechanism: mech}
	if p := c.srv.profile; p != nil {
		if i := slices.IndexFunc(p.SASL, func(s SASL) bool { return strings.EqualFold(s.Mechanism, mech.name) }); i >= 0 {
			x.form = &p.SASL[i]
		}
	}
	return x
}

// refusesAtOnce says that a challenge is not sent: it tells of a refused token, of which the
// server says NO without it.
func (x *exchange) refusesAtOnce(challenge []byte) bool {
	return x.form != nil && x.form.Failure == "-" && x.tokens && len(challenge) > 0
}

// request is the continuation request for a challenge.
func (x *exchange) request(challenge []byte) string {
	if x.form == nil {
		return "+ " + base64.StdEncoding.EncodeToString(challenge)
	}
	x.asked++
	if n := len(x.form.Prompts); n > 0 && (len(challenge) == 0 || x.name == sasl.Login) {
		return x.form.Prompts[min(x.asked, n)-1]
	}
	if x.form.Failure != "" && x.tokens && len(challenge) > 0 {
		challenge = []byte(x.form.Failure)
	}
	return "+ " + base64.StdEncoding.EncodeToString(challenge)
}

// checkSASL says what is wrong in what a profile has of mechanisms.
func (p *Profile) checkSASL() []error {
	var errs []error
	for _, s := range p.SASL {
		if !slices.ContainsFunc(saslserver.Mechanisms, func(m saslserver.Mechanism) bool { return m.Name == s.Mechanism }) {
			errs = append(errs, fmt.Errorf("SASL: there is no mechanism %q", s.Mechanism))
		}
		for _, prompt := range s.Prompts {
			if !strings.HasPrefix(prompt, "+") || strings.ContainsAny(prompt, "\r\n\x00") {
				errs = append(errs, fmt.Errorf("SASL: %q is no continuation request", prompt))
			}
		}
	}
	return errs
}
