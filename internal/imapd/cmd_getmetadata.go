package imapd

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// GETMETADATA: RFC 5464, section 4.2.
//
//	getmetadata = "GETMETADATA" [SP options] SP mailbox SP entries
//	options     = "(" option *(SP option) ")"
//	option      = "MAXSIZE" SP number / "DEPTH" SP ("0" / "1" / "infinity")
//	entries     = entry / "(" entry *(SP entry) ")"
//
// The RFC's examples have the options behind the mailbox, and so do clients: that is taken
// too, although errata 2785, 2786 and 3868 say that the grammar is right. Not taken are
// several entries without parentheses, which examples have and no server takes.
type getMetadataCmd struct {
	name    string
	entries []string
	asked   map[string]bool // the same in lower case
	maxSize int             // -1: whatever it is
	depth   int
}

func parseGetMetadata(p *parser) command {
	cmd := &getMetadataCmd{maxSize: -1}
	p.SP()
	if p.Peek() == '(' {
		cmd.parseOptions(p)
		p.SP()
	}
	cmd.name = p.annotatedName()
	p.SP()
	if p.Ahead("(MAXSIZE ") || p.Ahead("(DEPTH ") {
		cmd.parseOptions(p)
		p.SP()
	}
	cmd.parseEntries(p)
	return cmd
}

func (cmd *getMetadataCmd) parseOptions(p *parser) {
	p.List(func() {
		switch p.option("GETMETADATA option", "MAXSIZE", "DEPTH") {
		case "MAXSIZE":
			p.SP()
			cmd.maxSize = int(p.Number())
		case "DEPTH":
			p.SP()
			cmd.depth = map[string]int{"1": 1, "INFINITY": math.MaxInt}[p.option("DEPTH", "0", "1", "INFINITY")]
		}
	})
}

// parseEntries reads names of entries or, with DEPTH, of what is above entries.
func (cmd *getMetadataCmd) parseEntries(p *parser) {
	check := store.CheckEntry
	if cmd.depth > 0 {
		check = store.CheckEntryAbove
	}
	if p.Peek() == '(' {
		p.List(func() { cmd.add(p.entry(check)) })
		return
	}
	cmd.add(p.entry(check))
}

// add takes each entry once.
func (cmd *getMetadataCmd) add(entry string) {
	if cmd.asked == nil {
		cmd.asked = make(map[string]bool)
	}
	if name := strings.ToLower(entry); !cmd.asked[name] {
		cmd.asked[name] = true
		cmd.entries = append(cmd.entries, entry)
	}
}

func (cmd *getMetadataCmd) run(c *conn, ok *okResponse) error {
	of, err := c.annotated(cmd.name)
	if err != nil {
		return err
	}
	notes, longest := cmd.find(of.visible(c))
	c.writeMetadata(cmd.name, notes)
	if longest > 0 {
		ok.code = fmt.Sprintf("METADATA LONGENTRIES %d", longest)
	}
	return nil
}

// find gives what was asked for, and the size of the longest value that is too long. An
// entry that is not there is NIL if it was asked for by its name alone. visible is by name.
func (cmd *getMetadataCmd) find(visible []store.Annotation) (found []store.Annotation, longest int) {
	names := make([]string, len(visible))
	for i, note := range visible {
		names[i] = strings.ToLower(note.Entry)
	}
	told := make(map[int]bool)
	tell := func(i int) {
		switch note := visible[i]; {
		case told[i]:
		case cmd.maxSize >= 0 && len(note.Value) > cmd.maxSize:
			longest = max(longest, len(note.Value))
		default:
			found = append(found, note)
		}
		told[i] = true
	}
	for _, asked := range cmd.entries {
		name := strings.ToLower(asked)
		if i, there := slices.BinarySearch(names, name); there {
			tell(i)
		} else if cmd.depth == 0 {
			found = append(found, store.Annotation{Entry: asked})
		}
		if cmd.depth == 0 {
			continue
		}
		above := name + "/"
		first, _ := slices.BinarySearch(names, above)
		for i := first; i < len(names) && strings.HasPrefix(names[i], above); i++ {
			if strings.Count(names[i][len(above):], "/") < cmd.depth {
				tell(i)
			}
		}
	}
	return found, longest
}

// annotationsOf is what LIST RETURN (METADATA …) tells of a mailbox: as GETMETADATA without
// options would (RFC 9590, section 3).
func (c *conn) annotationsOf(mbox *store.Mailbox, entries []string) []store.Annotation {
	cmd := &getMetadataCmd{entries: entries, maxSize: -1}
	found, _ := cmd.find(annotated{mbox.Name(), mbox}.visible(c))
	return found
}
