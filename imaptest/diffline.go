package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
	"github.com/go-mailtest/mailtest/internal/store"
)

// diffLine is a change as a line of AssertDiff.
type diffLine struct {
	account string
	mailbox string   // "" for a change of the account
	uid     imap.UID // 0 for a change of the mailbox
	whose   string   // the account whose own \Seen it is, "" for what is the same for all
	sign    string   // of a message: "+" new, "-" gone, "" flags changed
	words   []string // the flags, sorted, with their signs where they changed; or all that is said
	subject *string  // nil: not said
	cause   string   // who did it, as a failure says it; "" where that is not known
}

// by is who did it, behind the line.
func (l diffLine) by() string {
	if l.cause == "" {
		return ""
	}
	who, _, isAct := strings.Cut(l.cause, " at ")
	if !isAct || strings.HasPrefix(l.cause, "connection ") {
		who = l.cause
	}
	return "   (" + who + ")"
}

// newDiffLine is the line of a change.
func newDiffLine(d store.Difference) diffLine {
	line := diffLine{account: d.Account, mailbox: d.Mailbox, uid: d.UID}
	switch d.Kind {
	case store.MessageAdded:
		line.sign, line.words, line.subject = "+", signed("", d.Flags), &d.Subject
	case store.MessageExpunged:
		line.sign, line.subject = "-", &d.Subject
	case store.FlagsChanged:
		line.words, line.whose = slices.Concat(signed("+", d.Added), signed("-", d.Removed)), d.Identifier
	default:
		line.words = statement(d)
	}
	return line
}

func signed(sign string, flags []imap.Flag) []string {
	var out []string
	for _, flag := range flags {
		out = append(out, sign+string(flagname.Spell(flag)))
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out
}

// String is the line; that of the given account leaves its name out.
func (l diffLine) String(account string) string {
	var words []string
	if l.account != account || l.mailbox == "" {
		words = append(words, quoteWord(l.account)+":")
	}
	if l.mailbox != "" {
		words = append(words, quoteWord(l.mailbox))
	}
	if l.uid != 0 {
		words = append(words, l.sign+formatUID(l.uid))
	}
	if l.whose != "" {
		words = append(words, quoteWord(l.whose)+":")
	}
	for _, word := range l.words {
		words = append(words, quoteWord(word))
	}
	if l.subject != nil {
		words = append(words, strconv.Quote(*l.subject))
	}
	return strings.Join(words, " ")
}

func quoteWord(word string) string {
	if word == "" || strings.HasSuffix(word, ":") || strings.ContainsAny(word, " \t\"`") || !strconv.CanBackquote(word) {
		return strconv.Quote(word)
	}
	return word
}

// covers says whether what was wanted is what has happened.
func (l diffLine) covers(is diffLine) bool {
	if l.account != is.account || l.mailbox != is.mailbox || l.uid != is.uid || l.whose != is.whose || l.sign != is.sign {
		return false
	}
	if l.subject != nil && is.subject != nil && *l.subject != *is.subject {
		return false
	}
	if l.sign == "+" && len(l.words) == 0 {
		return true
	}
	if l.uid == 0 {
		return slices.Equal(l.words, is.words)
	}
	return slices.EqualFunc(l.words, is.words, strings.EqualFold) // flags
}

// parseDiff reads lines; one with a set of UIDs becomes several.
func (s *Server) parseDiff(lines []string) ([]diffLine, error) {
	var out []diffLine
	for _, text := range lines {
		parsed, err := s.parseDiffLine(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quoteWord(text), err)
		}
		out = append(out, parsed...)
	}
	return out, nil
}

// diffWord is a word of a line.
type diffWord struct {
	text    string
	quoted  bool
	account bool // a ":" stands behind it, which is no part of it
}

func (s *Server) parseDiffLine(text string) ([]diffLine, error) {
	words, err := splitDiffWords(text)
	if err != nil {
		return nil, err
	}
	line := diffLine{account: s.first().name}
	if len(words) > 0 && words[0].account {
		name := words[0].text
		user, found := s.Store().User(name)
		if found {
			name = user.Name()
		}
		line.account, words = name, words[1:]
		if isAccountStatement(words) {
			line.words = wordTexts(words)
			return []diffLine{line}, nil
		}
	}
	if len(words) < 2 {
		return nil, fmt.Errorf("want a mailbox and what changed in it, as in %s", `INBOX 3 +\Seen`)
	}
	line.mailbox, words = words[0].text, words[1:]
	if strings.EqualFold(line.mailbox, "INBOX") {
		line.mailbox = "INBOX"
	}
	sign, set := cutSign(words[0].text)
	uids, isSet := parseUIDs(set)
	if !isSet {
		line.words = wordTexts(words)
		return []diffLine{line}, nil
	}
	line.sign = sign
	return line.messages(uids, words[1:])
}

// isAccountStatement says whether a line is about the account itself.
func isAccountStatement(words []diffWord) bool {
	switch strings.Join(wordTexts(words), " ") {
	case "created", "removed", "password changed":
		return true
	}
	return len(words) == 5 && words[3].text == "->" && (words[0].text == "metadata" || words[0].text == "quota")
}

// messages reads flags and subject, and makes a line for every UID.
func (l diffLine) messages(uids []imap.UID, words []diffWord) ([]diffLine, error) {
	for _, word := range words {
		switch {
		case word.account:
			l.whose = word.text
		case word.quoted && l.subject == nil:
			l.subject = &word.text
		case word.quoted:
			return nil, fmt.Errorf("two subjects")
		case l.sign == "-":
			return nil, fmt.Errorf("a message that is gone has no flags: %s", word.text)
		default:
			flag, err := l.flag(word.text)
			if err != nil {
				return nil, err
			}
			l.words = append(l.words, flag)
		}
	}
	if l.sign == "" && len(l.words) == 0 {
		return nil, fmt.Errorf("want flags with + or -, as in %s", `INBOX 3 +\Seen`)
	}
	slices.SortFunc(l.words, func(a, b string) int {
		if l.sign == "" && a[0] != b[0] {
			return strings.Compare(a[:1], b[:1]) // what was added comes first
		}
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	out := make([]diffLine, len(uids))
	for i, uid := range uids {
		out[i] = l
		out[i].uid = uid
	}
	return out, nil
}

// flag reads a flag, which has a sign unless the message is new, and spells it as signed
// does.
func (l diffLine) flag(word string) (string, error) {
	sign, text := "", word
	if l.sign == "" {
		sign, text = cutSign(word)
	}
	flag, err := flagname.Parse(imap.Flag(text))
	if err != nil {
		return "", err
	}
	if l.sign == "" && sign == "" {
		return "", fmt.Errorf("want +%[1]s or -%[1]s", word)
	}
	return sign + string(flagname.Spell(flag)), nil
}

func cutSign(word string) (sign, rest string) {
	if word != "" && (word[0] == '+' || word[0] == '-') {
		return word[:1], word[1:]
	}
	return "", word
}

// maxDiffUIDs bounds what a range like 1:4000000000 becomes.
const maxDiffUIDs = 100_000

// parseUIDs reads "3", "3,5" and "4:6".
func parseUIDs(set string) (uids []imap.UID, ok bool) {
	for _, part := range strings.Split(set, ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		a, errA := strconv.ParseUint(first, 10, 32)
		b, errB := strconv.ParseUint(last, 10, 32)
		if errA != nil || errB != nil || a == 0 || b < a || b-a >= maxDiffUIDs {
			return nil, false
		}
		for uid := a; uid <= b; uid++ {
			uids = append(uids, imap.UID(uid))
		}
	}
	return uids, true
}

func wordTexts(words []diffWord) []string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = word.text
		if word.account {
			out[i] += ":" // it was none
		}
	}
	return out
}

// splitDiffWords splits at spaces; a word in double quotes is one of Go.
func splitDiffWords(line string) ([]diffWord, error) {
	var out []diffWord
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		if rest[0] != '"' {
			end := strings.IndexAny(rest, " \t")
			if end < 0 {
				end = len(rest)
			}
			text, isAccount := strings.CutSuffix(rest[:end], ":")
			out, rest = append(out, diffWord{text: text, account: isAccount}), rest[end:]
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return nil, fmt.Errorf("a double quote without its end")
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		rest = rest[len(quoted):]
		word := diffWord{text: text, quoted: true}
		if strings.HasPrefix(rest, ":") {
			word, rest = diffWord{text: text, account: true}, rest[1:]
		}
		out = append(out, word)
	}
	return out, nil
}
