package imapd_test

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/inflate"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/txtar"
)

// FuzzConnection sends anything to a connection with a selected mailbox.
// Nothing may be a bug of the server, and what it answers is whole lines. The
// seeds are what the clients of the dialogues say.
func FuzzConnection(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(clientLines(string(archive.Comment)))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		mail := store.New()
		user, err := mail.AddUser("user", "password")
		if err != nil {
			t.Fatal(err)
		}
		user.Inbox().Append([]byte("Subject: one\r\n\r\nbody\r\n"))
		user.Inbox().Append([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n"), store.WithFlags(`\Seen`, "$Work"))
		srv, err := imapd.NewServer(imapd.Config{Store: mail, Hooks: imapd.Hooks{Bug: func(err error) { t.Error(err) }}})
		if err != nil {
			t.Fatal(err)
		}
		client, server := memnet.Pipe()
		srv.Go(server)
		go func() {
			io.WriteString(client, "l LOGIN user password\r\ns SELECT INBOX\r\n")
			client.Write(sent)
			client.(interface{ CloseWrite() error }).CloseWrite()
		}()
		answer, err := io.ReadAll(client)
		if answer = uncompressed(answer); err != nil || !strings.HasSuffix(string(answer), "\r\n") {
			t.Errorf("the answer ends in %q, %v", answer[max(0, len(answer)-80):], err)
		}
		client.Close()
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
}

// uncompressed is an answer without COMPRESS and without what comes before it.
func uncompressed(answer []byte) []byte {
	for {
		_, stream, found := bytes.Cut(answer, []byte(" OK DEFLATE active\r\n"))
		if !found {
			return answer
		}
		z := inflate.NewReader(bytes.NewReader(stream))
		answer, _ = io.ReadAll(z)
		if rest := z.Rest(); len(rest) > 0 { // after UNAUTHENTICATE
			answer = rest
		} else if len(answer) == 0 {
			return []byte("\r\n")
		}
	}
}

// clientLines are the "C:" lines of a dialogue.
func clientLines(dialogue string) []byte {
	var out []byte
	for line := range strings.Lines(dialogue) {
		if _, text, ok := strings.Cut(line, ": C: "); ok {
			out = append(out, strings.TrimSuffix(text, "\n")+"\r\n"...)
		}
	}
	return out
}
