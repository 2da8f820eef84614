package mimetree

import "strings"

// words are those of a phrase or of a local part. Quotes and escapes are undone.
type words []string

// join is strings.Join that may be stopped.
func (w words) join(work *work, between string) string {
	switch {
	case len(w) == 1:
		return w[0]
	case work == nil:
		return strings.Join(w, between)
	}
	var sb strings.Builder
	for i, word := range w {
		if work.step(len(word) + 1) {
			break
		}
		if i > 0 {
			sb.WriteString(between)
		}
		sb.WriteString(word)
	}
	return sb.String()
}

// name is a display name: a space between words, whatever stood there.
func (w words) name(work *work) string { return w.join(work, " ") }

// local is a local part: dots that stand alone are joined with what is around
// them: "john . doe" (RFC 5322, section 4.4).
func (w words) local(work *work) string {
	if len(w) == 1 {
		return w[0]
	}
	var sb strings.Builder
	for i, word := range w {
		if work.step(len(word) + 1) {
			break
		}
		if i > 0 && word != "." && w[i-1] != "." {
			sb.WriteByte(' ')
		}
		sb.WriteString(word)
	}
	return sb.String()
}

// split takes a name and the local part that follows it apart. The local part
// is the last word, and those before it that dots join with it. Without a name
// a dot at the end of a word joins too: "john. doe".
func (w words) split(work *work) (name, local string) {
	if len(w) == 0 {
		return "", ""
	}
	first := len(w) - 1
	for first > 0 && !work.step(1) && (w[first] == "." || w[first-1] == ".") {
		first--
	}
	if w.isObsolete(work) {
		return "", w.join(work, "")
	}
	return w[:first].name(work), w[first:].join(work, "")
}

// isObsolete says whether there is a dot between all words.
func (w words) isObsolete(work *work) bool {
	for i := 1; i < len(w) && !work.step(1); i++ {
		if !strings.HasSuffix(w[i-1], ".") && !strings.HasPrefix(w[i], ".") {
			return false
		}
	}
	return true
}

// endInScheme says whether the last word is "[mailto" or the like.
func (w words) endInScheme() bool {
	if len(w) == 0 {
		return false
	}
	last := w[len(w)-1]
	return last[:min(1, len(last))] == "[" && (lower(last) == "[mailto" || lower(last) == "[smtp")
}

// route reads "@one,@two:" (RFC 5322, section 4.4), or nothing.
func (p *addressParser) route() string {
	rest := p.s[p.pos:]
	if !strings.HasPrefix(rest, "@") {
		return ""
	}
	colon := strings.IndexAny(rest, ":<>")
	if colon < 0 || rest[colon] != ':' {
		return ""
	}
	p.pos += colon + 1
	return strings.Join(strings.Fields(rest[:colon]), "")
}

// phrase reads words, quoted or not, up to a special character. A quote that is
// not closed is white space.
func (p *addressParser) phrase() words { return p.phraseBehind(p.room[:0]) }

// phraseBehind reads a phrase behind another.
func (p *addressParser) phraseBehind(out words) words {
	for p.notes(); !p.at(&phraseEnds); p.notes() {
		switch {
		case p.s[p.pos] != '"':
			out = append(out, p.atom())
		case p.end() < 0:
			p.pos++
		default:
			out = append(out, p.quoted())
		}
	}
	return out
}

// domain reads a domain or a literal: "example.org", "[192.0.2.1]". Around its
// dots there may be white space and comments. A dot at its end is none of it.
func (p *addressParser) domain() string {
	found := words(p.room[:0])
	dot := true
	for p.notes(); !p.at(&domainEnds); p.notes() {
		if !dot && p.s[p.pos] != '.' {
			break
		}
		word := p.literal()
		if word == "" {
			word = p.atom()
		}
		found = append(found, word)
		dot = strings.HasSuffix(word, ".")
	}
	return strings.TrimRight(found.join(p.work, ""), ".")
}

// literal reads "[…]", or nothing.
func (p *addressParser) literal() string {
	if p.s[p.pos] != '[' {
		return ""
	}
	start := p.pos
	p.pass(&literalEnds)
	p.next(']')
	return p.s[start:p.pos]
}

// What words, and what is made of them, end at.
var (
	phraseEnds  = stops{'<': true, '>': true, ':': true, ';': true, ',': true, '@': true}
	domainEnds  = stops{'<': true, '>': true, ':': true, ';': true, ',': true, '@': true, '"': true}
	literalEnds = stops{']': true, '<': true, '>': true, ',': true, ';': true}
	atomEnds    = stops{
		'<': true, '>': true, ':': true, ';': true, ',': true, '@': true, '"': true, '(': true,
		' ': true, '\t': true, '\r': true, '\n': true, '\\': true,
	}
	angleEnds  = stops{'>': true, ',': true, ';': true}
	noteBegins = stops{' ': true, '\t': true, '\r': true, '\n': true, '(': true}
	nextBegin  = stops{',': true, ';': true, '<': true}
)

// atom reads up to what ends one. A backslash before a special character makes it an
// ordinary one.
func (p *addressParser) atom() string {
	start := p.pos
	var before []byte // what there was before an escape
	for p.pass(&atomEnds); p.pos < len(p.s) && p.s[p.pos] == '\\'; p.pass(&atomEnds) {
		if p.pos++; p.pos < len(p.s) && strings.IndexByte("<>:;,@\"()[]\\", p.s[p.pos]) >= 0 {
			before = append(before, p.s[start:p.pos-1]...)
			start = p.pos
			p.pos++
		}
	}
	if before == nil {
		return p.s[start:p.pos]
	}
	return string(append(before, p.s[start:p.pos]...))
}

// notes passes over white space and comments and keeps the last comment. One
// that is not closed ends with the text, unless an address would be in it.
func (p *addressParser) notes() {
	if p.work != nil || p.pos < len(p.s) && noteBegins[p.s[p.pos]] {
		p.passNotes()
	}
}

func (p *addressParser) passNotes() {
	for p.space(); p.pos < len(p.s) && p.s[p.pos] == '('; p.space() {
		if p.pos < p.lastAt && p.end() < 0 {
			p.pos++
			continue
		}
		p.note = strings.TrimSpace(p.comment())
	}
}

// skipToken passes over a quoted string, a comment, or one byte.
func (p *addressParser) skipToken() {
	switch b := p.s[p.pos]; {
	case b == '(' && p.end() < 0 && p.pos >= p.lastAt:
		p.pos = len(p.s)
	case (b == '"' || b == '(') && p.end() >= 0:
		p.pos = p.end()
	default:
		p.pos++
	}
}
