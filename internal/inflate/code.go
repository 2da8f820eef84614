package inflate

import (
	"math/bits"
	"sync"
)

const (
	maxBits   = 15 // of a code: RFC 1951, section 3.2.7
	tableBits = 9
	// never is the symbol of bits that are no code.
	never = 1 << 11
)

// code is a Huffman code as RFC 1951, section 3.2.2, makes it out of the lengths.
type code struct {
	// table has, for every value of the next bits, the symbol whose code they begin
	// with, shifted by 4, and the length of that code; 0 if it is longer.
	table [1 << tableBits]uint16
	// The codes of a length follow one another in the order of their symbols.
	count   [maxBits + 1]uint16 // codes of each length
	symbols [288]uint16         // by length, then by symbol
}

// decode is the symbol whose code the bits begin with, and the length of that code.
// Where fewer bits than that are known it may be another one, of a length that is
// more than those too: no code is the beginning of another.
func (c *code) decode(bits uint64) (symbol, length uint) {
	if entry := uint(c.table[bits%(1<<tableBits)]); entry != 0 {
		return entry >> 4, entry & 15
	}
	return c.decodeLong(bits)
}

// decodeLong goes through the lengths. first is the first code of each, and index
// the place of its symbol.
func (c *code) decodeLong(bits uint64) (symbol, length uint) {
	var code, first, index uint
	for length = 1; length <= maxBits; length++ {
		code |= uint(bits & 1)
		bits >>= 1
		count := uint(c.count[length])
		if code < first+count {
			return uint(c.symbols[index+code-first]), length
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	return never, maxBits
}

// build makes the code of symbols with these lengths in bits, 0 for those that do
// not occur. It reports whether the lengths are possible, which they are if the codes
// are all that there can be. With sparse there may also be none, or one of one bit:
// so does zlib write a distance code that is not needed or of which one is.
func (c *code) build(lengths []uint8, sparse bool) bool {
	*c = code{}
	for _, length := range lengths {
		if length > 0 {
			c.count[length]++
		}
	}
	space, used := 1, 0
	var begin [maxBits + 2]uint16 // of the symbols of each length
	for length := 1; length <= maxBits; length++ {
		if space = space<<1 - int(c.count[length]); space < 0 {
			return false // oversubscribed
		}
		used += int(c.count[length])
		begin[length+1] = uint16(used)
	}
	lone := used == 0 || used == 1 && c.count[1] == 1
	if space > 0 && !(sparse && lone) {
		return false // incomplete
	}
	for symbol, length := range lengths {
		if length > 0 {
			c.symbols[begin[length]] = uint16(symbol)
			begin[length]++
		}
	}
	c.fillTable()
	if space > 0 {
		c.refuseRest()
	}
	return true
}

// fillTable enters the codes that are short enough. The first bit of a code is the
// lowest of the table's index.
func (c *code) fillTable() {
	var next, index int
	for length := 1; length <= tableBits; length++ {
		for range c.count[length] {
			at := int(bits.Reverse16(uint16(next)) >> (16 - length))
			for ; at < len(c.table); at += 1 << length {
				c.table[at] = c.symbols[index]<<4 | uint16(length)
			}
			next++
			index++
		}
		next <<= 1
	}
}

// refuseRest enters that the bits which begin no code are none.
func (c *code) refuseRest() {
	for i, entry := range c.table {
		if entry == 0 {
			c.table[i] = never<<4 | 1
		}
	}
}

// fixedCodes are those of RFC 1951, section 3.2.6.
var fixedCodes = sync.OnceValues(func() (literal, distance *code) {
	lengths := make([]uint8, 288)
	for i := range lengths {
		switch {
		case i < 144, i >= 280:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		default:
			lengths[i] = 7
		}
	}
	literal, distance = new(code), new(code)
	literal.build(lengths, false)
	for i := range lengths {
		lengths[i] = 5
	}
	distance.build(lengths[:32], false)
	return literal, distance
})
