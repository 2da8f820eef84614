package imapd_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/txtar"
)

// TestProfiles plays the files of testdata/profile and testdata/labels, each of them on a server with the
// profile of its "%" lines, in a bubble. The lines of the dialogue are those of
// TestDialogues, but that nobody is logged in but by the dialogue, and
//
//	wait 30m      time passes
//	acted NAMES   these quirks have acted since the last such line, on whichever connection
//	result LINE   the journal has this result of the last command
//	1: silent     it is sent nothing
//
// {crlf} in what a client sends begins another line, which comes with the first.
//
// A field of the profile is set by its name, Caps.BeforeLogin, with what it holds behind it;
// a list by several lines. "% Text EVENT ANSWER" is a text, "\n" ends a line in it. "% Quirk
// NAME" begins a quirk, and "% + Gate On=… | Answer=…" is an act of it.
func TestProfiles(t *testing.T) {
	files, err := filepath.Glob("testdata/profile/*.txtar")
	labels, wrong := filepath.Glob("testdata/labels/*.txtar")
	if err != nil || wrong != nil || len(files) == 0 || len(labels) == 0 {
		t.Fatalf("no dialogues: %v, %v", err, wrong)
	}
	files = append(files, labels...)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range strings.Split(string(archive.Comment), "\n%%\n") {
				synctest.Test(t, func(t *testing.T) { playProfile(t, file, part, archive) })
			}
		})
	}
}

// profilePlay is a dialogue with a profile.
type profilePlay struct {
	cfg     imapd.Config
	profile imapd.Profile
	opts    []store.Option
	server  *imapd.Server
	peers   map[string]*dialogue.Peer
	order   []*dialogue.Peer
	token   string   // of the account
	makes   []string // mailboxes that it has besides
	acted   []string
	results []string
}

func playProfile(t *testing.T, file, text string, archive *txtar.Archive) {
	d := &profilePlay{peers: make(map[string]*dialogue.Peer)}
	clock := func() time.Time { return time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC) }
	d.opts = append(d.opts, store.WithClock(clock))
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		if setting, ok := strings.CutPrefix(line, "% "); ok {
			if err := d.set(setting); err != nil {
				t.Fatalf("%s: %s: %v", file, line, err)
			}
		}
	}
	fsys, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	d.start(t, fsys)
	defer d.close(t)
	for i, line := range lines {
		if line == "" || line[0] == '#' || line[0] == '%' {
			continue
		}
		if err := d.step(line); err != nil {
			t.Fatalf("%s: line %d of its part: %s\n%v", file, i+1, line, err)
		}
		synctest.Wait()
	}
	for _, p := range d.order {
		if err := d.end(p); err != nil {
			t.Errorf("%s: connection %s at the end: %v", file, p.Name, err)
		}
	}
}

// step plays one line.
func (d *profilePlay) step(line string) error {
	if text, ok := strings.CutPrefix(line, "wait "); ok {
		after, err := time.ParseDuration(text)
		time.Sleep(after)
		return err
	}
	if want, ok := strings.CutPrefix(line, "acted "); ok {
		got := strings.Join(d.acted, " ")
		if d.acted = nil; got != want {
			return fmt.Errorf("got  %s", got)
		}
		return nil
	}
	if want, ok := strings.CutPrefix(line, "result "); ok {
		if got := d.results[len(d.results)-1]; got != want {
			return fmt.Errorf("got  %s", got)
		}
		return nil
	}
	name, rest, _ := strings.Cut(line, ": ")
	p := d.peer(name)
	switch text, ok := strings.CutPrefix(rest, "C:"); {
	case ok:
		return p.Write(strings.ReplaceAll(strings.TrimPrefix(text, " "), "{crlf}", "\r\n") + "\r\n")
	case rest == "closed":
		return p.ExpectClosed()
	case rest == "silent":
		return expectNothing(p)
	}
	if text, ok := strings.CutPrefix(rest, "S:"); ok {
		return p.Expect(strings.TrimPrefix(text, " "))
	}
	return fmt.Errorf("what is this?")
}

// set reads one "%" line.
func (d *profilePlay) set(setting string) error {
	name, rest, _ := strings.Cut(setting, " ")
	switch name {
	case "RequireTLS":
		d.cfg.RequireTLS = true
		return nil
	case "Make":
		d.makes = append(d.makes, rest)
		return nil
	case "Token":
		d.token = rest
		return nil
	case "Delimiter":
		d.opts = append(d.opts, store.WithDelimiter([]rune(rest)[0]))
		return nil
	case "Text":
		event, answer, _ := strings.Cut(rest, " ")
		d.profile.Texts = append(d.profile.Texts, imapd.Text{Event: imapd.Event(event), Answer: unescape(answer)})
		return nil
	case "Quirk":
		d.profile.Quirks = append(d.profile.Quirks, imapd.Quirk{Name: rest})
		return nil
	case "+":
		act, err := parseAct(rest)
		q := &d.profile.Quirks[len(d.profile.Quirks)-1]
		q.Acts = append(q.Acts, act)
		return err
	case "SASL":
		var s imapd.SASL
		err := setFields(reflect.ValueOf(&s).Elem(), rest)
		d.profile.SASL = append(d.profile.SASL, s)
		return err
	case "Mailbox":
		var m imapd.MailboxForm
		err := setFields(reflect.ValueOf(&m).Elem(), rest)
		d.profile.Names.Mailboxes = append(d.profile.Names.Mailboxes, m)
		return err
	}
	field := reflect.ValueOf(&d.profile).Elem()
	for _, part := range strings.Split(name, ".") {
		if field = field.FieldByName(part); !field.IsValid() {
			return fmt.Errorf("the profile has no %s", name)
		}
	}
	return setField(field, rest)
}

// parseAct reads "Gate On=SELECT | Answer=NO not now".
func parseAct(text string) (imapd.Act, error) {
	kind, rest, _ := strings.Cut(text, " ")
	for _, act := range []any{&imapd.Text{}, &imapd.Cap{}, &imapd.Gate{}, &imapd.Item{}, &imapd.Letter{}, &imapd.Edit{}, &imapd.Tell{}, &imapd.Clock{}} {
		v := reflect.ValueOf(act).Elem()
		if v.Type().Name() == kind {
			err := setFields(v, rest)
			return v.Interface().(imapd.Act), err
		}
	}
	return nil, fmt.Errorf("no act %s", kind)
}

func setFields(v reflect.Value, text string) error {
	for part := range strings.SplitSeq(text, " | ") {
		name, value, _ := strings.Cut(part, "=")
		field := v.FieldByName(name)
		if !field.IsValid() {
			return fmt.Errorf("no %s", name)
		}
		if err := setField(field, value); err != nil {
			return err
		}
	}
	return nil
}

// setField sets a field of a profile; words go into a list of words, and a line behind
// those of a list of lines.
func setField(field reflect.Value, text string) error {
	switch field.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		field.SetInt(int64(d))
		return err
	case []string:
		if text != "" {
			field.Set(reflect.Append(field, reflect.ValueOf(unescape(text))))
		}
		return nil
	case []imap.Cap, []imap.Flag:
		for word := range strings.FieldsSeq(text) {
			field.Set(reflect.Append(field, reflect.ValueOf(word).Convert(field.Type().Elem())))
		}
		return nil
	}
	switch field.Kind() {
	case reflect.Bool:
		field.SetBool(true)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		field.SetInt(n)
		return err
	case reflect.Uint32:
		n, err := strconv.ParseUint(text, 10, 32)
		field.SetUint(n)
		return err
	default:
		field.SetString(unescape(text))
	}
	return nil
}

func unescape(text string) string { return strings.ReplaceAll(text, `\n`, "\n") }
