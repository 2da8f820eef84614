package transcript

import (
	"bytes"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// ring is the end of all conversations, in room that is used again from its beginning when
// it is full.
type ring struct {
	limit   int // of all pages; 0: nothing is kept
	pages   pages
	pos     int // where the next piece goes
	pieces  pieces
	dropped int // pieces that are gone
	reset   int // of these, how many were to be forgotten
}

// piece is some lines of one side of a connection.
type piece struct {
	seq      uint64
	conn     int
	from     serve.Side
	at       time.Duration // since the server was started
	off, len int
	room     int // how long it may become
}

// add takes lines, and drops the oldest ones where they are in the way. It returns the
// number of the piece, by which it can be replaced.
func (r *ring) add(seq uint64, conn int, from serve.Side, at time.Duration, text []byte, room int) int {
	if r.limit == 0 {
		return -1
	}
	room = min(room, r.limit)
	text = text[max(0, len(text)-room):]
	if r.pos+room > r.limit {
		r.dropWhile(func(p piece) bool { return p.off >= r.pos })
		r.pos = 0
	}
	end := r.pos + room
	r.dropWhile(func(p piece) bool { return p.off >= r.pos && p.off < end })
	r.pages.write(r.pos, text, r.limit)
	r.pieces.add(piece{seq, conn, from, at, r.pos, len(text), room})
	r.pos = end
	return r.dropped + r.pieces.len() - 1
}

// replace puts another text in place of a piece, if it is still there.
func (r *ring) replace(num int, text []byte) {
	if num < r.dropped {
		return
	}
	p := r.pieces.at(num - r.dropped)
	text = text[max(0, len(text)-p.room):]
	r.pages.write(p.off, text, r.limit)
	p.len = len(text)
}

// forget drops all pieces on purpose.
func (r *ring) forget() {
	r.dropWhile(func(piece) bool { return true })
	r.pos, r.reset = 0, r.dropped
}

// dropWhile forgets pieces from the oldest on.
func (r *ring) dropWhile(drop func(piece) bool) {
	for r.pieces.len() > 0 && drop(*r.pieces.at(0)) {
		r.pieces.drop()
		r.dropped++
	}
}

// lines are those that are left, of the connections that are wanted.
func (r *ring) lines(wanted func(conn int) bool) []Line {
	var out []Line
	for i := range r.pieces.len() {
		p := r.pieces.at(i)
		if !wanted(p.conn) {
			continue
		}
		for text := range eachLine(r.pages.read(p.off, p.len)) {
			out = append(out, Line{p.seq, p.conn, p.from, p.at, strings.TrimSuffix(string(text), "\n")})
		}
	}
	return out
}

// eachLine splits recorded text into lines, each with the "\n" at its end and
// those inside it.
func eachLine(text []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(text) > 0 {
			end := 0
			for {
				i := bytes.IndexByte(text[end:], '\n')
				if i < 0 {
					end = len(text)
					break
				}
				if end += i + 1; end == len(text) || text[end] != '\t' {
					break
				}
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}
