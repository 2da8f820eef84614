package imapd

// CommandNames lists the rows of the command table that a server can have without a
// profile, for tests that must leave none out.
func CommandNames() []string {
	var out []string
	for name, spec := range commands {
		if spec.cap == "" || anyOf[spec.cap] != nil || Implements(spec.cap) || spec.cap == capSetQuota {
			out = append(out, name)
		}
	}
	return out
}

// ListMatches compares a name with a pattern of LIST.
func ListMatches(pattern, name string, delim rune) bool {
	return newListPattern(pattern, delim).matches(name)
}

// OnAsked has f called whenever a command asks whether it is to go on: gone is closed
// when its connection has ended. It is to be called before the first connection.
func (s *Server) OnAsked(f func(gone <-chan struct{})) { s.asked = f }

// WatchAfterSteps is how often a command has asked when its client is watched.
const WatchAfterSteps = watchAfterSteps
