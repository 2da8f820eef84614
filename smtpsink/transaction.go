package smtpsink

import "strings"

// mail is MAIL: RFC 5321, section 4.1.1.2.
func (w *wireConn) mail(arg string) error {
	switch {
	case w.inTransaction():
		return w.refuse(badSequence("a transaction is under way"))
	case w.sink.cfg.needAuth && w.auth == "":
		return w.refuse(&Error{530, [3]int{5, 7, 0}, "authentication required"}) // RFC 4954, section 6
	}
	path, rest, err := w.parsePath("FROM:", arg)
	if err != nil {
		return w.refuse(err)
	}
	params, own, err := w.readParams(rest)
	if err != nil {
		return w.refuse(err)
	}
	if own.size > w.sink.cfg.maxSize {
		return w.refuse(tooBig()) // RFC 1870, section 6.1
	}
	w.session.own = own
	return w.forward("FROM:" + path + withSpaces(params))
}

// rcpt is RCPT: RFC 5321, section 4.1.1.3.
func (w *wireConn) rcpt(arg string) error {
	if !w.inTransaction() {
		return w.refuse(badSequence("say MAIL first"))
	}
	path, rest, err := w.parsePath("TO:", arg)
	if err != nil {
		return w.refuse(err)
	}
	params, own, err := w.readParams(rest)
	if err != nil {
		return w.refuse(err)
	}
	w.session.own.orcpt = own.orcpt
	if bare, bracketed := strings.CutSuffix(path, ">"); bracketed && path != "<>" && !hasDomain(path) {
		path = bare + noDomain + ">"
	}
	return w.forward("TO:" + path + withSpaces(params))
}

// parsePath splits the argument of MAIL or RCPT. go-smtp reads the path itself, and
// lets pass what is no address.
func (w *wireConn) parsePath(prefix, arg string) (path, rest string, err error) {
	if len(arg) < len(prefix) || !strings.EqualFold(arg[:len(prefix)], prefix) {
		return "", "", w.badPath(prefix)
	}
	path, rest, ok := splitPath(strings.TrimLeft(arg[len(prefix):], " "))
	if !ok || path != "<>" && !isAddress(path) {
		return "", "", w.badPath(prefix)
	}
	return path, rest, nil
}

func (w *wireConn) badPath(prefix string) *Error {
	return &Error{501, [3]int{5, 5, 2}, "want " + w.verb + " " + prefix + "<address>"}
}

func withSpaces(params []string) string {
	if len(params) == 0 {
		return ""
	}
	return " " + strings.Join(params, " ")
}

func (w *wireConn) inTransaction() bool { return w.session != nil && w.session.open }

func tooBig() *Error { return &Error{552, [3]int{5, 3, 4}, "message too big"} }

// data is DATA: RFC 5321, section 4.1.1.4.
func (w *wireConn) data(arg string) error {
	switch {
	case arg != "":
		return w.reply(501, "5.5.4", "DATA takes no argument")
	case !w.inTransaction():
		return w.refuse(badSequence("say MAIL first"))
	case len(w.session.env.To) == 0 && w.sink.cfg.lmtp:
		return w.refuse(badSequence("no valid recipients")) // RFC 2033, section 4.2
	case len(w.session.env.To) == 0:
		return w.reply(554, "5.5.1", "no valid recipients") // RFC 5321, section 3.3
	case w.session.binary():
		return w.refuse(badSequence("BODY=BINARYMIME wants BDAT")) // RFC 3030, section 3
	}
	return w.forward("")
}
