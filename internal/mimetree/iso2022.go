package mimetree

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// codedSet is a set of characters that an escape sequence of ISO 2022 names.
type codedSet struct {
	width int // bytes a character
	// enc decodes a character of which the eighth bit of each byte is set, with
	// prefix before it.
	enc    encoding.Encoding
	prefix string
	// runes of the bytes from 0x21 on, where there is no enc; nil is ASCII.
	runes func(b byte) rune
}

var (
	setASCII    = &codedSet{width: 1}
	setRoman    = &codedSet{width: 1, runes: romanRune}
	setKana     = &codedSet{width: 1, runes: kanaRune}
	setLatin1   = &codedSet{width: 1, enc: charmap.ISO8859_1}
	setGreek    = &codedSet{width: 1, enc: charmap.ISO8859_7}
	setJIS0208  = &codedSet{width: 2, enc: japanese.EUCJP}
	setJIS0212  = &codedSet{width: 2, enc: japanese.EUCJP, prefix: "\x8f"}
	setGB2312   = &codedSet{width: 2, enc: simplifiedchinese.GBK}
	setKSC5601  = &codedSet{width: 2, enc: korean.EUCKR}
	setUnknown2 = &codedSet{width: 2} // a set for which there is no table here
)

// romanRune is JIS X 0201, left half.
func romanRune(b byte) rune {
	switch b {
	case '\\':
		return '¥'
	case '~':
		return '‾'
	}
	return rune(b)
}

// kanaRune is JIS X 0201, right half: katakana of half the width.
func kanaRune(b byte) rune {
	if b = b & 0x7f; b > 0x5f {
		return '\uFFFD'
	}
	return 0xff61 + rune(b) - 0x21
}

// designations are the escape sequences, without the escape: which of the sets
// G0, G1 and G2 is now which. RFC 1468 (ISO-2022-JP), RFC 2237 (-1), RFC 1554
// (-2), RFC 1557 (ISO-2022-KR), RFC 1922 (ISO-2022-CN); JIS X 0213 as far as
// JIS X 0208 has it.
var designations = []struct {
	sequence string
	g        int
	set      *codedSet
}{
	{"(B", 0, setASCII}, {"(J", 0, setRoman}, {"(H", 0, setRoman}, {"(I", 0, setKana},
	{"$@", 0, setJIS0208}, {"$B", 0, setJIS0208}, {"$(@", 0, setJIS0208}, {"$(B", 0, setJIS0208},
	{"$(O", 0, setJIS0208}, {"$(Q", 0, setJIS0208}, {"$(P", 0, setUnknown2}, {"$(D", 0, setJIS0212},
	{"$A", 0, setGB2312}, {"$(A", 0, setGB2312}, {"$(C", 0, setKSC5601},
	{"$)A", 1, setGB2312}, {"$)C", 1, setKSC5601}, {"$)E", 1, setUnknown2}, {"$)G", 1, setUnknown2},
	{".A", 2, setLatin1}, {".F", 2, setGreek}, {"$*H", 2, setUnknown2},
	{"&@", -1, nil}, // the edition of JIS X 0208
}

// decoder2022 decodes the charsets of mail that switch between sets with
// escape sequences. These say what they are, so that there is one decoder for
// all.
type decoder2022 struct {
	work    *work
	sb      strings.Builder
	g       [3]*codedSet
	shifted bool // G1 is read instead of G0

	pending []byte // characters of one set, not yet decoded
	set     *codedSet
}

// from2022 takes the set that is G1 unless the text says so.
func from2022(g1 *codedSet) decoder {
	return func(w *work, data []byte) string {
		d := &decoder2022{work: w, g: [3]*codedSet{setASCII, g1, nil}}
		for len(data) > 0 && !w.step(1) {
			data = data[d.next(data):]
		}
		d.flush()
		return validUTF8(w, d.sb.String())
	}
}

// next takes what comes next and returns its length.
func (d *decoder2022) next(data []byte) int {
	const escape, shiftOut, shiftIn = 0x1b, 0x0e, 0x0f
	switch b := data[0]; {
	case b == escape:
		return d.escape(data)
	case b == shiftOut, b == shiftIn:
		d.shifted = b == shiftOut
		return 1
	case b == '\n': // RFC 1554 and RFC 1557: lines end unshifted
		d.shifted, d.g[2] = false, nil
		d.put(setASCII, data[:1])
		return 1
	case b <= ' ' || b == 0x7f:
		d.put(setASCII, data[:1])
		return 1
	case b > 0xa0 && d.g[1] != setASCII: // G1 in eight bits
		return d.character(d.g[1], data)
	case 0xa1 <= b && b <= 0xdf: // katakana in eight bits
		d.put(setKana, data[:1])
		return 1
	case d.shifted:
		return d.character(d.g[1], data)
	}
	return d.character(d.g[0], data)
}

// escape takes an escape sequence, or the single shift "ESC N" and the
// character of G2 behind it.
func (d *decoder2022) escape(data []byte) int {
	rest := data[1:]
	if len(rest) > 1 && rest[0] == 'N' && d.g[2] != nil {
		return 2 + d.character(d.g[2], rest[1:])
	}
	for _, row := range designations {
		if strings.HasPrefix(string(rest[:min(len(rest), 3)]), row.sequence) {
			if row.g >= 0 {
				d.g[row.g] = row.set
			}
			return 1 + len(row.sequence)
		}
	}
	d.invalid()
	return 1
}

// character takes one character of a set.
func (d *decoder2022) character(set *codedSet, data []byte) int {
	for i := range set.width {
		if i >= len(data) || data[i]&0x7f < 0x21 || data[i]&0x7f == 0x7f && set.width > 1 {
			d.invalid()
			return max(i, 1)
		}
	}
	d.put(set, data[:set.width])
	return set.width
}

// put keeps a character; those of one set are decoded together.
func (d *decoder2022) put(set *codedSet, char []byte) {
	if d.set != set {
		d.flush()
		d.set = set
	}
	switch {
	case set.enc != nil:
		d.pending = append(d.pending, set.prefix...)
		for _, b := range char {
			d.pending = append(d.pending, b|0x80)
		}
	case set == setUnknown2:
		d.invalid()
	case set.runes != nil:
		d.sb.WriteRune(set.runes(char[0]))
	case char[0] >= 0x80:
		d.invalid()
	default:
		d.sb.WriteByte(char[0])
	}
}

func (d *decoder2022) invalid() {
	d.flush()
	d.sb.WriteRune('\uFFFD')
}

// flush decodes what is pending.
func (d *decoder2022) flush() {
	if len(d.pending) > 0 {
		d.sb.WriteString(from(d.set.enc)(d.work, d.pending))
		d.pending = d.pending[:0]
	}
}
