package imapd

// CommandNames lists the rows of the command table, for tests that must leave
// none out.
func CommandNames() []string {
	var out []string
	for name := range commands {
		out = append(out, name)
	}
	return out
}

// ListMatches compares a name with a pattern of LIST.
func ListMatches(pattern, name string, delim rune) bool {
	return newListPattern(pattern, delim).matches(name)
}
