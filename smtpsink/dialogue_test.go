package smtpsink_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// converse holds a dialogue: "C:" lines are sent, and of each reply the last
// line must begin as the "S:" line says. Lines with "#" say why.
func converse(t *testing.T, p *peer, script string) {
	t.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		side, text, _ := strings.Cut(line, ": ")
		switch side {
		case "C:":
			fmt.Fprint(p.nc, "\r\n")
		case "C":
			fmt.Fprintf(p.nc, "%s\r\n", strings.ReplaceAll(text, `\x01`, "\x01"))
		case "S":
			if got := p.reply(); !strings.HasPrefix(got, text) {
				t.Errorf("got %q, want %q\nin\n%s", got, text, script)
				return
			}
		}
	}
}

// What clients get wrong, and what they may do although it looks wrong.
var dialogues = map[string]struct {
	opts   []smtpsink.Option
	script string
	sent   int
}{
	"before EHLO": {script: `
		# RFC 5321, section 4.1.4: NOOP, HELP, EXPN, VRFY, and RSET may come first.
		C: MAIL FROM:<a@example.com>
		S: 503 5.5.1
		C: NOOP
		S: 250
		C: RSET
		S: 250
		C: VRFY bob
		S: 252
		C: QUIT
		S: 221
		S: [EOF]`},
	"out of order": {script: `
		C: EHLO me
		S: 250
		C: RCPT TO:<b@example.com>
		S: 503 5.5.1
		C: DATA
		S: 503 5.5.1
		C: MAIL FROM:<a@example.com>
		S: 250
		C: MAIL FROM:<c@example.com>
		S: 503 5.5.1
		# No recipient was accepted (section 3.3).
		C: DATA
		S: 554 5.5.1
		C: RCPT TO:<b@example.com>
		S: 250
		C: RSET
		S: 250
		C: DATA
		S: 503`},
	"EHLO resets": {script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: EHLO me
		S: 250
		C: RCPT TO:<b@example.com>
		S: 503
		C: MAIL FROM:<a@example.com>
		S: 250`},
	"unknown commands": {script: `
		C: EHLO me
		S: 250
		C: FOO
		S: 500 5.5.1
		C:
		C: QUIET
		S: 500
		S: 500
		C: XYZZY plugh
		S: 500
		C: A
		S: 500
		C: NOOPX
		S: 500
		# However often: the connection lives.
		C: NOOP
		S: 250`},
	"in any case": {script: `
		C: ehlo me
		S: 250
		C: mail from:<a@example.com> body=8bitmime
		S: 250
		C: rcpt to:<b@example.com>
		S: 250
		C: data
		S: 354
		C: x
		C: .
		S: 250`, sent: 1},
	"spaces at the end": {script: `
		# Section 4.1.1: receivers SHOULD tolerate white space before the CRLF.
		C: EHLO me   
		S: 250
		C: NOOP   
		S: 250
		C: RSET 
		S: 250`},
	"paths": {script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:a@example.com
		S: 250
		C: RCPT TO:<@relay.example,@other.example:b@example.com>
		S: 250
		C: RCPT TO:<"quoted > \" local"@example.com>
		S: 250
		C: RCPT TO:<Postmaster>
		S: 250
		C: RCPT TO:<>
		S: 501
		C: RCPT TO:<b@example.com
		S: 501
		C: RCPT TO:<b@example.com>NOTIFY=NEVER
		S: 501
		C: RCPT FROM:<b@example.com>
		S: 501
		C: RCPT
		S: 501
		C: RCPT TO:<a b@example.com>
		S: 501`},
	"parameters": {script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com> FOO=BAR
		S: 555 5.5.4
		C: MAIL FROM:<a@example.com> SIZE=x
		S: 501 5.5.4
		C: MAIL FROM:<a@example.com> SIZE=99999999999999
		S: 552 5.3.4
		C: MAIL FROM:<a@example.com> SIZE=1 SIZE=2
		S: 501 5.5.4
		C: MAIL FROM:<a@example.com> BODY=9BIT
		S: 501
		C: MAIL FROM:<a@example.com> NOTIFY=NEVER
		S: 555
		C: MAIL FROM:<a@example.com> AUTH=<>
		S: 555
		C: MAIL FROM:<a@example.com> BY=0;R
		S: 501
		C: MAIL FROM:<a@example.com> BY=60;X
		S: 501
		C: MAIL FROM:<a@example.com> BY=-60;N MT-PRIORITY=10
		S: 501
		C: MAIL FROM:<a@example.com> BY=-60;NT MT-PRIORITY=-9 SIZE=5000000000
		S: 552
		C: MAIL FROM:<a@example.com> BY=-60;NT MT-PRIORITY=-9
		S: 250
		C: RCPT TO:<b@example.com> NOTIFY=NEVER,SUCCESS
		S: 501
		C: RCPT TO:<b@example.com> SIZE=10
		S: 555
		C: RCPT TO:<b@example.com> ORCPT=rfc822;b+2Bc@example.com
		S: 250`},
	"addresses": {script: `
		# RFC 5321, section 4.1.2.
		C: EHLO me
		S: 250
		C: MAIL FROM:<a..b@example.com>
		S: 501
		C: MAIL FROM:<.a@example.com>
		S: 501
		C: MAIL FROM:<a@b<c>
		S: 501
		C: MAIL FROM:<a@>
		S: 501
		C: MAIL FROM:<a\x01b@example.com>
		S: 501
		C: MAIL FROM:<a@[127.0.0.1]>
		S: 250
		C: RSET
		S: 250
		C: MAIL FROM:<o'brien+x=y/z#!$%&*?^_{|}~@example.com>
		S: 250
		C: VRFY
		S: 501`},
	"values of parameters": {opts: []smtpsink.Option{smtpsink.WithAccount("ann", "a")}, script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com> AUTH=+zz
		S: 501
		C: MAIL FROM:<a@example.com> SMTPUTF8=1
		S: 501
		C: MAIL FROM:<a@example.com> AUTH=<>
		S: 250
		C: RCPT TO:<b@example.com> ORCPT=x400;foo+20bar
		S: 250
		C: RCPT TO:<b@example.com> ORCPT=x400;foo+2
		S: 501
		C: RCPT TO:<b@example.com> ORCPT=foo
		S: 501`},
	"parameters after HELO": {script: `
		# HELO offers nothing.
		C: HELO me
		S: 250
		C: MAIL FROM:<a@example.com> SIZE=10
		S: 555
		C: MAIL FROM:<a@example.com>
		S: 250`},
	"UTF-8 addresses": {script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<ä@example.com>
		S: 553 5.6.7
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<ß@example.com>
		S: 553 5.6.7
		C: RSET
		S: 250
		C: MAIL FROM:<ä@example.com> SMTPUTF8
		S: 250
		C: RCPT TO:<ß@example.com>
		S: 250`},
	"BINARYMIME wants BDAT": {script: `
		# RFC 3030, section 3.
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com> BODY=BINARYMIME
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: DATA
		S: 503
		C: BDAT 1 LAST
		C: xNOOP
		S: 250
		S: 250`, sent: 1},
	"between chunks": {script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: BDAT 3
		C: x
		S: 250 2.0.0 3 octets
		C: RCPT TO:<c@example.com>
		S: 503
		C: DATA
		S: 503
		C: NOOP
		S: 250
		C: BDAT 0 LAST
		S: 250
		C: BDAT 3 LAST
		C: x
		S: 503
		C: BDAT x
		S: 501
		C: BDAT 1 FIRST
		S: 501
		C: BDAT
		S: 501`, sent: 1},
	"too big by chunks": {opts: []smtpsink.Option{smtpsink.MaxSize(5)}, script: `
		C: EHLO me
		S: 250 SIZE 5
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: BDAT 3
		C: x
		S: 250
		C: BDAT 3
		C: y
		S: 552 5.3.4
		C: BDAT 0 LAST
		S: 503
		C: MAIL FROM:<a@example.com> SIZE=5
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: BDAT 5 LAST
		C: xyz
		S: 250`, sent: 1},
	"exactly as big as may be": {opts: []smtpsink.Option{smtpsink.MaxSize(5)}, script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: DATA
		S: 354
		C: ..yz
		C: .
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: DATA
		S: 354
		C: 1234
		C: .
		S: 552 5.3.4`, sent: 1},
	"without CHUNKING": {opts: []smtpsink.Option{smtpsink.Without("CHUNKING")}, script: `
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com> BODY=BINARYMIME
		S: 555
		C: BDAT 0
		S: 502`},
	"TLS is required": {opts: []smtpsink.Option{smtpsink.RequireTLS()}, script: `
		# RFC 3207, section 4.
		C: EHLO me
		S: 250 STARTTLS
		C: MAIL FROM:<a@example.com>
		S: 530 5.7.0
		C: NOOP
		S: 250`},
	"a greeting that refuses": {script: `
		# RFC 5321, section 3.1: 554, and then 503 until QUIT.
		C: EHLO me
		S: 503
		C: QUIT
		S: 221
		S: [EOF]`},
	"STARTTLS not offered": {script: `
		C: EHLO me
		S: 250
		C: STARTTLS
		S: 502`},
	"AUTH not offered": {script: `
		C: EHLO me
		S: 250
		C: AUTH PLAIN AHVzZXIAcGFzcw==
		S: 502`},
}

func TestDialogues(t *testing.T) {
	for name, test := range dialogues {
		t.Run(name, func(t *testing.T) {
			sink := smtpsink.Start(t, append(test.opts, smtpsink.InMemory())...)
			greeting := "220 "
			if strings.HasPrefix(name, "a greeting") {
				sink.On("CONNECT").Reply(554, "5.3.2", "no service")
				greeting = "554 "
			}
			p := dialPeer(t, sink)
			if got := p.reply(); !strings.HasPrefix(got, greeting) {
				t.Fatalf("greeting %q", got)
			}
			converse(t, p, test.script)
			sink.AssertCount(t, test.sent)
		})
	}
}

// Commands that come in one group are refused where PIPELINING was not offered.
func TestWithoutPipelining(t *testing.T) {
	p := dialPeer(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.Without("PIPELINING")))
	p.reply()
	p.ask("EHLO me")
	fmt.Fprint(p.nc, "MAIL FROM:<a@example.com>\r\nRSET\r\n")
	if got := p.reply() + "|" + p.reply(); !strings.HasPrefix(got, "503 5.5.0") || !strings.Contains(got, "|250") {
		t.Errorf("got %s", got)
	}
}

// A line ends with CRLF and with nothing else: what stands behind a bare LF is
// not taken as a command (RFC 5321, section 2.3.8).
func TestBareLineEnds(t *testing.T) {
	for _, line := range []string{"NOOP\nMAIL FROM:<evil@example.com>\r\n", "NOOP\r\rQUIT\r\n", "NOOP\x00\r\n", "EHLO me\n"} {
		p := dialPeer(t, smtpsink.Start(t, smtpsink.InMemory()))
		p.reply()
		fmt.Fprint(p.nc, line)
		if got := p.reply() + p.reply(); !strings.HasPrefix(got, "521 5.5.2") || !strings.HasSuffix(got, "[EOF]") {
			t.Errorf("%q: got %s", line, got)
		}
	}
}

// A line without end is refused, and the connection lives.
func TestLongLines(t *testing.T) {
	p := dialPeer(t, smtpsink.Start(t, smtpsink.InMemory()))
	p.reply()
	for _, n := range []int{16 << 10, 100_000} {
		if got := p.ask("NOOP " + strings.Repeat("x", n)); !strings.HasPrefix(got, "500 5.5.6") {
			t.Errorf("got %s", got)
		}
	}
	if got := p.ask("NOOP " + strings.Repeat("x", 12_000)); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
}

// Commands in the clear behind STARTTLS are not run inside TLS (CVE-2011-0411): there
// is no TLS, and they are answered in the clear.
func TestStartTLSInjection(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.StartTLS())
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	fmt.Fprint(p.nc, "STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n")
	if got := p.reply() + "|" + p.reply(); !strings.HasPrefix(got, "503") || !strings.Contains(got, "|250") {
		t.Errorf("got %s", got)
	}
	if got := p.ask("RSET"); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
}

// A message is what stands between DATA and CRLF.CRLF, byte for byte (RFC 5321,
// sections 4.1.1.4 and 4.5.2).
func TestExactBytes(t *testing.T) {
	long := strings.Repeat("0123456789", 10_000)
	tests := map[string]struct{ wire, want string }{
		"empty":                  {"", ""},
		"a dot":                  {"..\r\n", ".\r\n"},
		"two dots":               {"...\r\n", "..\r\n"},
		"dots inside":            {"a.b\r\n.c.\r\n", "a.b\r\nc.\r\n"},
		"a dot before CR":        {"..\rx\r\n", ".\rx\r\n"},
		"CR CRLF before the end": {"x\r\r\n", "x\r\r\n"},
		"bare LFs":               {"a\n.\nb\n..\nc\r\n", "a\n.\nb\n..\nc\r\n"},
		"bare CRs":               {"a\r.\rb\r\n", "a\r.\rb\r\n"},
		"LF dot CRLF":            {"a\n.\r\nMAIL FROM:<evil@example.com>\r\n", "a\n.\r\nMAIL FROM:<evil@example.com>\r\n"},
		"CRLF dot LF":            {"a\r\n.\nMAIL\r\n", "a\r\n\nMAIL\r\n"},
		"CR dot CRLF":            {"a\r.\r\nb\r\n", "a\r.\r\nb\r\n"},
		"NUL and high bytes":     {"\x00\xff\x80\r\n", "\x00\xff\x80\r\n"},
		"a long line":            {long + "\r\n", long + "\r\n"},
		"a CRLF across buffers":  {strings.Repeat("x", 16<<10-1) + "\r\n..x\r\n", strings.Repeat("x", 16<<10-1) + "\r\n.x\r\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sink := smtpsink.Start(t, smtpsink.InMemory())
			p := dialPeer(t, sink)
			p.reply()
			for _, line := range []string{"EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"} {
				p.ask(line)
			}
			fmt.Fprint(p.nc, test.wire+".\r\n")
			if got := p.reply(); !strings.HasPrefix(got, "250") {
				t.Fatalf("got %s", got)
			}
			if got := string(sink.Message(t).Raw); got != test.want {
				t.Errorf("got %q, want %q", abridge(got), abridge(test.want))
			}
			if got := p.ask("NOOP"); !strings.HasPrefix(got, "250") {
				t.Errorf("then: got %s", got)
			}
		})
	}
}

func abridge(s string) string {
	if len(s) > 100 {
		return fmt.Sprintf("%s… (%d bytes)", s[:100], len(s))
	}
	return s
}

// What BDAT brings is not looked at (RFC 3030).
func TestExactChunks(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	p := dialPeer(t, sink)
	p.reply()
	for _, line := range []string{"EHLO me", "MAIL FROM:<a@example.com> BODY=BINARYMIME", "RCPT TO:<b@example.com>"} {
		p.ask(line)
	}
	want := "x\r\n.\r\nQUIT\r\n\x00\n.\n" + strings.Repeat("\r", 50_000)
	half := len(want) / 2
	fmt.Fprintf(p.nc, "BDAT %d\r\n%sBDAT %d last\r\n%s", half, want[:half], len(want)-half, want[half:])
	p.reply()
	if got := p.reply(); !strings.HasPrefix(got, "250") {
		t.Fatalf("got %s", got)
	}
	if !bytes.Equal(sink.Message(t).Raw, []byte(want)) {
		t.Error("the bytes differ")
	}
}

// A connection that ends within a message has sent nothing, by DATA or BDAT.
func TestBrokenOff(t *testing.T) {
	for name, sent := range map[string]string{
		"DATA":      "DATA\r\nSubject: half a mess",
		"DATA dot":  "DATA\r\nSubject: x\r\n.\r",
		"BDAT":      "BDAT 4\r\nfour",
		"BDAT LAST": "BDAT 100 LAST\r\nhalf a message",
		"BDAT next": "BDAT 4\r\nfourBDAT 4 LAST\r\nfou",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				filed := &countingDeliverer{}
				sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(filed))
				p := dialPeer(t, sink)
				p.reply()
				for _, line := range []string{"EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>"} {
					p.ask(line)
				}
				fmt.Fprint(p.nc, sent)
				synctest.Wait()
				p.nc.Close()
				synctest.Wait()
				sink.AssertNothingSent(t)
				if filed.n != 0 {
					t.Errorf("%d messages filed, want 0", filed.n)
				}
			})
		})
	}
}

// Bare CRs and LFs are refused on request, but not in BINARYMIME.
func TestRefuseBareLF(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.RefuseBareLF())
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	for _, test := range []struct{ body, raw, want string }{
		{"8BITMIME", "a\nb\r\n", "550 5.5.2"}, {"7BIT", "\n", "550 5.5.2"}, {"7BIT", "a\rb\r\n", "550 5.5.2"}, {"7BIT", "a\r", "550 5.5.2"},
		{"7BIT", "a\r\n\r\n", "250"}, {"7BIT", "", "250"}, {"BINARYMIME", "a\nb\r", "250"},
	} {
		p.ask("MAIL FROM:<a@example.com> BODY=" + test.body)
		p.ask("RCPT TO:<b@example.com>")
		fmt.Fprintf(p.nc, "BDAT %d LAST\r\n%s", len(test.raw), test.raw)
		if got := p.reply(); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s %q: got %s, want %s", test.body, test.raw, got, test.want)
		}
	}
}
