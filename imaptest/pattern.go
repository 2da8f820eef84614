package imaptest

import (
	"strings"
	"unicode"

	"github.com/go-mailtest/mailtest/internal/glob"
	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// pattern matches commands: "FETCH", "UID MOVE", "SELECT Archive", "UID FETCH 1:*
// *", "*". A name alone matches whatever its arguments. "*" stands for any
// text, but not where it ends a set of numbers, as in 1:*. Case does not
// matter, nor whether a string was sent as an atom, quoted or as a literal, nor in which
// order the items of FETCH and STATUS, the flags of STORE and the RETURN options of SEARCH
// stand.
type pattern struct {
	text string
	name string // in upper case; "" for "*"
	args string // "" for any
	// byUID takes the command with UID before it for the same.
	byUID bool
}

func newPattern(text string) pattern {
	words := strings.Fields(text)
	p := pattern{text: strings.TrimSpace(text)}
	if len(words) == 0 || words[0] == "*" {
		p.args = strings.TrimSpace(strings.TrimPrefix(p.text, "*"))
		return p
	}
	n := 1
	if strings.EqualFold(words[0], "UID") && len(words) > 1 {
		n = 2
	}
	p.name = strings.ToUpper(strings.Join(words[:n], " "))
	rest := p.text
	for range n {
		rest = strings.TrimLeftFunc(strings.TrimLeftFunc(rest, notSpace), unicode.IsSpace)
	}
	p.args = normalArgs(rest)
	return p
}

func notSpace(r rune) bool { return !unicode.IsSpace(r) }

// named compares with a command's name.
func (p pattern) named(name string) bool {
	return glob.Match(p.name, name) || p.byUID && glob.Match("UID "+p.name, name)
}

// matches compares with a command. Names of mailboxes may be given as they are
// or in modified UTF-7.
func (p pattern) matches(cmd Command) bool {
	if p.name != "" && !p.named(cmd.Name) {
		return false
	}
	if p.args == "" {
		return true
	}
	args := normalArgs(cmd.Args)
	if glob.Match(strings.ToLower(p.args), strings.ToLower(args)) {
		return true
	}
	if matchesInAnyOrder(cmd.Name, p.args, args) {
		return true
	}
	decoded, err := imapwire.DecodeUTF7(args)
	return err == nil && decoded != args && glob.Match(strings.ToLower(p.args), strings.ToLower(normalArgs(decoded)))
}

// normalArgs writes every string in one form: an atom where it can be one, else
// quoted.
func normalArgs(args string) string {
	var sb strings.Builder
	for len(args) > 0 {
		switch c := args[0]; {
		case c == '"':
			text, rest := cutQuotedArg(args)
			sb.WriteString(asArg(text))
			args = rest
		case c == '{' || c == '~' && strings.HasPrefix(args, "~{"):
			text, rest, ok := cutLiteralArg(args)
			if !ok {
				sb.WriteByte(c)
				args = args[1:]
				continue
			}
			sb.WriteString(asArg(text))
			args = rest
		default:
			sb.WriteByte(c)
			args = args[1:]
		}
	}
	return sb.String()
}

// cutArg takes the first argument: the text of a string, or what is written up to a space.
func cutArg(args string) (text, rest string) {
	switch {
	case strings.HasPrefix(args, `"`):
		text, rest = cutQuotedArg(args)
		return text, strings.TrimPrefix(rest, " ")
	case strings.HasPrefix(args, "{"), strings.HasPrefix(args, "~{"):
		if text, rest, ok := cutLiteralArg(args); ok {
			return text, strings.TrimPrefix(rest, " ")
		}
	}
	text, rest, _ = strings.Cut(args, " ")
	return text, rest
}

// cutQuotedArg takes a quoted string, of which the end may be missing.
func cutQuotedArg(s string) (text, rest string) {
	var sb strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return sb.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		sb.WriteByte(s[i])
	}
	return sb.String(), ""
}

// cutLiteralArg takes a literal in the form in which commands are recorded.
func cutLiteralArg(s string) (text, rest string, ok bool) {
	head, after, found := strings.Cut(s, "}\r\n")
	if !found {
		return "", "", false
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(head, "~"), "{"), "+")
	size := 0
	for _, c := range digits {
		if c < '0' || c > '9' || size > len(after) {
			return "", "", false
		}
		size = 10*size + int(c-'0')
	}
	if size > len(after) {
		return after, "", true // shortened
	}
	return after[:size], after[size:], true
}

// asArg writes a string as an atom if it can be one.
func asArg(text string) string {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`(){"\`, r) }) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	return text
}
