package imapd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// checkTexts says what is wrong in texts, each complaint with where before it. A text for
// what succeeds is OK, and one for what does not is none.
func checkTexts(where string, texts []Text) []error {
	var errs []error
	for _, t := range texts {
		complain := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%stext %s: %s", where, t.Event, fmt.Sprintf(format, args...)))
		}
		info, known := eventInfo(t.Event)
		if !known {
			complain("there is no such event")
			continue
		}
		for _, name := range newTemplate(t.Answer).names() {
			if name == "line" || isPlaceholder(name) || slices.Contains(info.Values, name) {
				continue
			}
			complain("{%s} is no placeholder of it", name)
		}
		if why := wrongAnswer(info, t.Answer); why != "" {
			complain("%q %s", t.Answer, why)
		}
	}
	return errs
}

// eventInfo is the row of an event, whichever command a text is for.
func eventInfo(e Event) (EventInfo, bool) {
	name := strings.TrimSuffix(string(e), "@before")
	if event, verb, one := strings.Cut(name, "/"); one {
		if commands[verb] == nil || strings.HasPrefix(verb, "UID ") {
			return EventInfo{}, false
		}
		name = event
	}
	i := slices.IndexFunc(events, func(row EventInfo) bool { return row.Event == Event(name) })
	if i < 0 {
		return EventInfo{}, false
	}
	return events[i], true
}

// isPlaceholder says that a name is one of those that every text may have.
func isPlaceholder(name string) bool {
	return connValues[name] != nil || slices.Contains([]string{"text", "code", "mailbox", "n"}, name)
}

// wrongAnswer says why an answer cannot be one to an event, "" if it can. There are servers
// that refuse in an untagged NO, and say OK after it.
func wrongAnswer(info EventInfo, answer string) string {
	lines := strings.Split(answer, "\n")
	last := lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if !strings.HasPrefix(line, "* ") {
			return "has a line that is neither untagged nor the last one"
		}
	}
	word, _, _ := strings.Cut(strings.TrimPrefix(last, "* "), " ")
	kind := imap.StatusResponseType(word)
	untagged := isWhole(info.Answer)
	switch {
	case strings.ContainsAny(answer, "\r\x00"):
		return "has a CR or a NUL"
	case answer == "" && untagged && !strings.HasPrefix(info.Answer, "+"), strings.HasPrefix(last, "{line}"):
		return ""
	case strings.HasPrefix(info.Answer, "+"):
		if !strings.HasPrefix(last, "+") {
			return "does not begin with +"
		}
	case !isStatus(word):
		return "begins with none of OK, NO, BAD, BYE, * and {line}"
	case untagged && !strings.HasPrefix(last, "* "):
		return "is no untagged line"
	case info.Event == "ok" && kind != imap.StatusResponseTypeOK:
		return "does not begin with OK"
	case info.Event != "ok" && kind == imap.StatusResponseTypeOK && !untagged && info.Event != "message.none" && len(lines) == 1:
		return "is OK for what is refused"
	}
	return ""
}
