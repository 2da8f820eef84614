package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// plaintextLogin is how [ForbidPlaintextLogin] is broken.
const plaintextLogin = "a login that shows a password or token to whoever listens, without TLS"

// sendsSecret says that a command shows a secret to who listens.
func sendsSecret(cmd Command) bool {
	mechanism, _, _ := strings.Cut(cmd.Args, " ")
	return cmd.Name == "LOGIN" || cmd.Name == "AUTHENTICATE" && showsSecret(mechanism)
}

// showsSecret says that a SASL mechanism does.
func showsSecret(mechanism string) bool {
	return slices.Contains([]string{"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"}, strings.ToUpper(mechanism))
}

// checkSMTP looks at the logins of SMTP.
func (g *guard) checkSMTP() {
	if !g.noPlaintext || g.srv.sink == nil {
		return
	}
	for _, step := range g.srv.sink.Commands() {
		if step.Stage == "AUTH" && !step.TLS && showsSecret(step.Arg) {
			g.broken("ForbidPlaintextLogin()", plaintextLogin, author{by: fmt.Sprintf("    by   AUTH %s on SMTP connection %d", step.Arg, step.Conn)})
			return
		}
	}
}
