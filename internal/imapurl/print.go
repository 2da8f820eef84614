package imapurl

import (
	"fmt"
	"strings"
	"time"
)

// String is the URL as text. What need not be encoded is not, but for what would be read
// otherwise.
func (u URL) String() string {
	var sb strings.Builder
	if s := u.Server; s != nil {
		sb.WriteString("imap://" + s.String())
	}
	if u.Rooted {
		sb.WriteString("/" + encodePath(u.Mailbox))
		writeNumber(&sb, ";UIDVALIDITY=", u.UIDValidity)
	}
	if u.Search != "" {
		sb.WriteString("?" + encode(u.Search, isAChar))
	}
	slash := ""
	if u.Rooted {
		slash = "/"
	}
	if u.UID != 0 {
		writeNumber(&sb, slash+";UID=", u.UID)
		slash = "/"
	}
	if u.Section != "" {
		sb.WriteString(slash + ";SECTION=" + encode(u.Section, isAChar))
		slash = "/"
	}
	if part := u.Partial; part != nil {
		fmt.Fprintf(&sb, "%s;PARTIAL=%d", slash, part.Offset)
		writeNumber(&sb, ".", part.Length)
	}
	if a := u.Access; a != nil {
		sb.WriteString(a.String())
	}
	return sb.String()
}

// writeNumber writes a number that is there.
func writeNumber(sb *strings.Builder, before string, n uint32) {
	if n != 0 {
		fmt.Fprintf(sb, "%s%d", before, n)
	}
}

// String is what stands behind "//".
func (s *Server) String() string {
	out := encode(s.User, isAChar)
	switch s.Auth {
	case "":
	case "*":
		out += ";AUTH=*"
	default:
		out += ";AUTH=" + encode(s.Auth, isAChar)
	}
	if out != "" {
		out += "@"
	}
	out += s.Host
	if s.Port != "" {
		out += ":" + s.Port
	}
	return out
}

// String is what stands behind the message or part.
func (a *Access) String() string {
	out := ""
	if !a.Expire.IsZero() {
		out = ";EXPIRE=" + a.Expire.UTC().Format(time.RFC3339Nano)
	}
	out += ";URLAUTH=" + a.Who
	if a.User != "" {
		out += "+" + encode(a.User, isAChar)
	}
	if a.Mechanism != "" {
		out += ":" + a.Mechanism + ":" + a.Token
	}
	return out
}

// encodePath leaves "/" as it is, but for the first, and encodes what would be removed as
// dot segments (RFC 5092, section 7).
func encodePath(mailbox string) string {
	segments := strings.Split(mailbox, "/")
	for i, segment := range segments {
		segments[i] = encode(segment, isAChar)
		if segment == "." || segment == ".." {
			segments[i] = strings.ReplaceAll(segment, ".", "%2E")
		}
	}
	path := strings.Join(segments, "/")
	if rest, found := strings.CutPrefix(path, "/"); found {
		return "%2F" + rest
	}
	return path
}

func encode(s string, plain func(byte) bool) string {
	var sb strings.Builder
	for i := 0; i < len(s); i++ {
		if plain(s[i]) {
			sb.WriteByte(s[i])
		} else {
			fmt.Fprintf(&sb, "%%%02X", s[i])
		}
	}
	return sb.String()
}

func isLetterOrDigit(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// isAChar is achar, and isBChar bchar, without what is encoded.
func isAChar(b byte) bool { return isLetterOrDigit(b) || strings.IndexByte("-._~!$'()*+,&=", b) >= 0 }
func isBChar(b byte) bool { return isAChar(b) || b == ':' || b == '@' || b == '/' }

func isMechanism(b byte) bool { return isLetterOrDigit(b) || b == '-' || b == '.' }

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}
