package imapwire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
)

func newTestReader(text string) *Reader {
	return NewReader(strings.NewReader(text), Limits{Line: 200})
}

func acceptAll(*Command, Literal) error { return nil }

func TestReadCommand(t *testing.T) {
	tests := map[string][]string{ // input: segments
		"a NOOP\r\n":                            {"a NOOP\r\n"},
		"a LOGIN {4}\r\nuser {3+}\r\na\r\n\r\n": {"a LOGIN {4}\r\n", "user", " {3+}\r\n", "a\r\n", "\r\n"},
		"a X ~{2}\r\n\x00y\r\n":                 {"a X ~{2}\r\n", "\x00y", "\r\n"},
		"a X {0}\r\n\r\n":                       {"a X {0}\r\n", "", "\r\n"},
		"a X ({1}\r\nz)\r\n":                    {"a X ({1}\r\n", "z", ")\r\n"},
		"a X \"q {5}\r\n":                       {"a X \"q {5}\r\n"}, // in an open quoted string
		"a X \"q\\\"\" {1}\r\nz\r\n":            {"a X \"q\\\"\" {1}\r\n", "z", "\r\n"},
		"a X y{5}\r\n":                          {"a X y{5}\r\n"}, // not at the beginning of a string
		"a X {}\r\n":                            {"a X {}\r\n"},
		"a X {x}\r\n":                           {"a X {x}\r\n"},
	}
	for input, want := range tests {
		r := newTestReader(input)
		cmd, err := r.ReadCommand(acceptAll)
		if err != nil {
			t.Errorf("%q: %v", input, err)
			continue
		}
		if string(cmd.Raw()) != input {
			t.Errorf("%q: raw %q", input, cmd.Raw())
		}
		var got []string
		for _, segment := range cmd.Segments() {
			got = append(got, string(segment))
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: got %q, want %q", input, got, want)
		}
	}
}

// A literal is the parser's own: it is not copied.
func TestLiteralIsHandedOver(t *testing.T) {
	cmd, err := newTestReader("a APPEND x {5}\r\nhello\r\n").ReadCommand(acceptAll)
	if err != nil {
		t.Fatal(err)
	}
	p := cmd.Parser()
	p.Tag()
	p.SP()
	p.Keyword()
	p.SP()
	p.Mailbox()
	p.SP()
	if got := p.Literal(); string(got) != "hello" || &got[0] != &cmd.Segments()[1][0] {
		t.Errorf("got %q", got)
	}
	p.End()
	if p.Err() != nil {
		t.Error(p.Err())
	}
}

func TestNULNeedsLiteral8(t *testing.T) {
	for input, wantOK := range map[string]bool{"{1}\r\n\x00\r\n": false, "~{1}\r\n\x00\r\n": true} {
		cmd, err := newTestReader("a " + input).ReadCommand(acceptAll)
		if err != nil {
			t.Fatal(err)
		}
		p := cmd.Parser()
		p.Tag()
		p.SP()
		if p.Literal(); p.OK() != wantOK {
			t.Errorf("%q: %v, want ok %v", input, p.Err(), wantOK)
		}
	}
}

// After a line that is no IMAP the reader stands at the next one.
func TestBadLines(t *testing.T) {
	for _, bad := range []string{
		"a NOOP\n", "a N\rOOP\r\n", "a N\x00OOP\r\n", "a " + strings.Repeat("x", 300) + "\r\n",
		"a " + strings.Repeat("x", 100_000) + "\r\n", "a X {99999999999999999999}\r\n",
	} {
		r := newTestReader(bad + "b NOOP\r\n")
		cmd, err := r.ReadCommand(acceptAll)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%.40q: got %v, want a syntax error", bad, err)
		}
		if p := cmd.Parser(); p.Tag() != "a" {
			t.Errorf("%.40q: the tag is lost", bad)
		}
		if cmd, err := r.ReadCommand(acceptAll); err != nil || string(cmd.Raw()) != "b NOOP\r\n" {
			t.Errorf("%.40q: the next command is %v, %v", bad, cmd, err)
		}
	}
}

// A literal that is refused: a synchronizing one does not come, another is
// read and forgotten.
func TestRefusedLiterals(t *testing.T) {
	refusal := errors.New("no")
	refuse := func(*Command, Literal) error { return refusal }
	for _, input := range []string{
		"a X {5}\r\n", "a X {5+}\r\nhello\r\n", "a X {5+}\r\nhello {3+}\r\nabc\r\n", "a X {5+}\r\nhello {3}\r\n",
	} {
		r := newTestReader(input + "b NOOP\r\n")
		cmd, err := r.ReadCommand(refuse)
		if !errors.Is(err, refusal) || len(cmd.Segments()) != 1 {
			t.Errorf("%q: got %v, %v", input, cmd, err)
		}
		if cmd, err := r.ReadCommand(acceptAll); err != nil || string(cmd.Raw()) != "b NOOP\r\n" {
			t.Errorf("%q: the next command is %v, %v", input, cmd, err)
		}
	}
}

// Memory grows with what arrives and not with what is announced.
func TestHugeLiteralThatNeverComes(t *testing.T) {
	r := newTestReader("a X {4611686018427387904+}\r\nshort")
	if _, err := r.ReadCommand(acceptAll); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if allocated := testing.AllocsPerRun(1, func() {
		newTestReader("a X {4611686018427387904+}\r\nshort").ReadCommand(acceptAll)
	}); allocated > 100 {
		t.Errorf("%v allocations", allocated)
	}
}

func TestLargeLiteral(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789"), 100_000)
	r := newTestReader("a X {1000000}\r\n" + string(want) + "\r\n")
	cmd, err := r.ReadCommand(acceptAll)
	if err != nil || !bytes.Equal(cmd.Segments()[1], want) {
		t.Errorf("got %v", err)
	}
}

func TestReadLine(t *testing.T) {
	r := newTestReader("DONE\r\n\r\n")
	for _, want := range []string{"DONE", ""} {
		if got, err := r.ReadLine(); err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if _, err := r.ReadLine(); err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
}

func FuzzReadCommand(f *testing.F) {
	for _, seed := range []string{"a NOOP\r\n", "a X {3}\r\nabc\r\n", "a X {3+}\r\nabc ~{1}\r\nd\r\n", "\n", "{", "\"{3}\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		r := NewReader(bytes.NewReader(input), Limits{Line: 1000})
		for {
			cmd, err := r.ReadCommand(func(_ *Command, lit Literal) error {
				if lit.Size > 1000 {
					return errors.New("too large")
				}
				return nil
			})
			var syntax *SyntaxError
			switch {
			case err == nil && !bytes.Contains(input, cmd.Raw()):
				t.Fatalf("%q is not in the input", cmd.Raw())
			case err == nil || errors.As(err, &syntax) || err.Error() == "too large":
			default:
				return
			}
		}
	})
}

// What a command is does not depend on how the bytes of it come, nor on how large the
// buffer is when they do: lines and literals longer than it come between short ones.
func TestReaderPieces(t *testing.T) {
	long := strings.Repeat("x", 3*few)
	want := []string{
		"a NOOP\r\n", "b " + long + "\r\n", "c NOOP\r\n", "d X {3}\r\nabc\r\n", "e X {" + fmt.Sprint(len(long)) + "+}\r\n" + long + " {1}\r\ny\r\n",
		"f " + strings.Repeat("y", many+1) + "\r\n", "g NOOP\r\n",
	}
	for size := few - 3; size <= few+3; size++ {
		want = append(want, "h "+strings.Repeat("z", size-len("h \r\n"))+"\r\n")
	}
	text := strings.Join(want, "")
	for name, in := range map[string]io.Reader{
		"at once":    strings.NewReader(text),
		"by byte":    iotest.OneByteReader(strings.NewReader(text)),
		"by halves":  iotest.HalfReader(strings.NewReader(text)),
		"with error": iotest.DataErrReader(strings.NewReader(text)),
	} {
		r := NewReader(in, Limits{})
		for _, want := range want {
			cmd, err := r.ReadCommand(func(*Command, Literal) error { return nil })
			if err != nil || string(cmd.Raw()) != want {
				t.Errorf("%s: got %.40q, %v, want %.40q", name, cmd.Raw(), err, want)
			}
		}
		if r.Consumed() != int64(len(text)) {
			t.Errorf("%s: consumed %d bytes of %d", name, r.Consumed(), len(text))
		}
	}
}

// Who says little has no more than a few bytes for it, and who has said much has it no
// longer when that is over.
func TestReaderAtRest(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	r := NewReader(server, Limits{})
	for _, line := range []string{"a NOOP\r\n", "b " + strings.Repeat("x", 2*many) + "\r\n", "c NOOP\r\n", "d NOOP\r\n"} {
		go io.WriteString(client, line)
		if cmd, err := r.ReadCommand(nil); err != nil || string(cmd.Raw()) != line {
			t.Fatalf("got %.40q, %v, want %.40q", cmd.Raw(), err, line)
		}
		if line[0] != 'b' && r.ahead.many != nil {
			t.Errorf("there is a buffer behind %q", line)
		}
	}
}

// pieces gives a piece a read, as a connection does, and counts the reads.
type pieces struct {
	left  []string
	reads int
}

func (p *pieces) Read(buf []byte) (n int, err error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	p.reads++
	n = copy(buf, p.left[0])
	if p.left[0] = p.left[0][n:]; p.left[0] == "" {
		p.left = p.left[1:]
	}
	return n, nil
}

// What a client sends at once, a literal and the end of its line, is read at once, and what it
// sends behind that is the next command.
func TestLiteralWithTheEndOfItsLine(t *testing.T) {
	for _, size := range []int{few, 2000, 64<<10 - 1, 64 << 10, 64<<10 + 1, 128 << 10, 300_000} {
		for _, behind := range []string{"\r\n", "\r\nb NOOP\r\n", " {1+}\r\nx\r\n", " (\\Seen)\r\n"} {
			announced := fmt.Sprintf("a X {%d}\r\n", size)
			in := &pieces{left: []string{announced, strings.Repeat("x", size) + behind, "c NOOP\r\n"}}
			r, got, text := NewReader(in, Limits{}), "", strings.Join(in.left, "")
			for first := true; ; first = false {
				cmd, err := r.ReadCommand(acceptAll)
				if err != nil {
					break
				}
				got += string(cmd.Raw())
				if first && size <= 64<<10 && behind == "\r\n" && in.reads != 2 {
					t.Errorf("a literal of %d took %d reads, want 2", size, in.reads)
				}
			}
			if got != text || r.Consumed() != int64(len(text)) {
				t.Errorf("a literal of %d and %q: got %d bytes, want %d, consumed %d", size, behind, len(got), len(text), r.Consumed())
			}
		}
	}
}
