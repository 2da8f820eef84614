package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

func formatUID(uid imap.UID) string { return strconv.FormatUint(uint64(uid), 10) }

// flagOrder is that of RFC 3501's examples; keywords come behind.
var flagOrder = []imap.Flag{
	imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft,
}

// formatFlags writes flags with spaces between, system flags first, then keywords by
// name, whichever a client has used first; no flags are "(none)".
func formatFlags(flags []imap.Flag) string {
	if len(flags) == 0 {
		return "(none)"
	}
	var system, keywords []string
	for _, flag := range flagOrder {
		if slices.Contains(flags, flag) {
			system = append(system, string(flag))
		}
	}
	for _, flag := range flags {
		if !slices.Contains(flagOrder, flag) {
			keywords = append(keywords, string(flag))
		}
	}
	slices.SortFunc(keywords, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return strings.Join(append(system, keywords...), " ")
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
