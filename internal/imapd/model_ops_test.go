package imapd_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// op is one step of a program: what is done, by whom, and three numbers that
// say to what. They are taken modulo what there is, so that a program still
// means something when steps before are left out.
type op struct {
	kind, who, a, b, c int
	race               int // above 0: this act, less one, happens within the command
}

// modelNames are the mailboxes that there may be.
var modelNames = []string{"INBOX", "A", "B", "C"}

var modelFlags = []string{`\Seen`, `\Deleted`, `\Flagged`, "$Work"}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// modelActs are what the test does itself, the frequent more than once. The first of
// them, narrowActs in number, are about one mailbox and its messages.
var modelActs = []string{
	"deliver", "deliver", "deliver", "flag", "flag", "unflag", "expunge", "expunge", "expunge", "snapshot", "restore", "restore",
	"bump", "uidvalidity", "renumber", "create", "delete", "rename", "churn",
}

const narrowActs = 12

// narrowed is an op that stays in the first mailbox.
func (o op) narrowed() op {
	switch {
	case o.kind < 0:
		return op{kind: -1 - (-o.kind-1)%narrowActs, b: o.b, c: o.c}
	case strings.Contains(clientOps[o.kind].name, "{new}"):
		o.kind = 0
	}
	if o.race > 0 {
		o.race = 1 + (o.race-1)%narrowActs
	}
	return o
}

// act makes the line of an act, "" for none.
func (m *model) act(kind, a, b, c int) string {
	boxes := m.user.Mailboxes()
	mbox := boxes[a%len(boxes)]
	name := mbox.Name()
	messages := mbox.Messages()
	uids := func() string {
		if len(messages) == 0 {
			return ""
		}
		from := b % len(messages)
		to := min(from+c%3, len(messages)-1)
		var out []string
		for _, msg := range messages[from : to+1] {
			out = append(out, fmt.Sprint(msg.UID))
		}
		return strings.Join(out, ",")
	}()
	withUIDs := func(line string) string {
		if uids == "" {
			return ""
		}
		return line
	}
	switch modelActs[kind%len(modelActs)] {
	case "deliver":
		return fmt.Sprintf("deliver %s %d", name, 1+b%3)
	case "flag":
		return withUIDs(fmt.Sprintf("flag %s %s %s", name, uids, modelFlags[c%len(modelFlags)]))
	case "unflag":
		return withUIDs(fmt.Sprintf("unflag %s %s %s", name, uids, modelFlags[c%len(modelFlags)]))
	case "expunge":
		return withUIDs(fmt.Sprintf("expunge %s %s", name, uids))
	case "snapshot":
		return "snapshot"
	case "restore":
		if n := len(m.acts.snapshots); n > 0 {
			return fmt.Sprintf("restore %d", b%n)
		}
	case "bump":
		return "bump " + name
	case "uidvalidity":
		// One of three of its own, which no new mailbox gets.
		return fmt.Sprintf("uidvalidity %s %d", name, 1_000_000*number(mbox.ID()[1:])+1000*(b%3))
	case "renumber":
		return renumbering(name, messages, b, c)
	case "create":
		if _, there := m.user.Mailbox(modelNames[b%len(modelNames)]); !there {
			return "create " + modelNames[b%len(modelNames)]
		}
	case "delete":
		if name != "INBOX" && !m.stays(name) {
			return "delete " + name
		}
	case "rename":
		if _, there := m.user.Mailbox(modelNames[b%len(modelNames)]); !there && !m.stays(name) {
			return "rename " + name + " " + modelNames[b%len(modelNames)]
		}
	case "churn":
		if m.longLog {
			return withUIDs("churn " + name)
		}
	}
	return ""
}

// stays says that a mailbox can be neither deleted nor renamed: one in which the messages of
// an account with labels are.
func (m *model) stays(name string) bool {
	return m.labels && slices.Contains([]string{"Every", "Bad", "Gone", "Star"}, name)
}

// renumbering gives other messages the UIDs, and some new ones.
func renumbering(name string, messages []store.Message, b, c int) string {
	if len(messages) == 0 {
		return ""
	}
	var out []string
	for i := range messages {
		out = append(out, fmt.Sprint(int(messages[(i+b)%len(messages)].UID)+c%2*2))
	}
	return "renumber " + name + " " + strings.Join(out, ",")
}

// clientOp is a row of the table of what clients do.
type clientOp struct {
	weight  int
	name    string
	selects bool // a mailbox must be selected
	writes  bool // and not read only
}

// clientOps are what clients do. {set} stands for message numbers or UIDs, {uid} for
// "UID " or nothing, {box} for a mailbox, {flag} for a flag.
var clientOps = []clientOp{
	{3, "NOOP", false, false},
	{3, "{uid}FETCH {set} (FLAGS)", true, false},
	{2, "{uid}FETCH {set} (MODSEQ)", true, false},
	{2, "{uid}FETCH {set} (BODY[])", true, false},
	{1, "{uid}FETCH {set} (FLAGS) (CHANGEDSINCE 3)", true, false},
	{1, "UID FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq} VANISHED)", true, false},
	{3, "{uid}STORE {set} +FLAGS ({flag})", true, true},
	{2, "{uid}STORE {set} -FLAGS ({flag})", true, true},
	{3, "{uid}STORE {set} +FLAGS.SILENT ({flag})", true, true},
	{1, "{uid}STORE {set} FLAGS.SILENT ({flag})", true, true},
	{1, "{uid}STORE {set} (UNCHANGEDSINCE {modseq}) +FLAGS ({flag})", true, true},
	{2, "EXPUNGE", true, true},
	{2, "UID EXPUNGE 1:*", true, true},
	{2, "{uid}COPY {set} {box}", true, false},
	{3, "{uid}MOVE {set} {box}", true, true},
	{3, "APPEND {box} {17+}\r\nSubject: mail\r\n\r\n", false, false},
	{1, "{uid}REPLACE {one} {box} {17+}\r\nSubject: mail\r\n\r\n", true, true},
	{2, "{uid}SEARCH ALL", true, false},
	{2, "{uid}SEARCH MODSEQ 2", true, false},
	{1, "UID SEARCH {seqs}", true, false},
	{1, "{uid}SORT (ARRIVAL) UTF-8 ALL", true, false},
	{1, "{uid}THREAD REFERENCES UTF-8 ALL", true, false},
	{1, "{uid}SEARCH RETURN (MIN ALL COUNT) ALL", true, false},
	{1, "ESEARCH IN (mailboxes {box}) RETURN (ALL COUNT) ALL", true, false},
	{1, "STATUS {box} (MESSAGES HIGHESTMODSEQ)", false, false},
	{1, "SUBSCRIBE {box}", false, false},
	{1, "UNSUBSCRIBE {box}", false, false},
	{2, "IDLE", false, false},
	{2, "SELECT {box}", false, false},
	{1, "EXAMINE {box}", false, false},
	{1, "UNSELECT", true, false},
	{1, "CLOSE", true, false},
	{1, "CREATE {new}", false, false},
	{1, "DELETE {box}", false, false},
	{1, "RENAME {box} {new}", false, false},
	{2, "hang up", false, false},
	{2, "come back", false, false},
}

// fill puts values for the words of an op's line, "" if there are none.
func (c *client) fill(line string, o op) string {
	uid := ""
	if c.kind.uidOnly || o.c%2 == 0 {
		uid = "UID "
	}
	boxes := c.m.user.Mailboxes()
	free := slices.DeleteFunc(slices.Clone(modelNames), func(name string) bool { _, there := c.m.user.Mailbox(name); return there })
	set, one, seqs, modseq := "", "", "", uint64(1)
	if c.mem != nil {
		set, one = c.pickSet(uid != "", o)
		seqs, _ = c.pickSet(false, o)
		modseq = max(1, c.mem.highest-min(c.mem.highest, uint64(o.b%4)))
	}
	for word, with := range map[string]string{
		"{set}": set, "{one}": one, "{seqs}": seqs, "{box}": boxes[o.b%len(boxes)].Name(),
		"{new}": strings.Join(free[:min(1, len(free))], ""), "{modseq}": fmt.Sprint(modseq),
		"{flag}": modelFlags[o.c/2%len(modelFlags)],
	} {
		if strings.Contains(line, word) && with == "" {
			return ""
		}
		line = strings.ReplaceAll(line, word, with)
	}
	return strings.ReplaceAll(line, "{uid}", uid)
}

// pickSet is a range of messages, and the first of it, by UID or by number; "" if
// there are none.
func (c *client) pickSet(byUID bool, o op) (set, one string) {
	n := len(c.mem.messages)
	if n == 0 {
		return "", ""
	}
	from := o.a % n
	to := min(from+o.b%4, n-1)
	if !byUID {
		return fmt.Sprintf("%d:%d", from+1, to+1), fmt.Sprint(from + 1)
	}
	first, last := c.mem.messages[from].uid, c.mem.messages[to].uid
	if first == 0 || last == 0 {
		return "", ""
	}
	return fmt.Sprintf("%d:%d", first, last), fmt.Sprint(first)
}
