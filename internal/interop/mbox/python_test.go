//go:build unix

package mbox_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// python adds the messages on its input to the mbox file, and prints all that are in it.
// Bytes are written as characters of Latin-1.
const python = `
import json, mailbox, re, sys
box = mailbox.mbox(sys.argv[1])
for given in json.load(sys.stdin):
    m = mailbox.mboxMessage(given["raw"].encode("latin-1"))
    m.set_from("ann@example.com", (2024, 5, 6, 11, 12, 13, 0, 127, 0))
    m.set_flags(given["flags"])
    box.add(m)
box.flush()
out = []
for key in box.keys():
    raw = box.get_bytes(key)
    header, blank, body = raw.partition(b"\n\n")
    header = re.sub(rb"(?im)^(status|x-status|x-keywords|x-uid|x-imapbase|content-length):.*\n?", b"", header + blank[:1])
    out.append({"raw": (header + blank[1:] + body).decode("latin-1"), "flags": box[key].get_flags()})
json.dump(out, sys.stdout)
`

// pythonMessage is a message as the script above knows it.
type pythonMessage struct {
	Raw   string `json:"raw"`
	Flags string `json:"flags"`
}

var pythonFlags = map[imap.Flag]string{
	imap.FlagSeen: "R", imap.FlagAnswered: "A", imap.FlagFlagged: "F", imap.FlagDeleted: "D",
}

// runPython adds messages to a file, and gives all that it finds in it then.
func runPython(t *testing.T, file string, add []message) []message {
	t.Helper()
	given := []pythonMessage{}
	for _, m := range add {
		p := pythonMessage{Raw: toLatin1(m.raw)}
		for _, flag := range m.flags {
			p.Flags += pythonFlags[flag]
		}
		given = append(given, p)
	}
	input, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program.Need(t, program.Python("json", "mailbox", "re")), "-c", python, file)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3: %v\n%s", err, stderr.Bytes())
	}
	var found []pythonMessage
	if err := json.Unmarshal(output, &found); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var out []message
	for _, p := range found {
		m := message{raw: fromLatin1(p.Raw)}
		for flag, letter := range pythonFlags {
			if strings.Contains(p.Flags, letter) {
				m.flags = append(m.flags, flag)
			}
		}
		out = append(out, m)
	}
	return out
}

func toLatin1(s string) string {
	var out []rune
	for _, b := range []byte(s) {
		out = append(out, rune(b))
	}
	return string(out)
}

func fromLatin1(s string) string {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r))
	}
	return string(out)
}

// withoutDraft: Python's mbox knows no such flag.
func withoutDraft(list []message) []message {
	var out []message
	for _, m := range list {
		if len(m.flags) > 0 && m.flags[0] == imap.FlagDraft {
			m.flags = nil
		}
		out = append(out, m)
	}
	return out
}

// What Python writes is what was given to it, read as mboxo; read without its ">" taken
// away it is what Python reads itself, which takes none away.
func TestPythonWrites(t *testing.T) {
	file := filepath.Join(t.TempDir(), "box")
	for title, given := range map[string][]message{"messages": messages, "quoted": quotedMessages} {
		t.Run(title, func(t *testing.T) {
			file := file + title
			reads := runPython(t, file, withoutDraft(given))
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if title != "quoted" {
				got, _, err := load("a.mboxo", text)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, "what was given to Python", got, withoutDraft(given))
			}
			got, _, err := load("a.mboxcl2", text)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "what Python reads", got, reads)
		})
	}
}

// What Python reads of files that it has not written, with no line of a text that begins
// with "From ": it takes every one for the beginning of a message.
func TestPythonReads(t *testing.T) {
	for title, text := range map[string]string{
		"empty":         "",
		"no empty line": fromAnn + "Subject: a\n\nx\n" + fromAnn + "Subject: b\n\ny\n",
		"no line end":   fromAnn + "Subject: a\n\nx\n\n" + fromAnn + "Subject: b\n\nlast words",
		"headers alone": fromAnn + "Subject: a\n\n" + fromAnn + "Subject: b\n\n\n" + fromAnn + "Subject: c\n" + fromAnn + "Subject: d\n",
		"lengths":       fromAnn + "Subject: a\nContent-Length: 2\n\nx\n\n" + fromAnn + "Subject: b\nContent-Length: 999\nStatus: RO\n\n>From y\n\n",
		"empty lines":   fromAnn + "Subject: a\n\nx\n\n\n\n" + fromAnn + "Subject: b\n\ny\n\n\n",
		"flags":         fromAnn + "Status: RO\nX-Status: AFD\nSubject: a\n\nx\n\n" + fromAnn + "Subject: b\nStatus: O\n\ny\n\n",
		"python.mboxo":  string(samples(t)["python.mboxo"]),
	} {
		t.Run(title, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "box")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, _, err := load("a.mboxcl2", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "what Python reads", got, runPython(t, file, nil))
		})
	}
}
