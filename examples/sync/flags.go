package sync

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// flagText is flags as text, the same for the same flags. \Recent belongs to a
// session.
func flagText(flags []imap.Flag) string {
	var out []string
	for _, flag := range flags {
		if text := strings.ToLower(string(flag)); text != `\recent` {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
