package dovecot_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// normaliser takes out of one server's answers what servers may choose.
type normaliser struct {
	ranks    bool
	people   bool  // of several accounts, whose UIDVALIDITYs may be the same
	expunged []int // within one answer, as numbered when it began
}

// normalise gives the lines of each answer, sorted: RFC 9051, section 7,
// leaves the order of untagged responses free, and sequence numbers, the one
// thing that depends on it, are given as they were when the answer began. A
// FETCH response is a line for each of its items, because a server may send
// them in any order and in as many responses as it likes.
func normalise(d *dialogue, answers []answer) [][]string {
	n := &normaliser{ranks: d.ranks, people: len(d.people) > 0}
	out := make([][]string, len(answers))
	for i, a := range answers {
		n.expunged = nil
		for _, response := range a.responses {
			out[i] = append(out[i], n.response(a.tag, response)...)
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	n.nameValidities(out)
	n.nameModSeqs(out)
	return out
}

// response gives the lines of one response.
func (n *normaliser) response(tag, text string) []string {
	if text == "+" || strings.HasPrefix(text, "+ ") {
		return []string{"+"}
	}
	if text == "closed" {
		return []string{text}
	}
	first, rest, _ := strings.Cut(text, " ")
	word, args, _ := strings.Cut(rest, " ")
	switch word {
	case "OK", "NO", "BAD", "BYE":
		return []string{first + " " + word + n.code(args)}
	}
	if number, err := strconv.Atoi(word); err == nil && first == "*" {
		return n.numbered(number, args)
	}
	if word == "URLFETCH" {
		return urlFetch(parseNodes(args))
	}
	if word == "METADATA" {
		return n.metadata(args)
	}
	return []string{strings.TrimRight("* "+word+" "+n.data(word, args), " ")}
}

// code keeps the response code of a text.
func (n *normaliser) code(text string) string {
	inside, _, ok := strings.Cut(strings.TrimPrefix(text, "["), "] ")
	if !ok || text[0] != '[' {
		return ""
	}
	name, rest, _ := strings.Cut(inside, " ")
	if name == "BADURL" { // Cyrus quotes it, as the example of RFC 4469 does
		return " [BADURL " + strings.Trim(rest, `"`) + "]"
	}
	args := parseNodes(rest)
	switch name {
	case "CAPABILITY":
		args = nil
	case "PERMANENTFLAGS":
		args = []node{args[0].sorted()}
	case "UIDVALIDITY", "APPENDUID", "COPYUID":
		args[0].text = validity(args[0].text)
		for i := range args[1:] {
			args[i+1].text = n.set(args[i+1].text)
		}
	case "MAILBOXID":
		args = nil
	case "HIGHESTMODSEQ":
		args[0].text = modSeq(args[0].text)
	case "MODIFIED":
		args[0].text = n.set(args[0].text)
	}
	return strings.TrimSuffix(" ["+name+" "+join(args), " ") + "]"
}

// numbered is a response that begins with a number.
func (n *normaliser) numbered(number int, rest string) []string {
	word, args, _ := strings.Cut(rest, " ")
	switch word {
	case "EXPUNGE":
		number = n.original(number)
		n.expunged = append(n.expunged, number)
		slices.Sort(n.expunged)
	case "EXISTS":
		number += len(n.expunged)
	case "FETCH":
		return n.fetch(n.original(number), args)
	}
	return []string{fmt.Sprintf("* %d %s", number, strings.TrimRight(rest, " "))}
}

// original is the number that a message had when the answer began.
func (n *normaliser) original(number int) int {
	for _, gone := range n.expunged {
		if number >= gone {
			number++
		}
	}
	return number
}

func (n *normaliser) fetch(number int, args string) []string {
	nodes := parseNodes(args)
	if len(nodes) != 1 || nodes[0].kind != list || len(nodes[0].list)%2 != 0 {
		return []string{fmt.Sprintf("* %d FETCH malformed: %q", number, args)}
	}
	var out []string
	for _, pair := range pairs(nodes[0].list) {
		// The names of header fields in a section may be atoms or strings.
		item, value := strings.ReplaceAll(strings.ToUpper(pair[0].String()), `"`, ""), pair[1]
		switch item {
		case "FLAGS":
			value = value.sorted()
		case "MODSEQ":
			value.list[0].text = modSeq(value.list[0].text)
		case "INTERNALDATE", "SAVEDATE":
			value.text = instant(value.text)
		case "ANNOTATION":
			value = notes(value)
		case "BODY", "BODYSTRUCTURE":
			value = caseless(value)
		}
		out = append(out, fmt.Sprintf("* %d FETCH %s %s", number, item, value))
	}
	return out
}

// data is a response that begins with a word.
func (n *normaliser) data(word, text string) string {
	args := parseNodes(text)
	switch word {
	case "CAPABILITY", "ID":
		return ""
	case "SEARCH":
		return n.search(args)
	case "ESEARCH":
		return n.esearch(args)
	case "SORT":
		return modSeqLast(args)
	case "FLAGS", "ENABLED":
		return node{kind: list, list: flat(args)}.sorted().String()
	case "LIST", "LSUB", "STATUS":
		return n.mailbox(word, args)
	case "ACL", "MYRIGHTS", "LISTRIGHTS":
		return rightsData(word, args)
	case "GENURLAUTH":
		return urls(args)
	case "QUOTA":
		return quota(args)
	case "QUOTAROOT":
		return quotaRoots(args)
	case "VANISHED":
		args[len(args)-1].text = n.set(args[len(args)-1].text)
	}
	return join(args)
}

// flat opens a list that is alone.
func flat(args []node) []node {
	if len(args) == 1 && args[0].kind == list {
		return args[0].list
	}
	return args
}

// mailbox is LIST, LSUB or STATUS. Names may be atoms or strings.
func (n *normaliser) mailbox(word string, args []node) string {
	for i, arg := range args {
		if arg.kind == atom && arg.text != "NIL" {
			args[i].kind = str
		}
	}
	if word != "STATUS" {
		args[0] = args[0].sorted()
		return join(args)
	}
	var out []string
	for _, pair := range pairs(args[1].list) {
		switch pair[0].text {
		case "UIDVALIDITY":
			pair[1].text = validity(pair[1].text)
		case "HIGHESTMODSEQ":
			pair[1].text = modSeq(pair[1].text)
		}
		out = append(out, join(pair[:]))
	}
	return args[0].String() + " (" + strings.Join(out, " ") + ")"
}

// search has its numbers in any order.
func (n *normaliser) search(args []node) string {
	slices.SortStableFunc(args, func(a, b node) int {
		x, errX := strconv.Atoi(a.text)
		y, errY := strconv.Atoi(b.text)
		if errX != nil || errY != nil {
			return 0
		}
		return x - y
	})
	return modSeqLast(args)
}

// modSeqLast is SEARCH or SORT, which may end in "(MODSEQ n)".
func modSeqLast(args []node) string {
	if len(args) > 0 && args[len(args)-1].kind == list && len(args[len(args)-1].list) == 2 {
		value := &args[len(args)-1].list[1]
		value.text = modSeq(value.text)
	}
	return join(args)
}

// esearch has its correlator and UID first, and then pairs in any order.
func (n *normaliser) esearch(args []node) string {
	var out []string
	for len(args) > 0 && (args[0].kind == list || args[0].text == "UID") {
		out = append(out, args[0].String())
		args = args[1:]
	}
	for _, pair := range pairs(args) {
		switch pair[0].text {
		case "ALL":
			pair[1].text = n.set(pair[1].text)
		case "MODSEQ":
			pair[1].text = modSeq(pair[1].text)
		}
		out = append(out, join(pair[:]))
	}
	return strings.Join(out, " ")
}

// set spells a set of numbers one by one; those of a test are few.
func (n *normaliser) set(text string) string {
	var numbers []int
	for _, part := range strings.Split(text, ",") {
		from, to, isRange := strings.Cut(part, ":")
		first, err := strconv.Atoi(from)
		last := first
		if isRange && err == nil {
			last, err = strconv.Atoi(to)
		}
		if err != nil || last-first > 10000 {
			return text
		}
		for ; first <= last; first++ {
			numbers = append(numbers, first)
		}
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ","), "[]")
}

// instant is an internal date in UTC, because the zone in which a server tells
// it is free, or "now" if it is not the client's.
func instant(text string) string {
	at, err := time.Parse("_2-Jan-2006 15:04:05 -0700", text)
	if err != nil {
		return text
	}
	if time.Since(at).Abs() < time.Hour {
		return "now"
	}
	return at.UTC().Format(time.RFC3339)
}
