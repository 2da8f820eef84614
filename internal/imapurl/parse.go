package imapurl

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Parse reads a URL:
//
//	imapurl        = "imap://" iserver ipath-query
//	imapurl-rel    = "//" iserver ipath-query / "/" [icommand] / irelative-path / ""
//	ipath-query    = ["/" [icommand]]
//	irelative-path = [iuid-only ["/"]] [isection-only ["/"]] [ipartial-only]
//
// Of the relative ones those that begin with the name of a mailbox are refused (RFC
// 5092, section 7.2); the others take the mailbox of their base (section 9.1). A URL with
// URLAUTH may be a rump.
func Parse(text string) (URL, error) {
	p := &parser{rest: text}
	u := p.url()
	if p.err != nil {
		return URL{}, fmt.Errorf("imapurl: %w", p.err)
	}
	return u, nil
}

// parser is what is left of a URL, and the first error.
type parser struct {
	rest string
	err  error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// next is the beginning of what comes next, for the text of an error: a token is never in
// it.
func (p *parser) next() string {
	text, _, _ := strings.Cut(p.rest[:min(len(p.rest), 12)], ":")
	return text
}

// try takes a word in any case, if it comes next.
func (p *parser) try(word string) bool {
	if len(p.rest) < len(word) || !strings.EqualFold(p.rest[:len(word)], word) {
		return false
	}
	p.rest = p.rest[len(word):]
	return true
}

// until takes what stands before any of some bytes.
func (p *parser) until(ends string) string {
	i := strings.IndexAny(p.rest, ends)
	if i < 0 {
		i = len(p.rest)
	}
	out := p.rest[:i]
	p.rest = p.rest[i:]
	return out
}

func (p *parser) url() (u URL) {
	switch {
	case p.try("imap://"), p.try("//"):
		u.Server = p.server()
		if u.Rooted = p.try("/"); u.Rooted {
			p.command(&u)
		}
	case p.try("/"):
		u.Rooted = true
		p.command(&u)
	case p.rest != "" && p.rest[0] != ';':
		p.fail("neither imap:// nor a relative URL that may be (RFC 5092, section 7.2)")
	case p.rest != "":
		p.relative(&u)
	}
	if p.rest != "" {
		p.fail("not to be expected: %q", p.next())
	}
	return u
}

// server reads iserver:
//
//	iserver   = [iuserinfo "@"] host [":" port]
//	iuserinfo = enc-user [iauth] / [enc-user] iauth
//	iauth     = ";AUTH=" ("*" / enc-auth-type)
func (p *parser) server() *Server {
	s := &Server{}
	authority := p.until("/?#")
	if info, host, found := strings.Cut(authority, "@"); found {
		authority = host
		user, auth, hasAuth := cutFold(info, ";AUTH=")
		if user != "" || !hasAuth {
			s.User = p.decode("user", user, isAChar)
		}
		if s.Auth = auth; hasAuth && auth != "*" {
			if s.Auth = p.decode("mechanism", auth, isAChar); s.Auth == "*" {
				p.fail(`"*" is encoded (RFC 5092, section 3.2)`)
			}
		}
	}
	s.Host, s.Port = p.hostPort(authority)
	return s
}

// hostPort reads host and port (RFC 3986, section 3.2).
func (p *parser) hostPort(text string) (host, port string) {
	host, port, _ = strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		host, port = p.literalHost(text)
	} else {
		p.decode("host", host, func(b byte) bool { return isAChar(b) || b == ';' })
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil && port != "" {
		p.fail("no port: %q", port)
	}
	return host, port
}

// literalHost reads an IPv6 address in brackets, and a port behind it.
func (p *parser) literalHost(text string) (host, port string) {
	end := strings.IndexByte(text, ']') + 1
	host = text[:end]
	port, hasPort := strings.CutPrefix(text[end:], ":")
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil || !addr.Is6() || addr.Zone() != "" || !hasPort && port != "" {
		p.fail("no host: %q", text)
	}
	return host, port
}

// command reads icommand, or nothing:
//
//	icommand     = imessagelist / imessagepart [iurlauth]
//	imessagelist = imailbox-ref ["?" enc-search]
//	imessagepart = imailbox-ref iuid [isection] [ipartial]
//	imailbox-ref = enc-mailbox [";UIDVALIDITY=" nz-number]
func (p *parser) command(u *URL) {
	p.rest = removeDots(p.rest)
	if p.rest == "" {
		return
	}
	name := p.until(";?")
	if p.try(";UIDVALIDITY=") {
		u.UIDValidity = p.nzNumber()
	} else if p.rest != "" && p.rest[0] == ';' {
		// The "/" belongs to what follows.
		var found bool
		if name, found = strings.CutSuffix(name, "/"); !found {
			p.fail("not to be expected: %q", p.next())
		}
		p.rest = "/" + p.rest
	}
	u.Mailbox = p.decode("mailbox", name, isBChar)
	switch {
	case p.try("?"):
		u.Search = p.decode("search", p.until("#"), isBChar)
	case p.try("/;UID="):
		p.message(u)
	}
}

// relative reads what takes the mailbox, and perhaps more, of its base.
func (p *parser) relative(u *URL) {
	switch {
	case p.try(";UID="):
		p.message(u)
	case p.try(";SECTION="):
		p.section(u)
	case p.try(";PARTIAL="):
		p.partial(u)
	}
}

// message reads what follows ";UID=".
func (p *parser) message(u *URL) {
	u.UID = p.nzNumber()
	switch {
	case p.try("/;SECTION="):
		p.section(u)
	case p.try("/;PARTIAL="):
		p.partial(u)
	}
	if p.rest != "" {
		u.Access = p.access()
	}
}

// section reads enc-section, and partial-range behind it.
func (p *parser) section(u *URL) {
	text := p.until(";")
	if withoutSlash, found := strings.CutSuffix(text, "/"); found && p.try(";PARTIAL=") {
		text = withoutSlash
		p.partial(u)
	}
	u.Section = p.decode("section", text, isBChar)
}

// partial reads partial-range:
//
//	partial-range = number ["." nz-number]
func (p *parser) partial(u *URL) {
	u.Partial = &Partial{Offset: p.number()}
	if p.try(".") {
		u.Partial.Length = p.nzNumber()
	}
}

// access reads iurlauth, or iurlauth-rump:
//
//	iurlauth      = iurlauth-rump ":" uauth-mechanism ":" 32*HEXDIG
//	iurlauth-rump = [";EXPIRE=" date-time] ";URLAUTH=" access
//	access        = "submit+" enc-user / "user+" enc-user / "authuser" / "anonymous"
func (p *parser) access() *Access {
	a := &Access{}
	if p.try(";EXPIRE=") {
		a.Expire = p.dateTime(p.until(";"))
	}
	if !p.try(";URLAUTH=") {
		p.fail("not to be expected: %q", p.next())
		return nil
	}
	p.who(a, p.until(":"))
	if p.rest == "" {
		return a
	}
	p.try(":")
	a.Mechanism = p.until(":")
	p.check("mechanism", a.Mechanism, isMechanism)
	p.try(":")
	a.Token = p.until("")
	p.check("token", a.Token, isHex)
	if len(a.Token) < 32 {
		p.fail("a token of less than 32 digits")
	}
	return a
}

func (p *parser) who(a *Access, text string) {
	who, user, hasUser := strings.Cut(text, "+")
	a.Who = strings.ToLower(who)
	switch {
	case hasUser && (a.Who == Submit || a.Who == ByUser):
		a.User = p.decode("user", user, isAChar)
	case !hasUser && (a.Who == AuthUser || a.Who == Anonymous):
	default:
		p.fail("no access identifier that there is")
	}
}

// isDateTime is the form of RFC 3339, section 5.6, of which package time takes more.
var isDateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// dateTime reads a date of RFC 3339, whose letters may be small and whose second may be
// a leap second.
func (p *parser) dateTime(text string) time.Time {
	text = strings.ToUpper(text)
	leap := time.Duration(0)
	if len(text) > 19 && text[16:19] == ":60" {
		text, leap = text[:16]+":59"+text[19:], time.Second
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !isDateTime.MatchString(text) {
		p.fail("no date-time: %q", text)
	}
	t = t.Add(leap).UTC()
	if t.Year() < 0 || t.Year() > 9999 || t.IsZero() {
		p.fail("no date-time: %q", text)
	}
	return t
}

// number is 1*DIGIT of 32 bits, as in IMAP.
func (p *parser) number() uint32 {
	end := 0
	for end < len(p.rest) && '0' <= p.rest[end] && p.rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(p.rest[:end], 10, 32)
	if err != nil {
		p.fail("no number: %q", p.next())
	}
	p.rest = p.rest[end:]
	return uint32(n)
}

// nzNumber begins with no zero.
func (p *parser) nzNumber() uint32 {
	if strings.HasPrefix(p.rest, "0") {
		p.fail("a number that begins with 0")
	}
	return p.number()
}

// check demands one or more bytes of a class.
func (p *parser) check(what, text string, class func(byte) bool) {
	if text == "" {
		p.fail("an empty %s", what)
	}
	for i := 0; i < len(text); i++ {
		if !class(text[i]) {
			p.fail("%q in a %s", text[i], what)
		}
	}
}

var errPercent = errors.New("a percent sign without two hexadecimal digits")

// decode undoes the percent encoding of one or more bytes of a class. What comes out is
// UTF-8 (RFC 5092, section 8), and has no NUL, as IMAP has none.
func (p *parser) decode(what, text string, class func(byte) bool) string {
	p.check(what, text, func(b byte) bool { return class(b) || b == '%' })
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b == '%' {
			n, err := strconv.ParseUint(text[i+1:min(i+3, len(text))], 16, 8)
			if err != nil || i+3 > len(text) || text[i+1] == '+' {
				p.fail("%w in a %s", errPercent, what)
				return ""
			}
			b, i = byte(n), i+2
		}
		out = append(out, b)
	}
	if s := string(out); !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		p.fail("a %s that is not UTF-8, or has NUL", what)
	}
	return string(out)
}

// removeDots removes the segments "." and ".." of a path without its first "/" (RFC 3986,
// section 5.2.4), and then the "/" with which it ends: "/foo/;UID=20/.." is "/foo" (RFC
// 5092, section 9.1).
func removeDots(text string) string {
	path, query, hasQuery := strings.Cut(text, "?")
	var out []string
	removed := false
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case segment == ".":
			removed = true
		case segment == "..":
			removed = true
			out = out[:max(len(out)-1, 0)]
		default:
			out = append(out, segment)
		}
	}
	if !removed {
		return text
	}
	path = strings.TrimSuffix(strings.Join(out, "/"), "/")
	if hasQuery {
		path += "?" + query
	}
	return path
}

// cutFold is strings.Cut with a separator in any case.
func cutFold(s, sep string) (before, after string, found bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}
