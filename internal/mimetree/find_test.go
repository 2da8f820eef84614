package mimetree

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// To look for a key in a text as it stands is to look for it in the text's key.
func TestFindIsContains(t *testing.T) {
	letters := rapid.SampledFrom([]byte("aaaAAbBzZ@`[{ \r\n.0\x00\x7f\xc3\xa9"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(letters, 0, 150).Draw(t, "text")
		c := Collation(rapid.IntRange(0, len(Collations)-1).Draw(t, "collation"))
		key := string(rapid.SliceOfN(letters, 0, 5).Draw(t, "key"))
		if from := rapid.IntRange(0, len(text)).Draw(t, "from"); rapid.Bool().Draw(t, "from the text") {
			key = string(text[from:min(from+rapid.IntRange(1, 30).Draw(t, "length"), len(text))])
		}
		key = c.Key(key)
		want := strings.Contains(c.Key(string(text)), key)
		switch found, plain := c.find(nil, text, key); {
		case plain && !isASCII(text):
			t.Fatalf("%q is not ASCII", text)
		case found && !want, plain && want && !found, isASCII(text) && !found && !plain:
			t.Fatalf("%v: %q in %q: found %v, plain %v, want %v", c, key, text, found, plain, want)
		}
	})
}

// What is found is found across the pieces that a long text is looked through in, and what
// takes long is given up.
func TestFindInLongText(t *testing.T) {
	for _, at := range []int{stride - 3, stride, 2*stride - 1, 3*stride - 6} {
		text := bytes.Repeat([]byte("a needl "), 3*stride/8)
		copy(text[at:], "nEEdle")
		w := &work{stop: func() bool { return false }, undone: stride}
		if found, _ := UnicodeCasemap.find(w, text, "NEEDLE"); !found {
			t.Errorf("not found at %d", at)
		}
	}
	long := strings.Repeat("AB", stride)
	if found, plain := UnicodeCasemap.find(nil, []byte("x"+strings.ToLower(long)), long); !found || !plain {
		t.Errorf("a long key: found %v, plain %v", found, plain)
	}
	asked := 0
	w := &work{stop: func() bool { asked++; return true }, undone: stride}
	UnicodeCasemap.find(w, bytes.Repeat([]byte("a"), 100*stride), "NEEDLE")
	if asked != 1 {
		t.Errorf("asked %d times, want 1", asked)
	}
}

func BenchmarkFind(b *testing.B) {
	for name, text := range map[string][]byte{
		"text":      bytes.Repeat([]byte("Some words of the text, as there are many in mail.\r\n"), 40),
		"the worst": bytes.Repeat([]byte("nnnnnnnnxx"), 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				UnicodeCasemap.find(nil, text, "NNNNNNNNXN")
			}
		})
	}
}
