package mimetree

import (
	"iter"
	"unicode/utf8"
)

// Stop says whether work is to be given up, and says so ever after. It is asked every
// few milliseconds.
type Stop func() bool

// quick is the length of a message that is not worth asking for: whatever it holds, all
// that can be asked of it takes a few milliseconds.
const quick = 64 << 10

// stride is so many bytes of work between two askings.
const stride = 16 << 10

// work is what is done for somebody who may have it stopped. When it is stopped, what does
// it goes to its end as if nothing more were there, and what it returns is not kept. One
// goroutine uses it. A nil one is never stopped.
type work struct {
	stop    Stop
	undone  int // bytes until it asks
	stopped bool
}

// workOn is nil for what is quick.
func workOn(length int, stop Stop) *work {
	if stop == nil || length < quick {
		return nil
	}
	return &work{stop: stop, undone: stride}
}

// step counts bytes, and says whether the work is to be given up.
func (w *work) step(n int) bool {
	return w != nil && w.count(n)
}

func (w *work) count(n int) bool {
	if w.undone -= n; w.undone <= 0 && !w.stopped {
		w.undone, w.stopped = stride, w.stop()
	}
	return w.stopped
}

// isStopped says whether it is to be given up, without work.
func (w *work) isStopped() bool { return w != nil && w.stopped }

// pieces are s in pieces of whole characters and line ends, up to where the work is
// stopped.
func (w *work) pieces(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w != nil && len(s) > stride && !w.step(stride) {
			end := cutBefore(s, stride)
			if !yield(s[:end]) {
				return
			}
			s = s[end:]
		}
		if !w.isStopped() {
			yield(s)
		}
	}
}

// cutBefore is the last place, at or before end, between two characters, and not within
// a CRLF.
func cutBefore(s string, end int) int {
	for i := end; i > end-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if s[i] == '\n' && s[i-1] == '\r' {
				return i - 1
			}
			return i
		}
	}
	return end // in what are no characters
}
