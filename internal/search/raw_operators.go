package search

import (
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// rawOperators are those of [Raw], by their names in lower case.
var rawOperators = map[string]func(value string) Condition{
	"in": rawIn, "is": rawIs, "has": rawHas,
	"label": labelLike, "category": category,
	"from": rawAddress("From"), "to": rawAddress("To"), "cc": rawAddress("Cc"), "bcc": rawAddress("Bcc"),
	"subject":     func(value string) Condition { return Header("Subject", Exactly(value)) },
	"deliveredto": func(value string) Condition { return Header("Delivered-To", Exactly(value)) },
	"list":        func(value string) Condition { return Header("List-Id", Exactly(value)) },
	"rfc822msgid": rfc822MsgID, "filename": filename,
	"before": rawDate(Received().Before), "older": rawDate(Received().Before),
	"after": rawDate(Received().Since), "newer": rawDate(Received().Since),
	"older_than": func(value string) Condition { return rawAge("OLDER_THAN", value, true) },
	"newer_than": func(value string) Condition { return rawAge("NEWER_THAN", value, false) },
	"larger":     rawSize(Larger), "size": rawSize(Larger), "smaller": rawSize(Smaller),
}

// rawAddress is a name or an address in a field.
func rawAddress(field string) func(string) Condition {
	return func(value string) Condition { return Address(field, Exactly(value)) }
}

// rawIn is where a message is.
func rawIn(value string) Condition {
	switch strings.ToLower(value) {
	case "anywhere", "all":
		return All()
	case "inbox", "sent", "draft", "drafts", "starred", "important", "trash", "spam", "junk", "muted":
		return Label(`\` + value)
	case "archive":
		return And(Not(Label(`\Inbox`)), Not(Label(`\Sent`)), Not(Label(`\Draft`)), Not(Label(`\Spam`)), Not(Label(`\Trash`)))
	case "unread", "read":
		return rawIs(value)
	}
	return labelLike(value)
}

// rawIs is what a message is; nothing is what this server does not know.
func rawIs(value string) Condition {
	switch strings.ToLower(value) {
	case "unread":
		return Not(Flag(imap.FlagSeen))
	case "read":
		return Flag(imap.FlagSeen)
	case "starred":
		return starred()
	case "important", "muted":
		return Label(`\` + value)
	}
	return None()
}

// rawHas is what a message has; none has what this server does not know.
func rawHas(value string) Condition {
	switch strings.ToLower(value) {
	case "attachment":
		return hasAttachment()
	case "userlabels":
		return userLabel()
	case "nouserlabels":
		return Not(userLabel())
	case "yellow-star":
		return starred()
	}
	return None()
}

// category is a label like CATEGORY_SOCIAL; what has none of the others is primary.
func category(value string) Condition {
	names := map[string]string{"primary": "PERSONAL"}
	name := strings.ToUpper(value)
	if other, found := names[strings.ToLower(value)]; found {
		name = other
	}
	is := func(name string) Condition { return Label("CATEGORY_" + name) }
	if name != "PERSONAL" {
		return is(name)
	}
	return Or(is("PERSONAL"), Not(Or(is("SOCIAL"), is("PROMOTIONS"), is("UPDATES"), is("FORUMS"))))
}

// rfc822MsgID is a Message-ID with or without angle brackets.
func rfc822MsgID(value string) Condition {
	value = strings.Trim(value, "<>")
	return key(CostHeader, "MESSAGE-ID-IS", value, func(m Message) bool { return m.Tree().MessageID() == value })
}

// rawDate is a day, or a number of seconds since 1970.
func rawDate(at func(time.Time) Condition) func(string) Condition {
	return func(value string) Condition {
		for _, layout := range []string{"2006/1/2", "2006-1-2", "1/2/2006", "2006/1", "2006-1"} {
			if day, err := time.Parse(layout, value); err == nil {
				return at(day)
			}
		}
		if seconds, err := strconv.ParseInt(value, 10, 40); err == nil && len(value) > 4 {
			return at(time.Unix(seconds, 0).UTC())
		}
		return None()
	}
}

// rawAge is a number of days, months or years, back from the time of the search.
func rawAge(name, value string, older bool) Condition {
	units := map[string][3]int{"d": {0, 0, 1}, "w": {0, 0, 7}, "m": {0, 1, 0}, "y": {1, 0, 0}}
	n, unit := value, ""
	if len(value) > 0 {
		n, unit = value[:len(value)-1], strings.ToLower(value[len(value)-1:])
	}
	count, err := strconv.ParseUint(n, 10, 16)
	step, known := units[unit]
	if err != nil || !known {
		return None()
	}
	return resolved(name, value, func(b *binder) Condition {
		limit := b.scope.Now.AddDate(-int(count)*step[0], -int(count)*step[1], -int(count)*step[2])
		return key(CostFacts, name, value, func(m Message) bool { return m.InternalDate().Before(limit) == older })
	})
}

// rawSize is a number of bytes, or with K, M or G behind it of 1024 of them, and so on.
func rawSize(than func(int64) Condition) func(string) Condition {
	return func(value string) Condition {
		value = strings.TrimSuffix(strings.ToUpper(value), "B")
		shift := 0
		for i, unit := range []string{"K", "M", "G"} {
			if digits, found := strings.CutSuffix(value, unit); found {
				value, shift = digits, 10*(i+1)
			}
		}
		n, err := strconv.ParseInt(value, 10, 63-shift)
		if err != nil || n < 0 {
			return None()
		}
		return than(n << shift)
	}
}
