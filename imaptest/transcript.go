package imaptest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// DefaultTranscriptLimit is how many bytes of the transcript a server keeps, the
// last ones.
const DefaultTranscriptLimit = 1 << 20

// minTranscriptLimit holds one write of the engine.
const minTranscriptLimit = 128 << 10

// transcript is the end of all conversations, in a buffer that is used again
// from its beginning when it is full.
type transcript struct {
	limit   int // of buf; 0: nothing is kept
	buf     []byte
	pos     int // where the next piece goes
	pieces  []piece
	first   int // the oldest piece that is left
	dropped int // pieces that are gone
}

// piece is some lines of one side of a connection.
type piece struct {
	conn     int
	from     imapd.Side
	at       time.Duration // since the server was started
	off, len int
	room     int // how long it may become
}

// add takes lines, and drops the oldest ones where they are in the way. It returns the
// number of the piece, by which it can be replaced.
func (tr *transcript) add(conn int, from imapd.Side, at time.Duration, text []byte, room int) int {
	if tr.limit == 0 {
		return -1
	}
	room = min(room, tr.limit)
	text = text[max(0, len(text)-room):]
	if tr.pos+room > tr.limit {
		tr.dropWhile(func(p piece) bool { return p.off >= tr.pos })
		tr.pos = 0
	}
	end := tr.pos + room
	tr.dropWhile(func(p piece) bool { return p.off >= tr.pos && p.off < end })
	if end > len(tr.buf) {
		tr.buf = slices.Grow(tr.buf, end-len(tr.buf))[:end]
	}
	copy(tr.buf[tr.pos:], text)
	tr.pieces = append(tr.pieces, piece{conn, from, at, tr.pos, len(text), room})
	tr.pos = end
	return tr.dropped + len(tr.pieces) - tr.first - 1
}

// replace puts another text in place of a piece, if it is still there.
func (tr *transcript) replace(num int, text []byte) {
	if num < tr.dropped {
		return
	}
	p := &tr.pieces[tr.first+num-tr.dropped]
	text = text[max(0, len(text)-p.room):]
	p.len = copy(tr.buf[p.off:], text)
}

// dropWhile forgets pieces from the oldest on.
func (tr *transcript) dropWhile(drop func(piece) bool) {
	for tr.first < len(tr.pieces) && drop(tr.pieces[tr.first]) {
		tr.first++
		tr.dropped++
	}
	if tr.first > len(tr.pieces)/2 {
		tr.pieces = append(tr.pieces[:0], tr.pieces[tr.first:]...)
		tr.first = 0
	}
}

// wireLine is a line of the transcript.
type wireLine struct {
	conn int
	from imapd.Side
	at   time.Duration
	text string // without its last "\n"; a line break inside it is "\n\t"
}

// lines are those that are left, of the connections that are wanted.
func (tr *transcript) lines(wanted func(conn int) bool) []wireLine {
	var out []wireLine
	for _, p := range tr.pieces[tr.first:] {
		if !wanted(p.conn) {
			continue
		}
		for line := range eachLine(tr.buf[p.off : p.off+p.len]) {
			out = append(out, wireLine{p.conn, p.from, p.at, strings.TrimSuffix(string(line), "\n")})
		}
	}
	return out
}

// Transcript is what went over all connections, the last megabyte of it or what
// [WithTranscriptLimit] says: a line each with the seconds since the server was
// started, the connection's number, and C: or S: for who sent it. Passwords and
// tokens are masked, long literals are shortened.
//
// Nothing is in it as sent that the client cannot have got, though TCP may lose what it
// has taken when a connection is reset. What may be a secret is masked too: behind LOGIN
// and AUTHENTICATE whatever is no command, until there is one, and of a line with an
// unknown command all but its name.
func (s *Server) Transcript() string {
	s.rec.mu.Lock()
	lines := s.rec.transcript.lines(func(int) bool { return true })
	dropped := s.rec.transcript.dropped
	s.rec.mu.Unlock()
	var sb strings.Builder
	if dropped > 0 {
		sb.WriteString("[… what came before is gone: WithTranscriptLimit keeps more]\n")
	}
	for _, line := range lines {
		head := fmt.Sprintf("%9.6f %d %c: ", line.at.Seconds(), line.conn, line.from)
		sb.WriteString(head + indent(line.text, len(head)) + "\n")
	}
	return sb.String()
}

// indent puts the lines inside a line below its beginning.
func indent(text string, width int) string {
	return strings.ReplaceAll(text, "\n\t", "\n"+strings.Repeat(" ", width))
}
