package imaptest

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// events are the engine's, by name.
func events() map[Event]imapd.EventInfo {
	out := make(map[Event]imapd.EventInfo)
	for _, info := range imapd.Events() {
		out[Event(info.Event)] = info
	}
	return out
}

func eventNames(all []Event) []string {
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = string(e)
	}
	return out
}

// base is the event without the command that it is for.
func (e Event) base() (event Event, command string) {
	before, _ := strings.CutSuffix(string(e), "@before")
	name, command, _ := strings.Cut(before, "/")
	return Event(name), command
}

// answers looks at the texts.
func (k *specChecker) answers() {
	for _, event := range slices.Sorted(maps.Keys(k.Texts)) {
		k.answer(event, k.Texts[event], false)
	}
}

// answer looks at the text of an event; that of a quirk can have {line} in place of an answer.
func (k *specChecker) answer(event Event, text string, ofQuirk bool) {
	what := "text " + string(event)
	name, command := event.base()
	all := events()
	info, known := all[name]
	if !known {
		k.fail("there is no event %q%s", name, orNearest(string(name), eventNames(slices.Collect(maps.Keys(all)))))
		return
	}
	if _, is := commandNames[command]; command != "" && !is && !k.ownCommand(command) {
		k.fail("%s: there is no command %s%s", what, command, orNearest(command, allNames()))
	}
	if text == "" && strings.HasPrefix(info.Answer, "* ") {
		return // nothing is said
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		k.template(what, line, append(slices.Clone(info.Values), selectValues...))
		last := i == len(lines)-1
		switch {
		case ofQuirk && last && strings.HasPrefix(line, "{line}"):
		case !last:
			k.begins("an untagged line of "+what, line, "* ")
		default:
			k.begins(what, line, "OK", "NO", "BAD", "PREAUTH", "* ", "*{", "+", "{")
			k.fits(what, line, i > 0, info)
		}
	}
}

// ownCommand says whether a command is one that the engine has not, and a profile may.
func (k *specChecker) ownCommand(command string) bool { return strings.HasPrefix(command, "X") }

// fits says that a text is not of the kind that its event is. Behind untagged lines a refusal
// may be OK: there are servers that say NO in one of those.
func (k *specChecker) fits(what, line string, below bool, info imapd.EventInfo) {
	succeeds := strings.HasPrefix(info.Answer, "OK")
	switch {
	case succeeds && (strings.HasPrefix(line, "NO") || strings.HasPrefix(line, "BAD")):
		k.fail("%s is a success, and cannot be %s", what, line)
	case refuses(info) && !below && (line == "OK" || strings.HasPrefix(line, "OK ")):
		k.fail("%s is a refusal, and cannot be %s", what, line)
	case strings.HasPrefix(info.Answer, "+") && !strings.HasPrefix(line, "+"):
		k.fail("%s is a continuation, and begins with +", what)
	case strings.HasPrefix(info.Answer, "* ") && !strings.HasPrefix(line, "*") && !strings.HasPrefix(line, "{"):
		k.fail("%s is an untagged line, and begins with *", what)
	}
}

// refuses says whether an event is no success: those without a usual answer are refusals too.
func refuses(info imapd.EventInfo) bool {
	return info.Answer == "" && info.Event != "message.none" || strings.HasPrefix(info.Answer, "NO") || strings.HasPrefix(info.Answer, "BAD")
}
