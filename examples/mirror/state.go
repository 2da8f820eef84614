package mirror

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// state is what the last sync has left: with it the mirror knows which side has changed.
type state struct {
	Boxes map[string]*box
}

// box is a mailbox in the state.
type box struct {
	Validity uint32
	ModSeq   uint64 // up to which all changes are in Messages; 0: unknown
	Messages map[uint32]*message
}

// message is a message that both sides had.
type message struct {
	File  string // without folder and flags
	Flags string
	ID    string // Message-ID
}

func (b *box) remote() map[uint32]string {
	out := make(map[uint32]string, len(b.Messages))
	for uid, m := range b.Messages {
		out[uid] = m.Flags
	}
	return out
}

// stateFile is in the folder.
const stateFile = ".mirror.json"

func loadState(folder string) (*state, error) {
	s := &state{Boxes: make(map[string]*box)}
	raw, err := os.ReadFile(filepath.Join(folder, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	return s, json.Unmarshal(raw, s)
}

// save replaces the file as a whole.
func (m *Mirror) save() error {
	raw, err := json.Marshal(m.state)
	if err != nil {
		return err
	}
	return m.writeFile(filepath.Join(m.Folder, stateFile), raw)
}

// writeFile makes a file that is there as a whole or not at all, even where the program is
// killed while it writes.
func (m *Mirror) writeFile(name string, content []byte) error {
	write := m.Write
	if write == nil {
		write = func(name string, content []byte) error { return os.WriteFile(name, content, 0o666) }
	}
	temp := name + ".new"
	if err := write(temp, content); err != nil {
		return err
	}
	return os.Rename(temp, name)
}

// box is that of a mailbox, which need not have been there before.
func (s *state) box(name string) *box {
	b := s.Boxes[name]
	if b == nil {
		b = &box{Messages: make(map[uint32]*message)}
		s.Boxes[name] = b
	}
	return b
}

// localFiles are the messages in a folder, and their flags. A folder that is not there
// while messages of it are known is one that somebody has yet to mount.
func localFiles(folder string, known bool) (map[string]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) && !known {
		return map[string]string{}, os.MkdirAll(folder, 0o777)
	}
	if err != nil {
		return nil, err
	}
	out := make(map[string]string)
	for _, entry := range entries {
		if base, isMail := strings.CutSuffix(entry.Name(), ".eml"); isMail {
			file, flags, _ := strings.Cut(base, ",")
			out[file] = flags
		}
	}
	return out, nil
}

// path is a message's file: 1.17,FS.eml.
func (m *Mirror) path(mailbox, file, flags string) string {
	if flags != "" {
		file += "," + flags
	}
	return filepath.Join(m.Folder, filepath.FromSlash(mailbox), file+".eml")
}

// merge is what becomes of flags that one side or both have changed.
func merge(base, local, remote string) string {
	var out []string
	for letter := range flagOf {
		had, l, r := strings.Contains(base, letter), strings.Contains(local, letter), strings.Contains(remote, letter)
		if has := l; l == had && r || l != had && has {
			out = append(out, letter)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

// without are the letters of a that b has not.
func without(a, b string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(b, r) {
			return -1
		}
		return r
	}, a)
}

// messageID is that of a message or header, "" for none.
func messageID(header string) string {
	header, _, _ = strings.Cut(header, "\r\n\r\n")
	header = strings.ReplaceAll(header, "\r\n ", " ")
	for line := range strings.SplitSeq(header, "\r\n") {
		if name, id, found := strings.Cut(line, ":"); found && strings.EqualFold(strings.TrimSpace(name), "Message-ID") {
			return strings.Trim(strings.TrimSpace(id), "<>")
		}
	}
	return ""
}
