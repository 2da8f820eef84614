package inflate_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"testing"

	"github.com/go-mailtest/mailtest/internal/inflate"
)

// The reader beside compress/flate's, on answers to a FETCH of n messages: bytes a
// second are the same for all n.
func BenchmarkReader(b *testing.B) {
	for _, n := range []int{100, 1000, 10000, 100000} {
		var text bytes.Buffer
		for i := range n {
			fmt.Fprintf(&text, "* %d FETCH (UID %d FLAGS (\\Seen) RFC822.SIZE %d INTERNALDATE \"%02d-May-2024 10:%02d:00 +0000\")\r\n", i, 3*i+i%7, i*7919%100003, i%28+1, i%60)
		}
		stream := compress(b, text.Bytes(), flate.DefaultCompression)
		for name, open := range map[string]func(io.Reader) io.Reader{
			"inflate": func(r io.Reader) io.Reader { return inflate.NewReader(r) },
			"flate":   func(r io.Reader) io.Reader { return flate.NewReader(r) },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(text.Len()))
				for b.Loop() {
					if n, err := io.Copy(io.Discard, open(bytes.NewReader(stream))); err != nil || n != int64(text.Len()) {
						b.Fatal(n, err)
					}
				}
			})
		}
	}
}
