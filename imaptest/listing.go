package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/memstore"
)

// How many messages a listing shows: all of them up to maxRows; of more, those
// that matter with their neighbours, or the last ones if none does.
const (
	maxRows      = 20
	lastRows     = 10
	maxMarks     = 10
	rowNeighbour = 1
)

// row is a message in a listing.
type row struct {
	marked                         bool
	place                          int
	seq, uid, size, flags, subject string
}

// makeRows takes all messages, or, where there are too many, those near the
// marked ones. Where a marked one is gone its neighbours are shown.
func makeRows(messages []memstore.Message, marked []imap.UID) []row {
	var rows []row
	for _, i := range shownPlaces(messages, marked) {
		m := messages[i]
		rows = append(rows, row{slices.Contains(marked, m.UID), i, strconv.Itoa(i + 1), formatUID(m.UID),
			strconv.FormatInt(m.Size(), 10), formatFlags(m.Flags), shownSubject(m.Subject())})
	}
	return rows
}

// maxShownSubject is how much of a subject a listing shows.
const maxShownSubject = 100

// shownSubject is a subject on one line of a terminal.
func shownSubject(subject string) string {
	return clip(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '·'
		}
		return r
	}, subject), maxShownSubject)
}

// shownPlaces are the places of the messages to show, ascending.
func shownPlaces(messages []memstore.Message, marked []imap.UID) []int {
	var places []int
	add := func(from, to int) {
		for i := max(from, 0); i < min(to, len(messages)); i++ {
			places = append(places, i)
		}
	}
	switch {
	case len(messages) <= maxRows:
		add(0, len(messages))
		return places
	case len(marked) == 0:
		add(len(messages)-lastRows, len(messages))
		return places
	}
	for _, uid := range marked[:min(len(marked), maxMarks)] {
		i, found := slices.BinarySearchFunc(messages, uid, func(m memstore.Message, uid imap.UID) int {
			return int(int64(m.UID) - int64(uid))
		})
		next := i
		if found {
			next++
		}
		add(i-rowNeighbour, next+rowNeighbour)
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// writeRows writes the table, with the number of messages that are left out
// where they are.
func writeRows(sb *strings.Builder, rows []row, total int) {
	width := len("FLAGS")
	for _, r := range rows {
		width = max(width, len(r.flags))
	}
	fmt.Fprintf(sb, "      SEQ  UID  SIZE  %-*s  SUBJECT\n", width, "FLAGS")
	next := 0
	for _, r := range rows {
		writeElision(sb, r.place-next)
		next = r.place + 1
		mark := "     "
		if r.marked {
			mark = "    >"
		}
		fmt.Fprintf(sb, "%s %3s %4s %5s  %-*s  %s\n", mark, r.seq, r.uid, r.size, width, r.flags, r.subject)
	}
	writeElision(sb, total-next)
}

func writeElision(sb *strings.Builder, n int) {
	if n > 0 {
		fmt.Fprintf(sb, "      … %d more\n", n)
	}
}
