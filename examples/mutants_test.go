// Package examples holds the examples to what a sweep is worth: each of their safety
// measures is taken out, one at a time, and the sweep must find it.
package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is an example without one of its safety measures.
type mutant struct {
	file     string
	measure  string // that is taken out
	old, new string
	survives string // why a sweep cannot find it; "" for one that it finds
	by       string // the test that shows what the measure is for all the same
}

const (
	syncFile   = "sync/sync.go"
	queueFile  = "queue/queue.go"
	mirrorFile = "mirror/mirror.go"
	connFile   = "mirror/conn.go"
	remoteFile = "mirror/remote.go"
	stateFile  = "mirror/state.go"
	sessFile   = "mirror/session.go"
)

// sweeps are the tests that sweep an example, the mirror with a server that has everything, one
// with CONDSTORE alone and one that has nothing.
var sweeps = map[string]string{
	"sync":   "^TestSyncSurvives$",
	"queue":  "^TestExactlyOnce$",
	"mirror": "^TestSurvives$/^(Everything|CONDSTORE|Rev1)$",
}

var mutants = []mutant{
	{syncFile, "a new UIDVALIDITY voids the copy", "s.Copy.Messages == nil || s.Copy.validity != selected.UIDValidity", "s.Copy.Messages == nil", "", ""},
	{syncFile, "SEARCH must find as many as EXISTS says", "if uint32(len(present)) < want {", "if false {", "", ""},
	{syncFile, "what SEARCH finds must have been read", "if err := s.complete(present, told); err != nil {", "if err := s.complete(nil, told); err != nil {", "", ""},
	{syncFile, "what is gone is forgotten", "	s.forget(present)\n", "", "", ""},
	{syncFile, "a FETCH response must have what was asked for", "if !m.isWhole() {", "if m.envelope == nil {", "", ""},
	{syncFile, "a command has a time-out", "limit := time.AfterFunc(Timeout, func() { client.Close() })", "limit := time.AfterFunc(Timeout, func() {})", "", ""},
	{syncFile, "UIDVALIDITY and HIGHESTMODSEQ must be told", "if selected.UIDValidity == 0 || selected.HighestModSeq == 0 {", "if false {",
		"what is wrong then is right again with the next look", "TestNumbersMustBeTold"},
	{syncFile, "the position is noted when all is read", "	present, err := s.present(client", "	s.Copy.modseq = selected.HighestModSeq\n	present, err := s.present(client", "", ""},
	{syncFile, "the error of a FETCH ends the try", "	messages, err := within(client, func() ([]fetched, error) { return readAll(fetch) })\n	if err != nil {", "	messages, err := within(client, func() ([]fetched, error) { return readAll(fetch) })\n	if false {", "", ""},

	{queueFile, "a job that was done is remembered", "c.Done[job.ID], did = true, true", "did = true", "", ""},
	{queueFile, "a job that was done is not done again", "if !c.Done[job.ID] {", "if true {", "", ""},
	{queueFile, "a command has a time-out", "limit := time.AfterFunc(Timeout, func() { client.Close() })", "limit := time.AfterFunc(Timeout, func() {})", "", ""},
	{queueFile, "a message must have UID and Message-ID", "if m.UID == 0 || m.Envelope == nil || m.Envelope.MessageID == \"\" {", "if m.UID == ^imap.UID(0) {", "", ""},

	{sessFile, "before APPEND the mailbox is searched", "	uid, found, err := s.find(id)\n	if err != nil {", "	uid, found, err := uint32(0), false, error(nil)\n	if err != nil {", "", ""},
	{sessFile, "only its own messages are expunged", `_, err := s.do("UID EXPUNGE " + set)`, `_, err := s.do("EXPUNGE")`, "", ""},
	{sessFile, "others' \\Deleted is taken off before EXPUNGE", "if len(others) == 0 {", "if true {", "", ""},
	{sessFile, "others' \\Deleted is put back after EXPUNGE", "	_, err = s.do(\"UID STORE \" + theirs + ` +FLAGS.SILENT (\\Deleted)`)\n	return err", "	return nil", "", ""},
	{sessFile, "a message that is not there is no file", "if i < 0 {", "if list = append(list, fetched{uid: uid}); i < 0 {\n			i = len(list) - 1\n		}\n		if false {", "", ""},
	{sessFile, "a file gets its flags when the server has them", "		want := merge(msg.Flags, local, remote)\n", "		want := merge(msg.Flags, local, remote)\n		if err := s.renameTo(uid, want); err != nil {\n			return err\n		}\n", "", ""},
	{sessFile, "a message is known only when it has been expunged", "	if _, err := s.do(\"UID STORE \" + set + ` +FLAGS.SILENT (\\Deleted)`); err != nil {\n		return err\n	}", "	for _, uid := range uids(set) {\n		delete(s.box.Messages, uid)\n	}\n	if _, err := s.do(\"UID STORE \" + set + ` +FLAGS.SILENT (\\Deleted)`); err != nil {\n		return err\n	}", "", ""},
	{mirrorFile, "the position is noted when all is done", "	s := &session{", "	box.ModSeq = sel.modseq\n	s := &session{", "", ""},
	{mirrorFile, "a new UIDVALIDITY is noticed", "if box.Validity != sel.validity {", "if box.Validity == 0 {", "", ""},
	{mirrorFile, "after a new UIDVALIDITY messages are found again", "		for _, f := range all {\n			byID", "		for _, f := range all[:0] {\n			byID", "", ""},
	{mirrorFile, "the list of mailboxes must have INBOX", `if !slices.Contains(names, "INBOX") {`, "if false {", "", ""},
	{connFile, "NO and BAD are errors", "			return nil, fmt.Errorf(\"%s: %s %s\", command, status, rest)", "			return &out, nil", "", ""},
	{connFile, "a command has a time-out", "const Timeout = time.Minute", "const Timeout = 1000 * time.Hour", "", ""},
	{connFile, "an answer that breaks off is an error", "			return nil, fmt.Errorf(\"%s: %w\", command, err)", "			return &out, nil", "", ""},
	{remoteFile, "as many messages must be told of as EXISTS says", "if len(remote) < sel.exists {", "if false {", "", ""},
	{remoteFile, "what CHANGEDSINCE leaves out must be known", "if !found {\n			return nil, fmt.Errorf", "if !found && false {\n			return nil, fmt.Errorf", "", ""},
	{stateFile, "a file is there as a whole or not at all", "	temp := name + \".new\"", "	temp := name", "", ""},
}

// mutate returns the source without the measure.
func (m *mutant) mutate(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(m.file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), m.old); n != 1 {
		t.Fatalf("%s has %d times %q, want it once", m.file, n, m.old)
	}
	return strings.Replace(string(raw), m.old, m.new, 1)
}

// row is what SWEEP.md says of the mutant.
func (m *mutant) row() string {
	found := "found"
	if m.survives != "" {
		found = fmt.Sprintf("not found: %s; %s shows it", m.survives, m.by)
	}
	return fmt.Sprintf("| %s | %s | %s |", strings.Split(m.file, "/")[0], m.measure, found)
}

// The table in SWEEP.md is that of the mutants. With MUTANTS=1 in the environment each is
// swept, which takes half an hour: go test -timeout 2h -run TestMutants ./examples
func TestMutants(t *testing.T) {
	page, err := os.ReadFile("../imaptest/SWEEP.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, m := range mutants {
		source := m.mutate(t)
		if !strings.Contains(string(page), m.row()+"\n") {
			t.Errorf("SWEEP.md lacks\n%s", m.row())
		}
		if m.survives == "" {
			found++
		}
		if os.Getenv("MUTANTS") == "" {
			continue
		}
		t.Run(filepath.Dir(m.file)+" "+m.measure, func(t *testing.T) { m.sweep(t, source) })
	}
	if text := fmt.Sprintf("%d of %d", found, len(mutants)); !strings.Contains(string(page), text) {
		t.Errorf("SWEEP.md does not say %q", text)
	}
}

// sweep runs the example's sweep with the source in place of the file.
func (m *mutant) sweep(t *testing.T, source string) {
	dir := t.TempDir()
	file, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	mutated := filepath.Join(dir, "mutated.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{file: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{mutated: []byte(source), filepath.Join(dir, "overlay.json"): overlay} {
		if err := os.WriteFile(name, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "mutant.test")
	if out, err := exec.Command("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, "./"+filepath.Dir(m.file)).CombinedOutput(); err != nil {
		t.Fatalf("it does not compile: %v\n%s", err, out)
	}
	fails := func(pattern string) (bool, []byte) {
		test := exec.Command(binary, "-test.failfast", "-test.run", pattern)
		test.Dir = filepath.Dir(file)
		out, err := test.CombinedOutput()
		_, failed := err.(*exec.ExitError)
		return failed, out
	}
	if found, out := fails(sweeps[filepath.Dir(m.file)]); found != (m.survives == "") {
		t.Errorf("found: %v, want the opposite\n%.2000s", found, out)
	}
	if m.by == "" {
		return
	}
	if shown, out := fails("^" + m.by + "$"); !shown {
		t.Errorf("%s does not show it\n%.2000s", m.by, out)
	}
}
