package dovecot_test

import (
	"slices"
	"strings"
)

// rightsData is ACL, MYRIGHTS or LISTRIGHTS: sets of letters, whose order is free, as is
// that of the entries of an ACL and of the strings of a LISTRIGHTS (RFC 4314, section 3).
// Names and identifiers may be atoms or strings.
func rightsData(word string, args []node) string {
	fixed := map[string]int{"ACL": 1, "MYRIGHTS": 1, "LISTRIGHTS": 3}[word]
	var words, rest []string
	for i, arg := range args {
		text := strings.Trim(arg.String(), `"`)
		isRights := word != "ACL" && i >= fixed || word == "LISTRIGHTS" && i == 2 || word == "ACL" && i%2 == 0 && i > 0
		if isRights {
			letters := strings.Split(text, "")
			slices.Sort(letters)
			text = strings.Join(letters, "")
		}
		switch {
		case i < fixed:
			words = append(words, `"`+text+`"`)
		case word == "ACL" && i%2 == 0:
			rest[len(rest)-1] += "=" + text
		default:
			rest = append(rest, text)
		}
	}
	slices.Sort(rest)
	return strings.Join(append(words, rest...), " ")
}
