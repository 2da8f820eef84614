package smtpd_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

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

// dialogue is one file being played.
type dialogue struct {
	t        *testing.T
	file     string
	greeting string // "" leaves it to the dialogue
	srv      *server
	peers    map[string]*peer
	order    []*peer
}

// peer is a connection of the dialogue.
type peer struct {
	name   string
	nc     net.Conn
	r      *bufio.Reader
	skip   bool // "..." was read
	closed bool
}

func playDialogue(t *testing.T, file string, archive *txtar.Archive) {
	d := &dialogue{t: t, file: file, greeting: "220 localhost ESMTP Service Ready", peers: make(map[string]*peer)}
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
			t.Fatalf("%s: connection %s at the end: %v", d.file, p.name, err)
		}
	}
	d.compare(archive.Files)
}

// compare checks what was taken, and recorded.
func (d *dialogue) compare(files []txtar.File) {
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

// option sets what is behind "%".
func (d *dialogue) option(option string) {
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
	case "hook": // STAGE CODE ENHANCED TEXT
		d.greeting = ""
		d.srv.hook(rest)
	default:
		d.t.Fatalf("%s: unknown option %q", d.file, option)
	}
}

// step plays one line.
func (d *dialogue) step(line string) error {
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
		return p.write(strings.TrimPrefix(text, " ") + "\r\n")
	}
	if quoted, ok := strings.CutPrefix(rest, "C= "); ok {
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return err
		}
		return p.write(text)
	}
	if text, ok := strings.CutPrefix(rest, "S:"); ok {
		return p.expect(strings.TrimPrefix(text, " "))
	}
	switch rest {
	case "tls":
		return p.startTLS()
	case "closed":
		return p.expectClosed()
	}
	return fmt.Errorf("want C: or S:")
}

func (p *peer) write(text string) error {
	_, err := p.nc.Write([]byte(text))
	return err
}

// expect reads lines until the wanted one; others are an error unless "..."
// came before.
func (p *peer) expect(want string) error {
	if want == "..." {
		p.skip = true
		return nil
	}
	var skipped []string
	for {
		got, err := p.readLine()
		if err != nil {
			return fmt.Errorf("got  %v\nafter %q\nwant %s", err, skipped, want)
		}
		if matchLine(want, got) {
			p.skip = false
			return nil
		}
		if !p.skip {
			return fmt.Errorf("got  %s\nwant %s", got, want)
		}
		skipped = append(skipped, got)
	}
}

func (p *peer) readLine() (string, error) {
	p.nc.SetReadDeadline(time.Now().Add(time.Minute))
	line, err := p.r.ReadString('\n')
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(line, "\r\n") {
		return strings.TrimSuffix(line, "\n") + "[LF]", nil
	}
	return strings.TrimSuffix(line, "\r\n"), nil
}

// matchLine compares a line with a pattern in which {*} stands for anything.
func matchLine(pattern, line string) bool {
	parts := strings.Split(pattern, "{*}")
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(line, part)
		}
		at := strings.Index(line, part)
		if at < 0 {
			return false
		}
		line = line[at+len(part):]
	}
	return line == ""
}

func (p *peer) expectClosed() error {
	p.closed = true
	if got, err := p.readLine(); err == nil {
		return fmt.Errorf("got  %s\nwant the connection closed", got)
	}
	return nil
}

func (p *peer) startTLS() error {
	tc := tls.Client(p.nc, testcert.ClientConfig())
	if err := tc.Handshake(); err != nil {
		return err
	}
	p.nc, p.r = tc, bufio.NewReader(tc)
	return nil
}

// peer connects when a connection is first named.
func (d *dialogue) peer(name string) (*peer, error) {
	if p := d.peers[name]; p != nil {
		return p, nil
	}
	p := d.srv.dial(name)
	d.peers[name] = p
	d.order = append(d.order, p)
	if d.greeting == "" {
		return p, nil
	}
	return p, p.expect(d.greeting)
}

// end says QUIT and reads what is left.
func (d *dialogue) end(p *peer) error {
	if p.closed {
		return nil
	}
	if err := p.write("QUIT\r\n"); err != nil {
		return err
	}
	if err := p.expect("221 {*}"); err != nil {
		return err
	}
	return p.expectClosed()
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
