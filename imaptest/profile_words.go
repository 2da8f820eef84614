package imaptest

import (
	"errors"
	"fmt"
	"strings"
)

// The words of a profile file: what stands between spaces, or between double quotes, where
// \" is a quote, \\ a backslash and \t a tab. Quotes can begin within a word: use="\Sent".

// splitWords takes a line apart.
func splitWords(line string) ([]string, error) {
	var words []string
	for rest := strings.TrimLeft(line, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		word, after, err := cutWord(rest)
		if err != nil {
			return nil, err
		}
		words, rest = append(words, word), after
	}
	return words, nil
}

// cutWord takes the first word off.
func cutWord(line string) (word, rest string, err error) {
	var sb strings.Builder
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == ' ' && !quoted:
			return sb.String(), line[i:], nil
		case c == '\\' && quoted:
			if i++; i == len(line) {
				return "", "", errors.New("a quote has no end")
			}
			escaped, known := escapes[line[i]]
			if !known {
				return "", "", fmt.Errorf(`\%c in quotes is no escape: a backslash is written \\`, line[i])
			}
			sb.WriteByte(escaped)
		default:
			sb.WriteByte(c)
		}
	}
	if quoted {
		return "", "", errors.New("a quote has no end")
	}
	return sb.String(), "", nil
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', 't': '\t', 'n': '\n'}

// specWord writes a word so that splitWords reads it back.
func specWord(word string) string {
	if word != "" && !strings.ContainsAny(word, " \"\t\n") && word[0] != '#' {
		return word
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\n", `\n`).Replace(word) + `"`
}

// specWords writes words as a line.
func specWords(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = specWord(word)
	}
	return strings.Join(quoted, " ")
}

// specLine is a setting of a profile file.
type specLine struct {
	n     int // of its first line
	key   string
	rest  string   // what follows the key and a space
	block []string // the lines below it, without their indent
	at    []int    // their numbers
}

// specIndent begins the lines below a setting.
const specIndent = "    "

// specLines takes a profile file apart.
func specLines(text string) (lines []specLine, errs []lineError) {
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		trimmed := strings.TrimLeft(line, " \t")
		switch {
		case trimmed == "" || trimmed[0] == '#':
		case strings.HasPrefix(line, specIndent):
			if len(lines) == 0 {
				errs = append(errs, lineError{i + 1, errors.New("an indented line belongs to the one above it, and there is none")})
				continue
			}
			last := &lines[len(lines)-1]
			last.block, last.at = append(last.block, line[len(specIndent):]), append(last.at, i+1)
		case trimmed != line:
			errs = append(errs, lineError{i + 1, errors.New("a line is indented by four spaces or not at all")})
		default:
			key, rest, _ := strings.Cut(line, " ")
			lines = append(lines, specLine{n: i + 1, key: key, rest: rest})
		}
	}
	return lines, errs
}

// lineError is what is wrong in a line.
type lineError struct {
	n   int
	err error
}
