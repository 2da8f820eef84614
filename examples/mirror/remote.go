package mirror

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// selected is a mailbox as SELECT tells of it.
type selected struct {
	validity uint32
	exists   int
	modseq   uint64 // 0: the server has none

	// What QRESYNC tells besides.
	fetched  []fetched
	vanished []uint32
	resynced bool
}

// fetched is a FETCH response.
type fetched struct {
	uid   uint32
	flags string // letters
	id    string // Message-ID
	body  string
	has   map[string]bool
}

// selectBox selects a mailbox, and with QRESYNC asks for what has changed since box.
func (c *conn) selectBox(name string, box *box) (*selected, error) {
	command := "SELECT " + quote(name)
	sel := &selected{}
	switch {
	case c.can("QRESYNC") && box.ModSeq > 0:
		command += fmt.Sprintf(" (QRESYNC (%d %d))", box.Validity, box.ModSeq)
		sel.resynced = true
	case c.can("CONDSTORE"):
		command += " (CONDSTORE)"
	}
	a, err := c.do(command)
	if err != nil {
		return nil, err
	}
	exists := false
	for _, values := range a.untagged {
		switch {
		case len(values) > 1 && values[1].text == "EXISTS":
			sel.exists, exists = int(values[0].number()), true
		case len(values) > 2 && values[0].text == "VANISHED":
			sel.vanished = append(sel.vanished, uids(values[len(values)-1].text)...)
		}
	}
	if sel.fetched, err = fetches(a, "UID", "FLAGS"); err != nil {
		return nil, err
	}
	if code, found := a.code("UIDVALIDITY"); found && len(code) > 0 {
		sel.validity = uint32(code[0].number())
	}
	if code, found := a.code("HIGHESTMODSEQ"); found && len(code) > 0 {
		sel.modseq = code[0].number()
	}
	if !exists || sel.validity == 0 {
		return nil, errors.New(command + ": the answer has no EXISTS or no UIDVALIDITY")
	}
	sel.resynced = sel.resynced && sel.modseq > 0
	return sel, nil
}

// fetches are the FETCH responses of an answer. One without what is needed is an error, unless
// it is one that nobody asked for.
func fetches(a *answer, need ...string) ([]fetched, error) {
	var out []fetched
	for _, values := range a.untagged {
		if len(values) < 3 || values[1].text != "FETCH" || !values[2].isList {
			continue
		}
		f := newFetched(values[2].list)
		if !f.has["UID"] {
			continue // unasked: it is told again by what asks for it
		}
		if i := slices.IndexFunc(need, func(item string) bool { return !f.has[item] }); i >= 0 {
			if len(need) > 2 {
				continue // unasked, with new flags alone
			}
			return nil, fmt.Errorf("a FETCH response for UID %d without %s", f.uid, need[i])
		}
		out = append(out, f)
	}
	return out, nil
}

func newFetched(items []value) fetched {
	f := fetched{has: make(map[string]bool)}
	for i := 0; i+1 < len(items); i += 2 {
		name, v := strings.ToUpper(items[i].text), items[i+1]
		switch {
		case name == "UID":
			f.uid = uint32(v.number())
		case name == "FLAGS":
			f.flags = letters(v.list)
		case name == "BODY[]":
			f.body = v.text
		case strings.HasPrefix(name, "BODY[HEADER"):
			name, f.id = "ID", messageID(v.text)
		}
		f.has[name] = true
	}
	return f
}

// fetch reads items of messages.
func (c *conn) fetch(set, items string, need ...string) ([]fetched, error) {
	a, err := c.do("UID FETCH " + set + " " + items)
	if err != nil {
		return nil, err
	}
	return fetches(a, need...)
}

// search is a search by UID.
func (c *conn) search(criteria string) ([]uint32, error) {
	a, err := c.do("UID SEARCH " + criteria)
	if err != nil {
		return nil, err
	}
	for _, values := range a.untagged {
		if len(values) == 0 {
			continue
		}
		switch values[0].text {
		case "SEARCH":
			var out []uint32
			for _, v := range values[1:] {
				out = append(out, uint32(v.number()))
			}
			return out, nil
		case "ESEARCH": // RFC 9051, section 7.3.4
			for i, v := range values {
				if v.text == "ALL" && i+1 < len(values) {
					return uids(values[i+1].text), nil
				}
			}
			return nil, nil
		}
	}
	return nil, errors.New("no answer to UID SEARCH " + criteria)
}

// remote is what there is in a selected mailbox: UIDs and flags, all of them, or an error.
func (c *conn) remote(box *box, sel *selected) (map[uint32]string, error) {
	switch {
	case sel.resynced:
		return complete(resynced(box, sel), sel)
	case sel.modseq > 0 && box.ModSeq > 0:
		return c.changedSince(box, sel)
	}
	if sel.exists == 0 {
		return map[uint32]string{}, nil
	}
	all, err := c.fetch("1:*", "(FLAGS)", "UID", "FLAGS")
	if err != nil {
		return nil, err
	}
	out := make(map[uint32]string)
	for _, f := range all {
		out[f.uid] = f.flags
	}
	return complete(out, sel)
}

// resynced is what box has, with what QRESYNC has told.
func resynced(box *box, sel *selected) map[uint32]string {
	out := box.remote()
	for _, uid := range sel.vanished {
		delete(out, uid)
	}
	for _, f := range sel.fetched {
		out[f.uid] = f.flags
	}
	return out
}

// changedSince asks which messages there are, and for what has changed.
func (c *conn) changedSince(box *box, sel *selected) (map[uint32]string, error) {
	if sel.exists == 0 {
		return map[uint32]string{}, nil
	}
	present, err := c.search("ALL")
	if err != nil {
		return nil, err
	}
	changed, err := c.fetch("1:*", fmt.Sprintf("(FLAGS) (CHANGEDSINCE %d)", box.ModSeq), "UID", "FLAGS")
	if err != nil {
		return nil, err
	}
	known, out := box.remote(), make(map[uint32]string)
	for _, f := range changed {
		known[f.uid] = f.flags
	}
	for _, uid := range present {
		flags, found := known[uid]
		if !found {
			return nil, fmt.Errorf("the server has told nothing of UID %d", uid)
		}
		out[uid] = flags
	}
	return complete(out, sel)
}

// complete holds what was told to the number of messages: what is missing must not be taken
// for what is gone.
func complete(remote map[uint32]string, sel *selected) (map[uint32]string, error) {
	if len(remote) < sel.exists {
		return nil, fmt.Errorf("the server has told of %d messages out of %d", len(remote), sel.exists)
	}
	return remote, nil
}

// letters are flags in the form of Maildir: Draft, Flagged, Replied, Seen, Trashed.
func letters(flags []value) string {
	var out []string
	for _, f := range flags {
		for letter, flag := range flagOf {
			if strings.EqualFold(f.text, flag) {
				out = append(out, letter)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

var flagOf = map[string]string{"D": `\Draft`, "F": `\Flagged`, "R": `\Answered`, "S": `\Seen`, "T": `\Deleted`}

// flagList is letters as a command has them.
func flagList(letters string) string {
	var out []string
	for _, letter := range letters {
		out = append(out, flagOf[string(letter)])
	}
	return "(" + strings.Join(out, " ") + ")"
}

func uidText(uid uint32) string { return strconv.FormatUint(uint64(uid), 10) }
