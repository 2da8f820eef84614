package smtpwire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// MaxLine is how long a line may be: 12,288 octets for AUTH (RFC 4954, section 4), far
// more than any other command needs.
const MaxLine = 16 << 10

// What is wrong with a line. Behind one that is too long the next can be read; behind
// the other nothing is a line.
var (
	ErrLongLine    = errors.New("the line is too long")
	ErrBareLineEnd = errors.New("bare CR, bare LF or NUL in a line")
)

// Reader reads what a client sends: lines, and messages by DATA and BDAT.
type Reader struct{ br *bufio.Reader }

// NewReader reads from src.
func NewReader(src io.Reader) *Reader { return &Reader{bufio.NewReaderSize(src, MaxLine)} }

// Reset forgets what has been read ahead, and reads from src.
func (r *Reader) Reset(src io.Reader) { r.br.Reset(src) }

// Buffered is how many bytes have been read ahead.
func (r *Reader) Buffered() int { return r.br.Buffered() }

// ReadLine reads a line without its CRLF. Nothing else ends a line (RFC 5321, section
// 2.3.8).
func (r *Reader) ReadLine() (string, error) {
	line, err := r.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.br.ReadSlice('\n')
		}
		if err == nil {
			err = ErrLongLine
		}
	}
	if err != nil {
		return "", err
	}
	text, whole := strings.CutSuffix(string(line), "\r\n")
	if !whole || strings.ContainsAny(text, "\r\x00") {
		return "", ErrBareLineEnd
	}
	return text, nil
}

// ReadMessage reads a message up to CRLF.CRLF, appends it to dst, and undoes
// dot-stuffing (RFC 5321, section 4.5.2). Only CRLF ends a line: a dot between bare LFs
// or CRs is text (section 4.1.1.4). What is beyond the limit is read and not kept.
func (r *Reader) ReadMessage(dst []byte, limit int64) (msg []byte, size int64, err error) {
	lineStart, lastCR := true, false
	for {
		piece, err := r.br.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return dst, size, err
		}
		if lineStart && piece[0] == '.' {
			if string(piece) == ".\r\n" {
				return dst, size, nil
			}
			piece = piece[1:]
		}
		if size += int64(len(piece)); size <= limit {
			dst = append(dst, piece...)
		}
		lineStart = bytes.HasSuffix(piece, []byte("\r\n")) || lastCR && string(piece) == "\n"
		lastCR = bytes.HasSuffix(piece, []byte("\r"))
	}
}

// ReadChunk reads so many bytes, and appends them to dst as they arrive.
func (r *Reader) ReadChunk(dst []byte, size int64) ([]byte, error) {
	for size > 0 {
		at, n := len(dst), int(min(size, 32<<10))
		dst = slices.Grow(dst, n)[:at+n]
		got, err := r.br.Read(dst[at:])
		dst = dst[:at+got]
		size -= int64(got)
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// Discard reads so many bytes that are not wanted.
func (r *Reader) Discard(size int64) error {
	_, err := io.CopyN(io.Discard, r.br, size)
	return err
}

// HasBareLineEnd finds a CR or LF that is not part of CRLF (RFC 5321, section
// 2.3.8).
func HasBareLineEnd(raw []byte) bool {
	for i, c := range raw {
		switch {
		case c == '\n' && (i == 0 || raw[i-1] != '\r'):
			return true
		case c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			return true
		}
	}
	return false
}
