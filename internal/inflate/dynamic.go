package inflate

// codes are the two codes of a compressed block, and what there is of their
// definition: RFC 1951, section 3.2.7.
type codes struct {
	literal, distance *code

	own      [2]code // of a block with dynamic codes
	lengthOf code    // in which their lengths are written
	// How many lengths there are to be of each code, and are of the one that is read.
	ofLengths, literals, distances int
	lengths                        [maxSymbols]uint8
	n                              int
}

const (
	maxLiterals  = maxLengthSymbol + 1
	maxDistances = maxDistanceSymbol + 1
	maxSymbols   = maxLiterals + maxDistances
	numLengths   = 19 // symbols of the code for code lengths
)

func (c *codes) useFixed() { c.literal, c.distance = fixedCodes() }

// order is that of the code lengths of the code for code lengths.
var order = [numLengths]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// repeats are the symbols from 16: how often a length is repeated.
var repeats = [...]ranged{{3, 2}, {3, 3}, {11, 7}}

// counts is HLIT, HDIST and HCLEN.
func (z *Reader) counts() bool {
	bits, ok := z.peek(14)
	if !ok {
		return false
	}
	c := &z.codes
	c.literals, c.distances, c.ofLengths = int(bits&31)+257, int(bits>>5&31)+1, int(bits>>10)+4
	if c.literals > maxLiterals || c.distances > maxDistances {
		return z.corrupt(14)
	}
	z.skip(14)
	c.lengths, c.n = [maxSymbols]uint8{}, 0
	z.step = (*Reader).lengthCode
	return true
}

// lengthCode is the code for code lengths.
func (z *Reader) lengthCode() bool {
	c := &z.codes
	for ; c.n < c.ofLengths; c.n++ {
		bits, ok := z.peek(3)
		if !ok {
			return false
		}
		c.lengths[order[c.n]] = uint8(bits)
		z.skip(3)
	}
	if !c.lengthOf.build(c.lengths[:numLengths], false) {
		return z.corrupt(0)
	}
	c.n = 0
	z.step = (*Reader).codeLengths
	return true
}

// codeLengths are those of both codes, in one sequence.
func (z *Reader) codeLengths() bool {
	c := &z.codes
	want := c.literals + c.distances
	for c.n < want {
		z.refill()
		symbol, n := c.lengthOf.decode(z.bits)
		if n > z.nb {
			return false
		}
		if symbol < 16 {
			c.lengths[c.n] = uint8(symbol)
			c.n++
			z.skip(n)
			continue
		}
		repeat := repeats[symbol-16]
		times := int(repeat.value(z.bits >> n))
		if n += repeat.bits; n > z.nb {
			return false
		}
		if symbol == 16 && c.n == 0 || times > want-c.n {
			return z.corrupt(n)
		}
		z.skip(n)
		c.repeat(symbol, times)
	}
	if !c.buildOwn() {
		return z.corrupt(0)
	}
	z.step = (*Reader).symbols
	return true
}

// repeat appends the last length, or zeros.
func (c *codes) repeat(symbol uint, times int) {
	var length uint8
	if symbol == 16 {
		length = c.lengths[c.n-1]
	}
	for range times {
		c.lengths[c.n] = length
		c.n++
	}
}

// buildOwn makes the codes out of their lengths. A block without an end is refused,
// as zlib does.
func (c *codes) buildOwn() bool {
	c.literal, c.distance = &c.own[0], &c.own[1]
	return c.lengths[endOfBlock] > 0 &&
		c.literal.build(c.lengths[:c.literals], true) &&
		c.distance.build(c.lengths[c.literals:c.literals+c.distances], true)
}
