package smtpsink

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// readData takes the message that follows DATA, and tells go-smtp of an empty
// one: session.Data has the bytes from here.
func (w *wireConn) readData() error {
	if err := w.flush(); err != nil {
		return err
	}
	size, err := w.readMessage()
	if err != nil {
		return err
	}
	w.takeMessage(size)
	w.in = append(w.in[:0], ".\r\n"...)
	return nil
}

// readMessage reads up to CRLF.CRLF into w.buf and undoes dot-stuffing (RFC
// 5321, section 4.5.2). Only CRLF ends a line: a dot between bare LFs or CRs is
// text (section 4.1.1.4). What is beyond the largest size is read and not kept.
func (w *wireConn) readMessage() (size int64, err error) {
	w.buf = w.buf[:0]
	lineStart, lastCR := true, false
	for {
		piece, err := w.br.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, err
		}
		if lineStart && piece[0] == '.' {
			if string(piece) == ".\r\n" {
				return size, nil
			}
			piece = piece[1:]
		}
		if size += int64(len(piece)); size <= w.sink.cfg.maxSize {
			w.buf = append(w.buf, piece...)
		}
		lineStart = bytes.HasSuffix(piece, []byte("\r\n")) || lastCR && string(piece) == "\n"
		lastCR = bytes.HasSuffix(piece, []byte("\r"))
	}
}

// takeMessage makes a message of what is in w.buf, if it may be one.
func (w *wireConn) takeMessage(size int64) {
	w.chunks = false
	w.sink.dialogue.add(w.num, 'C', "("+strconv.FormatInt(size, 10)+" bytes)")
	switch {
	case size > w.sink.cfg.maxSize:
		w.msg, w.msgError = nil, tooBig()
	case w.sink.cfg.refuseBareLF && !w.session.binary() && hasBareLineEnd(w.buf):
		w.msg, w.msgError = nil, &Error{550, [3]int{5, 5, 2}, "bare CR or bare LF in the message"}
	default:
		w.msg, w.msgError = slices.Clone(w.buf), nil
	}
	if cap(w.buf) > 1<<20 {
		w.buf = nil
	}
}

// hasBareLineEnd finds a CR or LF that is not part of CRLF (RFC 5321, section
// 2.3.8).
func hasBareLineEnd(raw []byte) bool {
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

// bdat is BDAT: RFC 3030, section 2.
//
//	bdat-cmd = "BDAT" SP chunk-size [SP end-marker] CR LF
func (w *wireConn) bdat(arg string) error {
	size, last, err := parseBDAT(arg)
	if err != nil {
		return w.refuse(err)
	}
	if !w.inTransaction() || len(w.session.env.To) == 0 {
		if err := w.discard(size); err != nil {
			return err
		}
		return w.refuse(badSequence("no transaction with a recipient"))
	}
	if !w.chunks {
		w.chunks, w.buf = true, w.buf[:0]
	}
	if size > w.sink.cfg.maxSize-int64(len(w.buf)) {
		if err := w.discard(size); err != nil {
			return err
		}
		return w.abandon(formatError(tooBig()))
	}
	if err := w.readChunk(size); err != nil {
		return err
	}
	if !last {
		return w.reply(250, "2.0.0", strconv.FormatInt(size, 10)+" octets received")
	}
	w.takeMessage(int64(len(w.buf)))
	w.in = append(w.in[:0], "BDAT 0 LAST\r\n"...) // session.Data has the bytes from here
	return nil
}

func parseBDAT(arg string) (size int64, last bool, err error) {
	words := strings.Fields(arg)
	if len(words) == 2 && strings.EqualFold(words[1], "LAST") {
		last, words = true, words[:1]
	}
	if len(words) == 1 {
		size, err = strconv.ParseInt(words[0], 10, 64)
	}
	if len(words) != 1 || err != nil || size < 0 {
		return 0, false, &Error{501, [3]int{5, 5, 4}, "want BDAT size [LAST]"}
	}
	return size, last, nil
}

// readChunk appends to w.buf as bytes arrive. A connection that ends within a
// chunk has sent nothing.
func (w *wireConn) readChunk(size int64) error {
	for size > 0 {
		if w.br.Buffered() == 0 {
			if err := w.flush(); err != nil {
				return err
			}
		}
		at, n := len(w.buf), int(min(size, 32<<10))
		w.buf = slices.Grow(w.buf, n)[:at+n]
		got, err := w.br.Read(w.buf[at:])
		w.buf = w.buf[:at+got]
		size -= int64(got)
		if err != nil {
			return err
		}
	}
	return nil
}

// discard reads a chunk that is not wanted.
func (w *wireConn) discard(size int64) error {
	if err := w.flush(); err != nil {
		return err
	}
	_, err := io.CopyN(io.Discard, w.br, size)
	return err
}

// skipChunk reads what follows a BDAT that was refused. The transaction is
// over.
func (w *wireConn) skipChunk(arg string) error {
	if w.verb != "BDAT" || !w.offers("CHUNKING") {
		return nil
	}
	size, _, err := parseBDAT(arg)
	if err != nil {
		return nil
	}
	if err := w.discard(size); err != nil {
		return err
	}
	if w.inTransaction() {
		return w.abandon(w.instead)
	}
	return nil
}
