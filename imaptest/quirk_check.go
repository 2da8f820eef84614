package imaptest

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/glob"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

// quirks looks at each quirk, and at which are together.
func (k *specChecker) quirks() {
	var before []string
	changed := k.clone()
	for _, err := range changed.set() {
		k.fail("%w", err)
	}
	for _, q := range k.Quirks {
		switch {
		case !profileName.MatchString(q.Name):
			k.fail("%q is no name of a quirk: lower case letters, digits, and ._- between them", q.Name)
		case slices.Contains(before, q.Name):
			k.fail("quirk %s is there twice", q.Name)
		}
		for _, other := range k.Quirks {
			if slices.Contains(q.Excludes, other.Name) && !(slices.Contains(before, other.Name) && slices.Contains(other.Excludes, q.Name)) {
				k.fail("quirks %s and %s exclude each other", q.Name, other.Name)
			}
		}
		before = append(before, q.Name)
		for _, need := range q.Needs {
			if !k.works(imap.Cap(need)) {
				k.fail("quirk %s needs %s, which the profile has not", q.Name, need)
			}
		}
		if len(q.Acts) == 0 {
			k.fail("quirk %s does nothing: it has no acts", q.Name)
		}
		for _, act := range q.Acts {
			k.act("quirk "+q.Name, act)
		}
	}
}

// works says whether a client can use a capability.
func (k *specChecker) works(name imap.Cap) bool {
	return slices.Contains(k.working(), name) && !slices.Contains(k.Caps.Dead, name)
}

// act looks at one act of a quirk.
func (k *specChecker) act(what string, act Act) {
	switch a := act.(type) {
	case TextAct:
		k.answer(a.Event, a.Answer, true)
	case CapAct:
		if !isCap(a.Word) && a.Works {
			k.fail("%s: capability %s is not implemented, and cannot work%s", what, a.Word, orNearest(a.Word, capNames()))
		}
	case GateAct:
		k.gate(what, a)
	case ItemAct:
		k.item(what, a)
	case LetterAct:
		if err := imapd.Letter(a).Check(); err != nil {
			k.fail("%s: %w", what, err)
		}
	case EditAct:
		k.edit(what, a)
	case TellAct:
		k.oneOf(what+": tell", a.How, slices.Collect(maps.Keys(imapd.Tellings())))
	case ClockAct:
		k.clock(what, a)
	case nil:
		k.fail("%s has an act that is nil", what)
	}
}

func (k *specChecker) edit(what string, a EditAct) {
	if _, err := regexp.Compile(a.Find); err != nil {
		k.fail("%s: %v", what, err)
	}
	response := a.Response
	if verb, rest, of := strings.Cut(response, ": "); of {
		response = rest
		if _, is := commandNames[verb]; !is {
			k.fail("%s: there is no command %q%s", what, verb, orNearest(verb, allNames()))
		}
	}
	switch {
	case response == "":
		k.fail("%s: an edit says which responses it is for, \"*\" for all", what)
	case !slices.Contains(imapd.Responses(), response):
		k.fail("%s: edit: there is no response %q%s", what, response, orNearest(response, imapd.Responses()))
	}
}

func (k *specChecker) oneOf(what, name string, of []string) {
	if !slices.Contains(of, name) {
		k.fail("%s: there is no %q%s", what, name, orNearest(name, of))
	}
}

// gateConditions are those of GateAct.When, with how many words follow each.
var gateConditions = map[string]int{
	"no-id": 0, "id": 0, "authenticated": 0, "unauthenticated": 0, "selected": 0, "empty": 0, "password": 0, "set": 0,
	"charset": 0, "header": 1, "flagless": 0, "keyword": 0, "unended": 0, "pipelined": 1, "longer": 1, "nth": 1, "since": 1, "above": 1,
}

func (k *specChecker) gate(what string, a GateAct) {
	name, _, _ := strings.Cut(strings.TrimPrefix(a.On, "UID "), " ")
	if !slices.ContainsFunc(allNames(), func(have string) bool { return glob.Match(name, have) }) && !k.ownCommand(name) {
		k.fail("%s: there is no command %q%s", what, name, orNearest(name, allNames()))
	}
	for words := strings.Fields(a.When); len(words) > 0; {
		args, known := gateConditions[words[0]]
		if !known {
			k.fail("%s: there is no condition %q%s", what, words[0], orNearest(words[0], slices.Collect(maps.Keys(gateConditions))))
			return
		}
		if len(words) <= args {
			k.fail("%s: the condition %s needs a value", what, words[0])
			return
		}
		if args == 1 && !fitsCondition(words[0], words[1]) {
			k.fail("%s: the condition %s cannot have %q", what, words[0], words[1])
		}
		words = words[1+args:]
	}
	if a.Answer == "" && a.Bye == "" {
		k.fail("%s: a gate answers, or says BYE", what)
	}
}

// fitsCondition looks at the value of a condition.
func fitsCondition(name, value string) bool {
	switch name {
	case "header":
		return true
	case "above":
		n, d, _ := strings.Cut(value, "/")
		_, err := strconv.ParseUint(n, 10, 31)
		_, wrong := time.ParseDuration(d)
		return err == nil && wrong == nil
	}
	_, err := strconv.ParseUint(value, 10, 31)
	return err == nil
}

// item looks at a change of FETCH items.
func (k *specChecker) item(what string, a ItemAct) {
	writers := imapd.ItemWriters()
	plain := []string{"omit", "twice", "empty", "nil", "quoted", "wrapped", "unasked"}
	of, isWriter := writers[a.How]
	switch {
	case isWriter && of != a.Name && a.Name != "BODY":
		k.fail("%s: %s is for %s, not for %s", what, a.How, of, a.Name)
	case !isWriter:
		k.oneOf(what+": item "+a.Name, a.How, append(plain, slices.Collect(maps.Keys(writers))...))
	}
}

// clock looks at what happens after a time.
func (k *specChecker) clock(what string, a ClockAct) {
	verb, rest, _ := strings.Cut(a.Then, " ")
	switch verb {
	case "bye", "say":
		if rest == "" {
			k.fail("%s: %s needs what is said", what, verb)
		}
	case "reset", "close", "silent", "wait":
		if rest != "" {
			k.fail("%s: nothing follows %s", what, verb)
		}
	default:
		k.oneOf(what+": clock", verb, []string{"bye", "say", "reset", "close", "silent", "wait"})
	}
	moments := append([]string{"connect", "login", "token", "command", "DONE"}, allNames()...)
	k.oneOf(what+": clock", a.On, moments)
	if a.After < 0 || a.After == 0 && a.Bytes <= 0 {
		k.fail("%s: a clock needs a time, or a number of bytes", what)
	}
}
