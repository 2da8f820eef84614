package imaptest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

func formatUID(uid imap.UID) string { return strconv.FormatUint(uint64(uid), 10) }

// formatFlags writes flags with spaces between; no flags are "(none)".
func formatFlags(flags []imap.Flag) string {
	if len(flags) == 0 {
		return "(none)"
	}
	var out []string
	for _, flag := range flags {
		out = append(out, string(flag))
	}
	return strings.Join(out, " ")
}

func joinNames(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func quoteAll(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	var out []string
	for _, s := range list {
		out = append(out, strconv.Quote(s))
	}
	return strings.Join(out, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
