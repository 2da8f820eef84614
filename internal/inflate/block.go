package inflate

import "io"

// The steps of a stream. Each takes what it decodes, and reports whether it could:
// false means that its bits have not all arrived, and nothing has been taken, or that
// z.err has been set.

// header begins a block: RFC 1951, section 3.2.3.
func (z *Reader) header() bool {
	bits, ok := z.peek(3)
	if !ok {
		return false
	}
	z.final = bits&1 == 1
	switch bits >> 1 {
	case 0:
		z.step = (*Reader).storedLength
	case 1:
		z.codes.useFixed()
		z.step = (*Reader).symbols
	case 2:
		z.step = (*Reader).counts
	default:
		return z.corrupt(3)
	}
	z.skip(3)
	return true
}

// endBlock is behind the last symbol or byte of a block.
func (z *Reader) endBlock() {
	z.step = (*Reader).header
	if z.final {
		z.err = io.EOF
	}
}

// storedLength is LEN and NLEN at the next byte: RFC 1951, section 3.2.4.
func (z *Reader) storedLength() bool {
	pad := z.nb % 8
	bits, ok := z.peek(pad + 32)
	if !ok {
		return false
	}
	length, complement := uint16(bits>>pad), uint16(bits>>(pad+16))
	if length != ^complement {
		return z.corrupt(pad + 32)
	}
	z.skip(pad + 32)
	z.left = int(length)
	z.step = (*Reader).stored
	if z.left == 0 {
		z.endBlock()
	}
	return true
}

// stored copies what has arrived of a stored block, and there is room for.
func (z *Reader) stored() bool {
	begin := z.w
	for z.nb > 0 && z.left > 0 && z.w < len(z.buf) {
		z.buf[z.w] = byte(z.bits)
		z.w++
		z.left--
		z.skip(8)
	}
	if z.nb == 0 {
		z.bits = 0 // above nb were bytes that are taken from z.in now
		n := copy(z.buf[z.w:], z.in[:min(z.left, len(z.in))])
		z.in = z.in[n:]
		z.w += n
		z.left -= n
	}
	if z.left == 0 {
		z.endBlock()
	}
	return z.w > begin
}

// symbols decodes the data of a compressed block, literal by literal and match by
// match: RFC 1951, section 3.2.3.
func (z *Reader) symbols() bool {
	for len(z.buf)-z.w >= maxMatch {
		if z.nb < 48 { // the longest: 15 bits and 5 more, 15 and 13 more
			z.refill()
		}
		symbol, n := z.codes.literal.decode(z.bits)
		switch {
		case n > z.nb:
			return false
		case symbol < endOfBlock:
			z.buf[z.w] = byte(symbol)
			z.w++
			z.skip(n)
		case symbol == endOfBlock:
			z.skip(n)
			z.endBlock()
			return true
		case !z.match(symbol, n):
			return false
		}
	}
	return true
}

// match copies what a length and a distance stand for, of which the length's code
// has n bits: RFC 1951, section 3.2.5.
func (z *Reader) match(symbol, n uint) bool {
	if symbol > maxLengthSymbol {
		return z.corrupt(n)
	}
	extra := lengths[symbol-endOfBlock-1]
	length := int(extra.value(z.bits >> n))
	n += extra.bits
	symbol, m := z.codes.distance.decode(z.bits >> n)
	if n += m; n > z.nb {
		return false
	}
	if symbol > maxDistanceSymbol {
		return z.corrupt(n)
	}
	extra = distances[symbol]
	distance := int(extra.value(z.bits >> n))
	if n += extra.bits; n > z.nb {
		return false
	}
	if distance > z.w {
		return z.corrupt(n)
	}
	z.skip(n)
	z.repeat(length, distance)
	return true
}

// repeat appends length bytes from as far back as distance, which may be among those
// that it appends.
func (z *Reader) repeat(length, distance int) {
	from, end := z.w-distance, z.w+length
	for z.w < end {
		z.w += copy(z.buf[z.w:end], z.buf[from:z.w])
	}
}

// ranged is what a symbol stands for with the bits that follow it.
type ranged struct {
	base uint
	bits uint
}

func (r ranged) value(bits uint64) uint { return r.base + uint(bits&(1<<r.bits-1)) }

// Symbols of RFC 1951, section 3.2.5. Those above these two never occur.
const (
	endOfBlock        = 256
	maxLengthSymbol   = 285
	maxDistanceSymbol = 29
)

// lengths are those of the symbols from 257.
var lengths = [...]ranged{
	{3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 1}, {13, 1},
	{15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2}, {35, 3}, {43, 3}, {51, 3}, {59, 3},
	{67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
}

var distances = [...]ranged{
	{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2}, {17, 3}, {25, 3},
	{33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6}, {193, 6}, {257, 7}, {385, 7}, {513, 8}, {769, 8},
	{1025, 9}, {1537, 9}, {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13},
}
