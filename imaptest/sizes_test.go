package imaptest_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

func missingFolder() fs.FS { return os.DirFS("testdata/no-such-folder") }

// RFC822.SIZE, the BODY[] literal and the bytes that were appended are one
// and the same, whatever the bytes (RFC 9051, section 2.3.4).
func TestSizeIsLengthIsBytes(t *testing.T) {
	messages := map[string]string{
		"plain":         "Subject: x\r\n\r\nbody\r\n",
		"LF only":       "Subject: x\nTo: y\n\nbody\n",
		"mixed ends":    "Subject: x\r\nTo: y\n\r\nbody\nmore\r\n",
		"bare CR":       "Subject: x\r\n\r\na\rb\r\r\n",
		"no end":        "Subject: x\r\n\r\nbody",
		"header only":   "Subject: x\r\n",
		"no header":     "\r\nbody\r\n",
		"one byte":      "x",
		"8-bit":         "Subject: \xe9\xff\r\n\r\n\x80\x81\r\n",
		"UTF-8":         "Subject: Grüße\r\n\r\n日本語\r\n",
		"very long":     "Subject: x\r\n\r\n" + strings.Repeat("a", 1<<20) + "\r\n",
		"open boundary": "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx",
		"literal-like":  "Subject: {5}\r\n\r\n{3}\r\n)\r\n",
	}
	for name, raw := range messages {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory())
			client := srv.Client(t)
			cmd := client.Append("INBOX", int64(len(raw)), nil)
			if _, err := cmd.Write([]byte(raw)); err != nil {
				t.Fatal(err)
			}
			cmd.Close()
			if _, err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := client.Select("INBOX", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			whole := &imap.FetchItemBodySection{Peek: true}
			header := &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader}
			text := &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierText}
			got, err := client.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{
				RFC822Size: true, BodySection: []*imap.FetchItemBodySection{whole, header, text},
			}).Collect()
			if err != nil || len(got) != 1 {
				t.Fatalf("fetch: %d messages, %v", len(got), err)
			}
			if got[0].RFC822Size != int64(len(raw)) {
				t.Errorf("RFC822.SIZE is %d, want %d", got[0].RFC822Size, len(raw))
			}
			if body := string(got[0].FindBodySection(whole)); body != raw {
				t.Errorf("BODY[] is %.60q, want %.60q", body, raw)
			}
			if parts := string(got[0].FindBodySection(header)) + string(got[0].FindBodySection(text)); parts != raw {
				t.Errorf("HEADER and TEXT are %.60q, want %.60q", parts, raw)
			}
			if stored := string(srv.Inbox().Messages()[0].Raw()); stored != raw {
				t.Errorf("stored %.60q, want %.60q", stored, raw)
			}
		})
	}
}
