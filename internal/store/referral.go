package store

import (
	"net/url"
	"slices"
	"strings"
)

// checkReferral refuses what is no list of IMAP URLs (RFC 2193, section 3).
func checkReferral(urls string) error {
	for text := range strings.FieldsSeq(urls) {
		if err := CheckReferral(text); err != nil {
			return err
		}
	}
	return nil
}

// CheckReferral refuses a text that is no IMAP URL, or that would end the response code
// that it stands in.
func CheckReferral(text string) error {
	u, err := url.Parse(text)
	bad := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == ']' || r == '"' })
	if err != nil || bad || !strings.EqualFold(u.Scheme, "imap") || u.Host == "" {
		return errorf(ErrInvalidName, "%q is not an IMAP URL like imap://user;AUTH=*@127.0.0.1:1143/Shared", text)
	}
	return nil
}

// HasReferrals says whether a mailbox of any account is elsewhere. It costs nothing where
// none ever was.
func (s *Store) HasReferrals() bool {
	elsewhere := func(o Oddities) bool { return o.Referral != "" }
	return s.referred.Load() && (s.hasOdd(elsewhere) || s.shared.hasOdd(elsewhere))
}

// Referral is where a name is, of one's own, another's or a shared mailbox: the URLs of that,
// or those of the nearest one above it with what is below (RFC 2193, section 4). The name
// need not be that of a mailbox. It is nil if it is here, or not there for the account.
func (u *User) Referral(name string) []string {
	if !u.store.referred.Load() {
		return nil
	}
	owner, rest, _ := u.Place(name)
	if owner == nil {
		return nil
	}
	rest = owner.canonical(rest)
	for _, at := range slices.Backward(append(owner.superiors(rest), rest)) {
		mbox, found := owner.Mailbox(at)
		if !found || mbox.Oddities().Referral == "" || !mbox.Rights(u).Has(MayLookup) {
			continue
		}
		var out []string
		for base := range strings.FieldsSeq(mbox.Oddities().Referral) {
			out = append(out, base+escapeURL(rest[len(at):]))
		}
		return out
	}
	return nil
}

// URL is that of a mailbox on this server, which host and port lead to.
func (u *User) URL(host, name string) string {
	return "imap://" + escapeURL(u.Name()) + ";AUTH=*@" + host + "/" + escapeURL(name)
}

// escapeURL writes a name as RFC 5092, section 11, has it: enc-mailbox.
func escapeURL(name string) string {
	var sb strings.Builder
	for i := range len(name) {
		b := name[i]
		switch {
		case '0' <= b && b <= '9', 'A' <= b && b <= 'Z', 'a' <= b && b <= 'z', strings.IndexByte("-._~!$'()*+,&=:@/", b) >= 0:
			sb.WriteByte(b)
		default:
			const hex = "0123456789ABCDEF"
			sb.WriteString(string([]byte{'%', hex[b>>4], hex[b&15]}))
		}
	}
	return sb.String()
}
