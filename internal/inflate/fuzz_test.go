package inflate_test

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/go-mailtest/mailtest/internal/inflate"
)

// inPieces gives the stream in pieces whose sizes follow from a seed.
type inPieces struct {
	data []byte
	seed uint32
}

func (r *inPieces) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	r.seed = r.seed*1664525 + 1013904223
	n := copy(p[:min(len(p), 1+int(r.seed>>24)%17)], r.data)
	r.data = r.data[n:]
	return n, nil
}

// FuzzReader holds the reader to compress/flate: the same bytes and the same error,
// however the stream comes.
func FuzzReader(f *testing.F) {
	for _, text := range []string{"", "a", "a1 NOOP\r\n", string(bytes.Repeat([]byte("a2 FETCH 1:* (FLAGS)\r\n"), 50))} {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level += 2 {
			f.Add(compress(f, []byte(text), level), uint32(level))
		}
	}
	f.Add([]byte("5\x01$$"), uint32(60)) // a repetition of nothing, without its count
	f.Add([]byte("5\x03$$\xf1"), uint32(82))
	f.Fuzz(func(t *testing.T, stream []byte, seed uint32) {
		want, wantErr := readBounded(flate.NewReader(bytes.NewReader(stream)))
		got, err := readBounded(inflate.NewReader(&inPieces{stream, seed}))
		whole, wholeErr := readBounded(inflate.NewReader(bytes.NewReader(stream)))
		if !bytes.Equal(got, whole) || err != wholeErr {
			t.Fatalf("in pieces %q, %v\nat once   %q, %v", got, err, whole, wholeErr)
		}
		var corrupt flate.CorruptInputError
		if errors.As(err, &corrupt) && (corrupt < 1 || int(corrupt) > len(stream)) {
			t.Fatalf("corrupt before %d of %d bytes", corrupt, len(stream))
		}
		if wantErr == io.ErrUnexpectedEOF && err != nil {
			checkCut(t, stream, got, want, err)
			return
		}
		if err == io.ErrUnexpectedEOF && wantErr != nil {
			// compress/flate refuses a repetition before its count has arrived.
			got, err = readBounded(inflate.NewReader(bytes.NewReader(slices.Concat(stream, []byte{0}))))
		}
		if !bytes.Equal(got, want) || !sameError(err, wantErr) {
			t.Fatalf("got  %q, %v\nwant %q, %v", got, err, want, wantErr)
		}
	})
}

// sameError says whether the stream is wrong in the same way and place. compress/flate
// may have taken more by then: it goes on to use a code that zlib refuses. And it may have
// taken a byte less: it refuses a repetition of nothing without its count, which zlib takes
// first.
func sameError(got, want error) bool {
	var at, wantAt flate.CorruptInputError
	if errors.As(got, &at) && errors.As(want, &wantAt) {
		return at <= wantAt+1
	}
	return got == want
}

// checkCut is for a stream that ends too early. compress/flate looks at as many bits as
// the end of the block has, and so leaves out a last symbol that has fewer. It finds
// nothing wrong with a block whose end has no code, which zlib refuses at once.
func checkCut(t *testing.T, stream, got, want []byte, err error) {
	t.Helper()
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		if early, err := readBounded(flate.NewReader(bytes.NewReader(stream[:corrupt]))); err == io.ErrUnexpectedEOF && bytes.HasPrefix(got, early) {
			return
		}
	}
	if err != io.ErrUnexpectedEOF || !bytes.HasPrefix(got, want) {
		t.Fatalf("cut\ngot  %q, %v\nwant %q", got, err, want)
	}
}

// readBounded reads no more than a MiB of what may be a bomb.
func readBounded(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, 1<<20))
}
