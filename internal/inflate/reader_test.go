package inflate_test

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-mailtest/mailtest/internal/inflate"
)

// arriving gives a stream piece by piece, as a connection does. A read when nothing
// has arrived would block for ever; here it is an error.
type arriving struct{ pending []byte }

var errBlocked = errors.New("reads when nothing has arrived")

func (a *arriving) Read(p []byte) (int, error) {
	if len(a.pending) == 0 {
		return 0, errBlocked
	}
	n := copy(p, a.pending)
	a.pending = a.pending[n:]
	return n, nil
}

// readArrived appends what can be read until the reader asks for more than has
// arrived.
func readArrived(t *testing.T, out []byte, r io.Reader) []byte {
	t.Helper()
	out, err := appendAll(out, r)
	if err != io.EOF && err != errBlocked {
		t.Fatalf("%v behind %q", err, out)
	}
	return out
}

// appendAll reads up to an error.
func appendAll(out []byte, r io.Reader) ([]byte, error) {
	var part [512]byte
	for {
		n, err := r.Read(part[:])
		if out = append(out, part[:n]...); err != nil {
			return out, err
		}
	}
}

// bitWriter writes streams by hand: RFC 1951, section 3.1.1.
type bitWriter struct {
	out []byte
	n   uint // bits
}

// bits appends the n lowest bits of v, the lowest first.
func (w *bitWriter) bits(v, n uint) {
	for ; n > 0; n-- {
		if w.n%8 == 0 {
			w.out = append(w.out, 0)
		}
		w.out[w.n/8] |= byte(v&1) << (w.n % 8)
		v >>= 1
		w.n++
	}
}

// code appends a Huffman code, its highest bit first.
func (w *bitWriter) code(v, n uint) {
	for ; n > 0; n-- {
		w.bits(v>>(n-1)&1, 1)
	}
}

// literal appends the fixed code of a byte: RFC 1951, section 3.2.6.
func (w *bitWriter) literal(b byte) {
	if b < 144 {
		w.code(0x30+uint(b), 8)
	} else {
		w.code(0x190+uint(b)-144, 9)
	}
}

// A byte is handed out as soon as the last bit of its code has arrived, without any
// flush: RFC 1951 has none.
func TestReaderHandsOutEverySymbolThatIsWhole(t *testing.T) {
	const text = "a1 NOOP\r\n\xff\xfe"
	w := &bitWriter{}
	w.bits(0, 1)
	w.bits(1, 2) // fixed codes
	var whole []uint
	for i := range len(text) {
		w.literal(text[i])
		whole = append(whole, w.n)
	}
	src := &arriving{}
	z := inflate.NewReader(src)
	got := 0
	for i, b := range w.out {
		src.pending = append(src.pending, b)
		got += len(readArrived(t, nil, z))
		want := 0
		for _, end := range whole {
			if end <= uint(i+1)*8 {
				want++
			}
		}
		if got != want {
			t.Fatalf("%d bytes out of %d, want %d", got, i+1, want)
		}
	}
}

// A match may repeat what it writes, and reach as far as the window.
func TestReaderCopiesMatches(t *testing.T) {
	text := make([]byte, 100<<10)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range text {
		text[i] = byte(rnd.Uint32())
	}
	far := append(bytes.Clone(text[:32<<10]), text[:1000]...) // 32 KiB back
	run := bytes.Repeat([]byte("a"), 70000)
	for _, text := range [][]byte{far, run, append(run, text...), bytes.Repeat([]byte("abc"), 40000), []byte(strings.Repeat("x", 257) + "yyyy")} {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			got, err := io.ReadAll(inflate.NewReader(bytes.NewReader(compress(t, text, level))))
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("level %d: %d bytes, want %d, and they are equal: %v; %v", level, len(got), len(text), bytes.Equal(got, text), err)
			}
		}
	}
}

func compress(t testing.TB, text []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The longest distance that a stream can ask for with what it has is allowed, one
// more is not: RFC 1951, section 3.2.3 has a distance refer to the data so far.
func TestReaderRefusesDistancesBeforeTheBeginning(t *testing.T) {
	for distance, ok := range map[uint]bool{2: true, 3: false} {
		w := &bitWriter{}
		w.bits(0b011, 3)
		w.literal('a')
		w.literal('b')
		w.code(1, 7)          // length 3
		w.code(distance-1, 5) // distances 1 to 4
		w.code(0, 7)          // end of block
		got, err := io.ReadAll(inflate.NewReader(bytes.NewReader(w.out)))
		var corrupt flate.CorruptInputError
		if ok && (string(got) != "ababa" || err != nil) {
			t.Errorf("distance %d: %q, %v", distance, got, err)
		}
		if !ok && (string(got) != "ab" || !errors.As(err, &corrupt) || corrupt != 4) {
			t.Errorf("distance %d: %q, %v, want ab and a corrupt input before offset 4", distance, got, err)
		}
	}
}

// Streams that a table of wrong ones has, one a rule.
func TestReaderRefusesCorruptStreams(t *testing.T) {
	for name, write := range map[string]func(*bitWriter){
		"a block of the reserved type (3.2.3)":      func(w *bitWriter) { w.bits(0b111, 3) },
		"NLEN is not the complement of LEN (3.2.4)": func(w *bitWriter) { w.bits(0b001, 8); w.bits(5, 16); w.bits(5, 16) },
		"literal symbol 286 (3.2.6)":                func(w *bitWriter) { w.bits(0b011, 3); w.code(0xc0+286-280, 8) },
		"distance symbol 30 (3.2.6)":                func(w *bitWriter) { w.bits(0b011, 3); w.literal('a'); w.code(1, 7); w.code(30, 5) },
		"287 literals (3.2.7)":                      func(w *bitWriter) { w.bits(0b101, 3); w.bits(30, 5); w.bits(0, 9) },
		"31 distances (3.2.7)":                      func(w *bitWriter) { w.bits(0b101, 3); w.bits(0, 5); w.bits(30, 5); w.bits(0, 4) },
		"an incomplete code for code lengths":       func(w *bitWriter) { w.lengthCode(map[uint]uint{0: 1}) },
		"an oversubscribed code for code lengths":   func(w *bitWriter) { w.lengthCode(map[uint]uint{0: 1, 1: 1, 2: 1}) },
		"no code for code lengths":                  func(w *bitWriter) { w.lengthCode(nil) },
		"a repetition of nothing (3.2.7)":           func(w *bitWriter) { w.lengthCode(map[uint]uint{0: 1, 16: 1}); w.code(1, 1); w.bits(0, 2) },
		"a repetition beyond the end (3.2.7)": func(w *bitWriter) {
			w.lengthCode(map[uint]uint{0: 1, 18: 1})
			w.zeros(138)
			w.zeros(121) // 259 of 258
		},
		"no code for the end of the block": func(w *bitWriter) {
			w.lengthCode(map[uint]uint{0: 1, 18: 1})
			w.zeros(138)
			w.zeros(120)
		},
		"an oversubscribed code": func(w *bitWriter) {
			w.lengthCode(map[uint]uint{1: 1, 18: 1})
			w.code(0, 1)
			w.code(0, 1)
			w.zeros(138)
			w.zeros(116)
			w.code(0, 1) // the end of the block, a third code of one bit
			w.code(0, 1)
		},
		"an incomplete code": func(w *bitWriter) {
			w.lengthCode(map[uint]uint{0: 2, 2: 2, 1: 2, 18: 2})
			w.code(2, 2) // one code of two bits
			w.code(3, 2)
			w.bits(138-11, 7)
			w.code(3, 2)
			w.bits(117-11, 7)
			w.code(2, 2)
			w.code(1, 2)
		},
		"bits that are no code": func(w *bitWriter) {
			w.endOnly()
			w.code(1, 1)
		},
	} {
		w := &bitWriter{}
		write(w)
		w.bits(0, 64)
		got, err := io.ReadAll(inflate.NewReader(bytes.NewReader(w.out)))
		var corrupt flate.CorruptInputError
		if !errors.As(err, &corrupt) || corrupt < 1 || int(corrupt) > len(w.out)-7 {
			t.Errorf("%s: %q, %v, want a CorruptInputError before %d", name, got, err, len(w.out)-7)
		}
	}
}

// lengthCode begins a block of dynamic codes with one distance and 257 literals.
func (w *bitWriter) lengthCode(lengths map[uint]uint) {
	w.bits(0b101, 3)
	w.bits(0, 10)
	w.bits(15, 4)
	for _, symbol := range []uint{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		w.bits(lengths[symbol], 3)
	}
}

// zeros is a run of 11 to 138 code lengths that are zero, where the code of that is 1.
func (w *bitWriter) zeros(n uint) {
	w.code(1, 1)
	w.bits(n-11, 7)
}

// endOnly begins a block in which the end of the block alone has a code, of one bit.
func (w *bitWriter) endOnly() {
	w.lengthCode(map[uint]uint{1: 1, 18: 1})
	w.zeros(138)
	w.zeros(118)
	w.code(0, 1)
	w.code(0, 1)
}

// One code of one bit is allowed: section 3.2.7 says it of the distance, and zlib
// takes it for both.
func TestReaderTakesALoneCode(t *testing.T) {
	w := &bitWriter{}
	w.endOnly()
	w.code(0, 1)
	if got, err := io.ReadAll(inflate.NewReader(bytes.NewReader(w.out))); err != nil || len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// What follows the stream is not lost, wherever in a byte the stream ends.
func TestReaderKeepsTheRest(t *testing.T) {
	for n := range 40 {
		text := strings.Repeat("x y", n)
		const behind = "\x00behind the stream"
		stream := append(compress(t, []byte(text), flate.BestSpeed), behind...)
		src := bytes.NewReader(stream)
		z := inflate.NewReader(iotest.OneByteReader(src))
		if rest := z.Rest(); rest != nil {
			t.Errorf("%q before the end", rest)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != text {
			t.Fatalf("%q, %v", got, err)
		}
		unread, _ := io.ReadAll(src)
		if rest := string(z.Rest()) + string(unread); rest != behind {
			t.Errorf("%d bytes and then %q, want %q", len(text), rest, behind)
		}
		whole := inflate.NewReader(bytes.NewReader(stream))
		io.Copy(io.Discard, whole)
		if rest := string(whole.Rest()); rest != behind {
			t.Errorf("%d bytes at once and then %q, want %q", len(text), rest, behind)
		}
	}
}

// An error of the source comes behind what arrived before it and with it, and is not
// kept: a deadline may be moved.
func TestReaderPassesErrorsOn(t *testing.T) {
	stream := compress(t, []byte("hello"), flate.DefaultCompression)
	src := &flaky{parts: [][]byte{stream[:4], stream[4:]}}
	z := inflate.NewReader(src)
	got, err := io.ReadAll(z)
	if err != os.ErrDeadlineExceeded || len(got) == 0 {
		t.Fatalf("%q, %v", got, err)
	}
	rest, err := io.ReadAll(z)
	if err != nil || string(got)+string(rest) != "hello" {
		t.Errorf("%q and %q, %v", got, rest, err)
	}
	for range 2 {
		cut := inflate.NewReader(iotest.DataErrReader(bytes.NewReader(stream[:5])))
		if _, err := io.ReadAll(cut); err != io.ErrUnexpectedEOF {
			t.Errorf("cut: %v", err)
		}
	}
	if _, err := io.ReadAll(inflate.NewReader(nothing{})); err != io.ErrNoProgress {
		t.Errorf("a source that gives nothing: %v", err)
	}
}

// flaky gives each part together with an error.
type flaky struct{ parts [][]byte }

func (f *flaky) Read(p []byte) (int, error) {
	if len(f.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.parts[0])
	f.parts = f.parts[1:]
	return n, os.ErrDeadlineExceeded
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }
