package dovecot_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/txtar"
)

// dialogue is what clients say: a txtar archive of testdata.
//
//	1: C: a1 NOOP              connection 1 sends a line and reads the answer, up to
//	                           the line with the tag or "+"
//	1: C: a2 APPEND x {size}   the size of the literal that follows is filled in;
//	                           {size+} does not wait for "+"
//	1: L: <<mail.eml rest      the literal, a file of the archive with CRLF line
//	                           ends, and what follows it in the command
//	1: L: "caf\xe9" rest       the same, spelled as in Go
//	1: W: * 2 EXISTS           reads up to a line with this beginning (in IDLE)
//	1: let h = UIDNEXT (\d+)   from now on {h} is what the last answer on this
//	                           connection has there
//
// A connection is opened and logged in when it is first named. Lines with "#"
// are comments. Options are lines with "%":
//
//	% needs SORT ...           skipped if a server has not all of these
//	% nologin                  connections are not logged in; {user} is the account
//	% mail NAME                first the files of testdata/mail/NAME.txtar are
//	                           appended to INBOX, a second apart
//	% modseq ranks             modseqs are compared by their order, not left out
//	% accounts ann bob         connections of these names are of accounts of their
//	                           own; {ann} is what that of ann is called
type dialogue struct {
	name    string
	needs   []string
	nologin bool
	ranks   bool
	people  []string // the connections with accounts of their own
	sync    bool     // no literal is sent before it is asked for
	patient int      // refusals in a row, after which the client says NOOP; 0: any number
	steps   []step
}

// account is that of a connection, and user that of the dialogue.
func (d *dialogue) account(conn, user string) string {
	if slices.Contains(d.people, conn) {
		return user + "-" + conn
	}
	return user
}

// says says whether some step of the dialogue has this text.
func (d *dialogue) says(text string) bool {
	return slices.ContainsFunc(d.steps, func(s step) bool { return strings.Contains(s.text, text) })
}

// omit leaves out steps, by their tags, and says which of the tags none has.
func (d *dialogue) omit(tags ...string) (missing []string) {
	missing = slices.Clone(tags)
	d.steps = slices.DeleteFunc(d.steps, func(s step) bool {
		tag, _, _ := strings.Cut(s.text, " ")
		if s.verb != "C" || !slices.Contains(tags, tag) {
			return false
		}
		missing = slices.DeleteFunc(missing, func(other string) bool { return other == tag })
		return true
	})
	return missing
}

// step is one thing that a connection does.
type step struct {
	line     int
	conn     string
	verb     string // "C", "W" or "let"
	text     string
	literals []literal // of a "C"
}

// literal is what follows a line that ends in {size}.
type literal struct {
	data []byte
	rest string // of the command
}

// parseDialogue reads a file of testdata.
func parseDialogue(file string) (*dialogue, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	d := &dialogue{name: strings.TrimSuffix(filepath.Base(file), ".txtar")}
	for i, line := range strings.Split(string(archive.Comment), "\n") {
		if err := d.parseLine(i+1, line, archive); err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", file, i+1, line, err)
		}
	}
	return d, nil
}

func (d *dialogue) parseLine(n int, line string, archive *txtar.Archive) error {
	if line == "" || line[0] == '#' {
		return nil
	}
	if option, ok := strings.CutPrefix(line, "% "); ok {
		return d.parseOption(n, option)
	}
	conn, rest, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("want CONNECTION: C:, L:, W: or let")
	}
	if text, ok := strings.CutPrefix(rest, "L: "); ok {
		return d.parseLiteral(text, archive)
	}
	if text, ok := strings.CutPrefix(rest, "let "); ok {
		d.steps = append(d.steps, step{line: n, conn: conn, verb: "let", text: text})
		return nil
	}
	verb, text, ok := strings.Cut(rest, ":")
	if !ok || verb != "C" && verb != "W" {
		return fmt.Errorf("want C:, L:, W: or let")
	}
	d.steps = append(d.steps, step{line: n, conn: conn, verb: verb, text: strings.TrimPrefix(text, " ")})
	return nil
}

func (d *dialogue) parseOption(n int, option string) error {
	word, rest, _ := strings.Cut(option, " ")
	switch word {
	case "needs":
		d.needs = strings.Fields(rest)
	case "nologin":
		d.nologin = true
	case "modseq":
		d.ranks = rest == "ranks"
	case "accounts":
		d.people = strings.Fields(rest)
	case "mail":
		return d.appendMail(n, rest)
	default:
		return fmt.Errorf("unknown option")
	}
	return nil
}

// appendMail has connection 1 append every file of an archive.
func (d *dialogue) appendMail(n int, name string) error {
	archive, err := txtar.ParseFile("testdata/mail/" + name + ".txtar")
	if err != nil {
		return err
	}
	for i, file := range archive.Files {
		d.steps = append(d.steps, step{line: n, conn: "1", verb: "C",
			text:     fmt.Sprintf(`mail%d APPEND INBOX "01-May-2024 10:00:%02d +0000" {size+}`, i+1, i),
			literals: []literal{{data: crlf(file.Data)}}})
	}
	return nil
}

// parseLiteral adds a literal to the last command.
func (d *dialogue) parseLiteral(text string, archive *txtar.Archive) error {
	if len(d.steps) == 0 {
		return fmt.Errorf("no command before the literal")
	}
	last := &d.steps[len(d.steps)-1]
	name, ok := strings.CutPrefix(text, "<<")
	if !ok {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return err
		}
		data, err := strconv.Unquote(quoted)
		last.literals = append(last.literals, literal{[]byte(data), text[len(quoted):]})
		return err
	}
	name, rest, found := strings.Cut(name, " ")
	if found {
		rest = " " + rest
	}
	for _, file := range archive.Files {
		if file.Name == name {
			last.literals = append(last.literals, literal{crlf(file.Data), rest})
			return nil
		}
	}
	return fmt.Errorf("no file %q in the archive", name)
}

func crlf(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) }
