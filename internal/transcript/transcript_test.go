package transcript

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The buffer holds the last pieces, whole and in order, and never more than
// its limit.
func TestTranscriptRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]int{1, pageSize / 70}).Draw(t, "scale") // on one page, or on more
		tr := ring{limit: scale * rapid.IntRange(1, 200).Draw(t, "limit")}
		var all []string
		for i := range rapid.IntRange(0, 60).Draw(t, "pieces") {
			text := fmt.Sprintf("%d:%s\n", i, strings.Repeat("x", scale*rapid.IntRange(0, 40).Draw(t, "length")))
			all = append(all, text)
			tr.add(uint64(i), i%3, 'S', time.Duration(i), []byte(text), len(text))
			if size := sizeOf(tr.pages); size > tr.limit {
				t.Fatalf("%d bytes are kept, the limit is %d", size, tr.limit)
			}
			var got string
			for _, line := range tr.lines(func(int) bool { return true }) {
				got += line.Text + "\n"
			}
			if !strings.HasSuffix(strings.Join(all, ""), got) {
				t.Fatalf("got %q, want the end of %q", got, all)
			}
			// What fits beside the newest piece is not thrown away before half of
			// the limit is in use.
			kept, want := 0, 0
			for j := len(all) - 1; j >= 0 && want+len(all[j]) <= tr.limit/2; j-- {
				want += len(all[j])
			}
			for i := range tr.pieces.len() {
				p := tr.pieces.at(i)
				kept += p.len
			}
			if kept < want {
				t.Fatalf("%d bytes are kept, want %d at least", kept, want)
			}
		}
	})
}

// However long it becomes, all is kept that the limit has room for, in no more memory.
func TestTranscriptGrows(t *testing.T) {
	for _, limit := range []int{1 << 10, 3 << 10, pageSize - 1, pageSize, pageSize + 1, 3*pageSize + 500, 1 << 20} {
		tr := ring{limit: limit}
		var all strings.Builder
		for i := 0; ; i++ {
			text := fmt.Sprintf("%d:%s\n", i, strings.Repeat("x", 10+i%500))
			if all.Len()+len(text) > limit {
				break
			}
			all.WriteString(text)
			tr.add(uint64(i), 1, 'S', 0, []byte(text), len(text))
		}
		var got strings.Builder
		for _, line := range tr.lines(func(int) bool { return true }) {
			got.WriteString(line.Text + "\n")
		}
		if got.String() != all.String() {
			t.Errorf("of %d bytes within the limit of %d, %d are kept", all.Len(), limit, got.Len())
		}
		if size := sizeOf(tr.pages); size > limit || size > max(2*all.Len(), shortSession, all.Len()+pageSize) {
			t.Errorf("there is room for %d bytes, the limit is %d", size, limit)
		}
	}
}

func sizeOf(ps pages) (size int) {
	for _, page := range ps {
		size += cap(page)
	}
	return size
}

func TestEachLine(t *testing.T) {
	for text, want := range map[string]string{
		"":              "",
		"a\n":           "a\n",
		"a\nb\n":        "a\n|b\n",
		"a\n\tb\nc\n":   "a\n\tb\n|c\n",
		"a\n\tb\n\tc\n": "a\n\tb\n\tc\n",
		"a\n\n\tb\nc\n": "a\n|\n\tb\n|c\n",
		"cut":           "cut",
	} {
		var got []string
		for line := range eachLine([]byte(text)) {
			got = append(got, string(line))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
