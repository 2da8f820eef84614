package inflate_test

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/inflate"
	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/internal/portion"
)

// zlib is a process that has zlib: testdata/zlib.py says what it is asked.
type zlib struct {
	t   *testing.T
	in  *json.Encoder
	out *json.Decoder
}

func startZlib(t *testing.T) *zlib {
	t.Helper()
	cmd := exec.Command(program.Need(t, program.Python("zlib", "json", "base64")), "testdata/zlib.py")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("python3: %v\n%s", err, &stderr)
		}
	})
	return &zlib{t: t, in: json.NewEncoder(in), out: json.NewDecoder(out)}
}

func (z *zlib) ask(request map[string]any, answer any) {
	z.t.Helper()
	if err := z.in.Encode(request); err != nil {
		z.t.Fatal(err)
	}
	if err := z.out.Decode(answer); err != nil {
		z.t.Fatal(err)
	}
}

// deflate gives the parts of a stream that end in a flush, and its end.
func (z *zlib) deflate(level int, strategy, flush string, texts [][]byte) [][]byte {
	z.t.Helper()
	var answer struct{ Parts [][]byte }
	z.ask(map[string]any{"texts": texts, "level": level, "strategy": strategy, "flush": flush}, &answer)
	return answer.Parts
}

// inflated is what zlib makes of a stream that comes byte by byte.
type inflated struct {
	Sizes []int
	Out   []byte
	End   string
}

func (z *zlib) inflate(stream []byte) inflated {
	z.t.Helper()
	var answer inflated
	z.ask(map[string]any{"stream": stream}, &answer)
	return answer
}

// texts are what clients say, and what is harder or easier to compress than that.
func texts() [][]byte {
	rnd := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 700)
	for i := range noise {
		noise[i] = byte(rnd.Uint32())
	}
	return [][]byte{
		[]byte("a1 NOOP\r\n"), {}, []byte("a2 UID FETCH 1:* (FLAGS)\r\n"), bytes.Repeat([]byte("a3 NOOP\r\n"), 40),
		noise, bytes.Repeat([]byte("="), 900), []byte("a4 APPEND INBOX {4}\r\n"), noise[:300], []byte("Grüße\r\n"), []byte("a5 IDLE\r\n"), []byte("DONE\r\n"),
	}
}

var (
	flushes    = []string{"Z_NO_FLUSH", "Z_PARTIAL_FLUSH", "Z_SYNC_FLUSH", "Z_FULL_FLUSH", "Z_BLOCK"}
	strategies = []string{"Z_DEFAULT_STRATEGY", "Z_FILTERED", "Z_HUFFMAN_ONLY", "Z_RLE", "Z_FIXED"}
)

// After each byte of what zlib writes, whatever its level, strategy and flush, what
// has come out is what zlib takes out of it; and behind a flush that is everything.
func TestReaderAgainstZlib(t *testing.T) {
	z, every, n := startZlib(t), portion.Of(t, "one stream of %d", 1, 3), 0
	for _, flush := range flushes {
		for _, strategy := range strategies {
			for level := range 10 {
				if n++; n%every != 0 {
					continue
				}
				parts := z.deflate(level, strategy, flush, texts())
				checkParts(t, z, parts, strings.HasSuffix(flush, "L_FLUSH") || flush == "Z_SYNC_FLUSH")
				if t.Failed() {
					t.Fatalf("%s, %s, level %d", flush, strategy, level)
				}
			}
		}
	}
}

func checkParts(t *testing.T, z *zlib, parts [][]byte, flushed bool) {
	t.Helper()
	want := z.inflate(bytes.Join(parts, nil))
	whole := bytes.Join(texts(), nil)
	if want.End != "done" || !bytes.Equal(want.Out, whole) {
		t.Fatalf("zlib does not understand itself: %s, %d bytes", want.End, len(want.Out))
	}
	src := &arriving{}
	r := inflate.NewReader(src)
	var got []byte
	at, due := 0, 0
	for i, part := range parts {
		for _, b := range part {
			src.pending = []byte{b}
			got = readArrived(t, got, r)
			if len(got) != want.Sizes[at] {
				t.Fatalf("%d bytes out of %d, zlib has %d", len(got), at+1, want.Sizes[at])
			}
			at++
		}
		if i < len(texts()) {
			due += len(texts()[i])
		}
		if flushed && len(got) != due {
			t.Fatalf("%d bytes behind flush %d, want %d", len(got), i+1, due)
		}
	}
	if !bytes.Equal(got, whole) {
		t.Fatal("the bytes are not the same")
	}
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("at the end: %v", err)
	}
}

// A stream with a bit that is not what it was is refused at the byte at which zlib
// refuses it, or gives what zlib gives.
func TestReaderAgainstZlibOnWrongStreams(t *testing.T) {
	z := startZlib(t)
	rnd := rand.New(rand.NewPCG(5, 6))
	ends := make(map[string]int)
	streams := portion.Of(t, "%d streams", 3000, 600)
	for n := range streams {
		texts := texts()[:1+n%4]
		stream := bytes.Join(z.deflate(n%10, strategies[n%5], flushes[n/5%5], texts), nil)
		for range 1 + n%3 {
			// Most in the beginning, where the codes of a block are.
			at := rnd.IntN(min(len(stream), 1<<(1+n%8)))
			stream[at] ^= 1 << rnd.IntN(8)
		}
		want := z.inflate(stream)
		ends[want.End]++
		if err := sameAsZlib(z, stream, want); err != nil {
			t.Fatalf("%x\n%v", stream, err)
		}
	}
	for _, end := range []string{"more", "done", "wrong"} {
		if ends[end] < streams/30 {
			t.Errorf("%d streams end as %q: the test has lost its point", ends[end], end)
		}
	}
}

func sameAsZlib(z *zlib, stream []byte, want inflated) error {
	var got []byte
	src := &arriving{}
	r := inflate.NewReader(src)
	for i, b := range stream {
		src.pending = []byte{b}
		var err error
		got, err = appendAll(got, r)
		var corrupt flate.CorruptInputError
		switch {
		case errors.As(err, &corrupt):
			if int(corrupt) != i+1 || !refused(z, stream[:i+1], got, want) {
				return fmt.Errorf("%w at byte %d, zlib has %s at %d", err, i+1, want.End, len(want.Sizes)+1)
			}
			return nil
		case i == len(want.Sizes) || len(got) != want.Sizes[i]:
			return errors.New("not what zlib has, " + want.End)
		case err == io.EOF:
			if want.End != "done" || i+1 != len(want.Sizes) || !bytes.Equal(got, want.Out) {
				return errors.New("it ends where zlib's does not")
			}
			return nil
		case err != errBlocked:
			return err
		}
	}
	if want.End != "more" || !bytes.Equal(got, want.Out) {
		return errors.New("it goes on where zlib's does not")
	}
	return nil
}

// refused says whether zlib, too, takes no more than a stream's last byte. Where the
// code for code lengths has no code at all, it refuses what is read with it and not the
// code: that comes later, with nothing coming out meanwhile.
func refused(z *zlib, stream, got []byte, want inflated) bool {
	if len(want.Sizes) == len(stream)-1 {
		return want.End == "wrong" && bytes.HasPrefix(got, want.Out)
	}
	longer := z.inflate(append(bytes.Clone(stream), make([]byte, 100)...))
	return longer.End == "wrong" && len(longer.Sizes) >= len(stream) && bytes.Equal(got, longer.Out)
}
