package imapwire

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
)

// maxMailbox is the longest mailbox name, or pattern of names, in bytes as it
// is sent.
const maxMailbox = 4096

// noName stands for a mailbox name that cannot be decoded. No mailbox has it, and no
// pattern with it matches one.
const noName = "\x00"

// Mailbox is an astring as a mailbox name in UTF-8: modified UTF-7 is decoded
// (RFC 3501, section 5.1.3) unless p.UTF8. INBOX is INBOX in any case. A name that
// cannot be decoded is for NameErr to tell.
func (p *Parser) Mailbox() string {
	name, err := p.mailboxName(p.AString())
	if p.nameErr == nil {
		p.nameErr = err
	}
	return name
}

// NameErr says what is wrong with a mailbox name that has been read: the syntax of
// the command may be right all the same.
func (p *Parser) NameErr() error { return p.nameErr }

// Reference is LIST's: a mailbox name that need not be one.
func (p *Parser) Reference() string {
	name, _ := p.mailboxName(p.AString())
	return name
}

// ListMailbox is a mailbox name with wildcards. What cannot be decoded matches
// nothing.
func (p *Parser) ListMailbox() string {
	name, _ := p.mailboxName(p.Pattern())
	return name
}

// Pattern is list-mailbox as it stands.
func (p *Parser) Pattern() string {
	if b := p.Peek(); b == '"' || b == '{' {
		return p.String()
	}
	return p.take(isListChar, "a pattern")
}

func (p *Parser) mailboxName(raw string) (string, error) {
	if p.err != nil {
		return "", nil
	}
	switch {
	case strings.EqualFold(raw, "INBOX"):
		return "INBOX", nil
	case len(raw) > maxMailbox:
		p.Fail("a mailbox name of more than %d bytes", maxMailbox)
		return "", nil
	case p.UTF8:
		return raw, nil
	}
	name, err := DecodeUTF7(raw)
	if err != nil && p.EarlyUTF8 && utf8.ValidString(raw) && strings.ContainsFunc(raw, isEightBit) {
		return decodeEither(raw), nil
	}
	if err != nil {
		return noName, fmt.Errorf("mailbox name %s is not modified UTF-7: %w", strconv.QuoteToASCII(raw), err)
	}
	return name, nil
}

func isEightBit(r rune) bool { return r >= utf8.RuneSelf }

// Flag is "\" atom or atom, spelled as sent.
func (p *Parser) Flag() imap.Flag {
	if p.Try('\\') {
		return imap.Flag(`\` + p.Atom())
	}
	return imap.Flag(p.take(isAtomChar, "a flag"))
}

// FlagList is "(" [flag *(SP flag)] ")".
func (p *Parser) FlagList() []imap.Flag {
	var flags []imap.Flag
	p.ListOrEmpty(func() { flags = append(flags, p.Flag()) })
	return flags
}

// FlagsBareOrList is STORE's: a flag list, or flags without parentheses.
func (p *Parser) FlagsBareOrList() []imap.Flag {
	if p.Peek() == '(' {
		return p.FlagList()
	}
	flags := []imap.Flag{p.Flag()}
	for p.Try(' ') {
		flags = append(flags, p.Flag())
	}
	return flags
}

// Date is SEARCH's date, quoted or not, as midnight UTC:
//
//	date-text = date-day "-" date-month "-" date-year
func (p *Parser) Date() time.Time {
	quoted := p.Try('"')
	text := p.take(func(b byte) bool { return isAtomChar(b) }, "a date")
	if quoted {
		p.Expect('"')
	}
	if p.err != nil {
		return time.Time{}
	}
	day, rest, _ := strings.Cut(text, "-")
	t, err := time.Parse("2-Jan-2006", day+"-"+titleMonth(rest))
	if err != nil || len(day) > 2 {
		p.Fail("%q is not a date like 1-Feb-2024", text)
	}
	return t
}

// titleMonth gives the month the case that package time wants: ABNF's
// strings are in any case.
func titleMonth(s string) string {
	if len(s) < 3 {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.ToLower(s[1:3]) + s[3:]
}

// DateTime is APPEND's date-time with its zone:
//
//	date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
func (p *Parser) DateTime() time.Time {
	rest := p.text()
	const length = len(`" 1-Feb-2024 10:00:00 +0200"`)
	if len(rest) < length || rest[0] != '"' || rest[length-1] != '"' {
		p.expected(`a date like " 1-Feb-2024 10:00:00 +0200"`)
		return time.Time{}
	}
	text := string(rest[1 : length-1])
	padded := text
	if padded[0] == ' ' {
		padded = "0" + padded[1:]
	}
	t, err := time.Parse("02-Jan-2006 15:04:05 -0700", padded[:3]+titleMonth(padded[3:]))
	if err != nil {
		p.Fail(`%q is not a date like " 1-Feb-2024 10:00:00 +0200"`, text)
		return time.Time{}
	}
	p.pos += length
	_, offset := t.Zone()
	return t.In(time.FixedZone(text[len(text)-5:], offset))
}
