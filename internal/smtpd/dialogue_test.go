package smtpd_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/imapurl"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
	"github.com/go-mailtest/mailtest/internal/txtar"
)

// TestDialogues plays the files of testdata. A file is a txtar archive: the
// dialogue, and then the messages that must have been taken, in order and no others,
// each named "REVERSE-PATH: RECIPIENT, RECIPIENT", with LF for CRLF.
//
//	1: C: NOOP             connection 1 sends a line
//	1: C= "NOOP\n"         it sends these bytes, a Go string
//	1: S: 250 {*}          it must receive this line next; {*} stands for anything
//	1: S: ...              any lines, up to the one that is expected next
//	1: tls                 a TLS handshake, after STARTTLS
//	1: closed              the server has closed the connection
//
// A connection is opened, and its greeting read, when it is first named. The lines
// with "%" are options of the server, see the function option. Lines that begin with
// "#" are comments. After the last line every connection says QUIT, and whatever
// else it was sent is an error. A file "transcript" is what must have been recorded.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			playDialogue(t, file, archive)
		})
	}
}

// play is one file being played.
type play struct {
	t        *testing.T
	file     string
	greeting string // "" leaves it to the dialogue
	srv      *server
	peers    map[string]*dialogue.Peer
	order    []*dialogue.Peer
}

func playDialogue(t *testing.T, file string, archive *txtar.Archive) {
	d := &play{t: t, file: file, greeting: "220 localhost ESMTP Service Ready", peers: make(map[string]*dialogue.Peer)}
	d.srv = newServer(t)
	lines := strings.Split(string(archive.Comment), "\n")
	for _, line := range lines {
		if option, ok := strings.CutPrefix(line, "% "); ok {
			d.option(option)
		}
	}
	d.srv.start()
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		if line == "" || line[0] == '#' || line[0] == '%' {
			continue
		}
		if err := d.step(line); err != nil {
			t.Fatalf("%s:%d: %s\n%v", d.file, i+1, line, err)
		}
	}
	for _, p := range d.order {
		if err := d.end(p); err != nil {
			t.Fatalf("%s: connection %s at the end: %v", d.file, p.Name, err)
		}
	}
	d.compare(archive.Files)
}

// compare checks what was taken, and recorded.
func (d *play) compare(files []txtar.File) {
	var want []string
	for _, f := range files {
		text := string(f.Data)
		if f.Name != "transcript" {
			want = append(want, f.Name+"\n"+strings.ReplaceAll(text, "\n", "\r\n"))
		} else if diff := cmp.Diff(text, d.srv.transcript()); diff != "" {
			d.t.Errorf("%s: the transcript: -want +got\n%s", d.file, diff)
		}
	}
	if diff := cmp.Diff(want, d.srv.taken()); diff != "" {
		d.t.Errorf("%s: taken: -want +got\n%s", d.file, diff)
	}
}

// fetchTestURL has a piece of a message for the UIDs of a few URLs, and a user's name for
// UID 9.
func fetchTestURL(user, url string) ([]byte, error) {
	u, err := imapurl.Parse(url)
	pieces := map[uint32]string{1: "Subject: one\r\n\r\n", 2: "Zwei\xc3\xa4\r\n", 3: "a\x00b\r\n", 9: user + "\r\n"}
	piece, found := pieces[u.UID]
	switch {
	case u.UID == 8:
		return nil, &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "IMAP URL authorization failed"}
	case err == nil && !found:
		err = errors.New("no such message")
	}
	return []byte(piece), err
}

// option sets what is behind "%".
func (d *play) option(option string) {
	word, rest, _ := strings.Cut(option, " ")
	cfg := &d.srv.cfg
	number, _ := strconv.Atoi(rest)
	switch word {
	case "lmtp":
		cfg.LMTP, d.greeting = true, "220 localhost LMTP Service Ready"
	case "without":
		cfg.Without = append(cfg.Without, strings.Split(rest, ", ")...)
	case "max-size":
		cfg.MaxSize = int64(number)
	case "max-recipients":
		cfg.MaxRecipients = number
	case "refuse-bare-lf":
		cfg.RefuseBareLF = true
	case "starttls":
		cfg.StartTLS = true
	case "require-tls":
		cfg.StartTLS, cfg.RequireTLS = true, true
	case "require-auth":
		cfg.RequireAuth = true
	case "account":
		name, password, _ := strings.Cut(rest, " ")
		d.srv.accounts[name], cfg.Accounts = password, d.srv.accounts
	case "urls":
		cfg.FetchURL = fetchTestURL
	case "hook": // STAGE CODE ENHANCED TEXT
		d.greeting = ""
		d.srv.hook(rest)
	default:
		d.t.Fatalf("%s: unknown option %q", d.file, option)
	}
}

// step plays one line.
func (d *play) step(line string) error {
	name, rest, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("want CONNECTION: C: or S:")
	}
	rest = strings.TrimPrefix(rest, " ")
	p, err := d.peer(name)
	if err != nil {
		return err
	}
	if text, ok := strings.CutPrefix(rest, "C:"); ok {
		return p.Write(strings.TrimPrefix(text, " ") + "\r\n")
	}
	if quoted, ok := strings.CutPrefix(rest, "C= "); ok {
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return err
		}
		return p.Write(text)
	}
	if text, ok := strings.CutPrefix(rest, "S:"); ok {
		return p.Expect(strings.TrimPrefix(text, " "))
	}
	switch rest {
	case "tls":
		return p.StartTLS(testcert.ClientConfig())
	case "closed":
		return p.ExpectClosed()
	}
	return fmt.Errorf("want C: or S:")
}

// peer connects when a connection is first named.
func (d *play) peer(name string) (*dialogue.Peer, error) {
	if p := d.peers[name]; p != nil {
		return p, nil
	}
	p := d.srv.dial(name)
	d.peers[name] = p
	d.order = append(d.order, p)
	if d.greeting == "" {
		return p, nil
	}
	return p, p.Expect(d.greeting)
}

// end says QUIT and reads what is left.
func (d *play) end(p *dialogue.Peer) error {
	if p.Closed {
		return nil
	}
	if err := p.Write("QUIT\r\n"); err != nil {
		return err
	}
	if err := p.Expect("221 {*}"); err != nil {
		return err
	}
	return p.ExpectClosed()
}

// refusalOf reads "CODE ENHANCED TEXT".
func refusalOf(text string) *smtp.SMTPError {
	e := &smtp.SMTPError{}
	words := strings.SplitN(text, " ", 3)
	e.Code, _ = strconv.Atoi(words[0])
	fmt.Sscanf(words[1], "%d.%d.%d", &e.EnhancedCode[0], &e.EnhancedCode[1], &e.EnhancedCode[2])
	e.Message = words[2]
	return e
}

var _ smtpd.Accounts = accounts(nil)
