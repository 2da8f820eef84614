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
