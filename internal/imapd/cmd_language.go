package imapd

import (
	"regexp"
	"strings"
)

// LANGUAGE: RFC 5255, section 3. It is the language of texts for people, and has nothing to
// do with mail.
//
//	language-cmd  = "LANGUAGE" *(SP lang-range-quoted)
//	language-data = "LANGUAGE" SP "(" lang-tag-quoted *(SP lang-tag-quoted) ")"
type languageCmd struct{ ranges []string }

// languageRange: RFC 4647, section 2.1.
var languageRange = regexp.MustCompile(`^(\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)$`)

func parseLanguage(p *parser) command {
	return &languageCmd{p.astrings(languageRange, "a language range (RFC 4647, section 2.1)")}
}

// astrings are those that are left of the command, each of a form that has a name.
//
//	*(SP astring)
func (p *parser) astrings(form *regexp.Regexp, what string) (out []string) {
	for p.OK() && !p.AtEnd() {
		p.SP()
		text := p.AString()
		if p.OK() && !form.MatchString(text) {
			p.Fail("%.80q is not %s", text, what)
		}
		out = append(out, text)
	}
	return out
}

// run changes the language for all that is said from the LANGUAGE response on, in UTF-8.
func (cmd *languageCmd) run(c *conn, ok *okResponse) error {
	if len(cmd.ranges) == 0 {
		e := c.enc.Raw("* LANGUAGE (")
		for i := range languages {
			if i > 0 {
				e.SP()
			}
			e.Raw(languages[i].tag)
		}
		e.Raw(")").CRLF()
		return nil
	}
	found := c.matchLanguage(cmd.ranges)
	if found == nil {
		return no("command.language", "", "no such language (LANGUAGE lists them)")
	}
	c.enc.Raw("* LANGUAGE (").Raw(found.tag).Raw(")").CRLF()
	c.language, c.inUTF8 = found, found.tag != iDefault
	if c.translated() {
		return namespaceCmd{}.run(c, ok) // RFC 5255, section 3.4
	}
	return nil
}

// matchLanguage is the first language that a range asks for: by lookup, which leaves out
// the range's last subtags one by one, or else one of which it is the beginning (RFC 4647,
// sections 3.4 and 3.3.1). It is nil if there is none.
func (c *conn) matchLanguage(ranges []string) *language {
	for _, r := range ranges {
		switch {
		case strings.EqualFold(r, "default"):
			return c.ownLanguage()
		case r == "*":
			return c.language
		}
		for rest := r; rest != ""; rest = withoutSubtag(rest) {
			if l := findLanguage(func(tag string) bool { return strings.EqualFold(tag, rest) }); l != nil {
				return l
			}
		}
		begins := func(tag string) bool {
			return len(tag) > len(r) && tag[len(r)] == '-' && strings.EqualFold(tag[:len(r)], r)
		}
		if l := findLanguage(begins); l != nil {
			return l
		}
	}
	return nil
}

// withoutSubtag leaves out the last subtag, and the single letter before it.
func withoutSubtag(r string) string {
	i := strings.LastIndexByte(r, '-')
	if i < 0 {
		return ""
	}
	r = r[:i]
	if i := strings.LastIndexByte(r, '-'); i == len(r)-2 && i > 0 {
		r = r[:i]
	}
	return r
}

// ownLanguage is the one that the server speaks of itself.
func (c *conn) ownLanguage() *language {
	tag := iDefault
	if c.srv.cfg.ScrambleTexts {
		tag = pigLatin
	}
	return findLanguage(func(t string) bool { return t == tag })
}
