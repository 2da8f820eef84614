package imapd

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
)

// language is one of those in which texts for people can be said.
type language struct {
	tag string // RFC 5646
	say func(text string) string
}

// The tags: the language in which all texts are written here, and one that nobody speaks
// ("art" is for artificial languages). A client that reads texts, in place of response
// codes, does not understand it.
const (
	iDefault = "i-default"
	pigLatin = "art-x-piglatin"
)

// languages are in the order of LANGUAGE's answer.
var languages = []language{{tag: "en"}, {pigLatin, toPigLatin}, {tag: iDefault}}

func findLanguage(is func(tag string) bool) *language {
	for i := range languages {
		if is(languages[i].tag) {
			return &languages[i]
		}
	}
	return nil
}

// translates says that what is written now is to be said in another language.
func (c *conn) translates() bool { return c.language.say != nil && !c.verbatim }

// translate changes the text of a status response or a continuation request (RFC 5255,
// section 3.5, resp-text), and nothing else.
func (c *conn) translate(line []byte) []byte {
	first, rest, _ := bytes.Cut(line, []byte(" "))
	if !bytes.Equal(first, []byte("+")) {
		word, _, _ := bytes.Cut(rest, []byte(" "))
		if !isStatus(string(word)) {
			return line
		}
	}
	text := strings.TrimSuffix(string(rest), "\r\n")
	return []byte(string(first) + " " + c.inLanguage(text) + "\r\n")
}

func isStatus(word string) bool {
	switch word {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// inLanguage says a resp-text, with or without the word before it, in the language of the
// client. What stands in brackets is for programs.
func (c *conn) inLanguage(text string) string {
	if !c.translates() {
		return text
	}
	var head string
	if word, rest, _ := strings.Cut(text, " "); isStatus(word) {
		head, text = word+" ", rest
	}
	if end := codeEnd(text); end > 0 {
		head, text = head+text[:end], text[end:]
	}
	open, end := "(", ")"
	if c.inUTF8 || c.enc.UTF8 {
		open, end = "\u27e6", "\u27e7"
	}
	return head + open + c.language.say(text) + end
}

// codeEnd is where the text begins behind a response code, 0 without one.
func codeEnd(text string) int {
	if !strings.HasPrefix(text, "[") {
		return 0
	}
	quoted := false
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quoted:
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ']' && !quoted:
			return min(i+len("] "), len(text))
		}
	}
	return 0
}

// word is a piece of a text: a word, or what stands in quotes, which is the name of a
// mailbox or what the client has sent.
var word = regexp.MustCompile(`"[^"]*"|[A-Za-z]+`)

// toPigLatin says each word in Pig Latin.
func toPigLatin(text string) string {
	return word.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '"' {
			return s
		}
		return pigLatinWord(s)
	})
}

// pigLatinWord takes the consonants before the first vowel to the end: "no" is "onay", and
// "is" is "isway".
func pigLatinWord(word string) string {
	lower := strings.ToLower(word)
	vowel := strings.IndexAny(lower, "aeiou")
	if y := strings.IndexByte(lower[1:], 'y') + 1; y > 0 && (vowel < 0 || y < vowel) {
		vowel = y
	}
	switch {
	case vowel < 0:
		lower += "ay"
	case vowel == 0:
		lower += "way"
	default:
		lower = lower[vowel:] + lower[:vowel] + "ay"
	}
	switch {
	case len(word) > 1 && word == strings.ToUpper(word):
		return strings.ToUpper(lower)
	case unicode.IsUpper(rune(word[0])):
		return strings.ToUpper(lower[:1]) + lower[1:]
	}
	return lower
}
