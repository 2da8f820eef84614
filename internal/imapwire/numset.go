package imapwire

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// NumSet is a sequence-set as it was written: RFC 9051, section 9.
type NumSet struct {
	Ranges []NumRange
	Saved  bool // "$", the result of SEARCH RETURN (SAVE): RFC 5182
}

// NumRange goes from First to Last in either order; 0 stands for "*".
type NumRange struct{ First, Last uint32 }

// NumSet reads
//
//	sequence-set = (seq-number / seq-range) ["," sequence-set] / "$"
//	seq-range    = seq-number ":" seq-number
//	seq-number   = nz-number / "*"
func (p *Parser) NumSet() NumSet {
	if p.Try('$') {
		return NumSet{Saved: true}
	}
	written, _, _ := bytes.Cut(p.text(), []byte{' '})
	set := NumSet{Ranges: make([]NumRange, 0, 1+bytes.Count(written, []byte{','}))}
	for p.err == nil {
		r := NumRange{First: p.seqNumber()}
		r.Last = r.First
		if p.Try(':') {
			r.Last = p.seqNumber()
		}
		set.Ranges = append(set.Ranges, r)
		if !p.Try(',') {
			break
		}
	}
	if p.err != nil {
		return NumSet{}
	}
	return set
}

func (p *Parser) seqNumber() uint32 {
	if p.Try('*') {
		return 0
	}
	return p.NZNumber()
}

// Normalize puts max for "*" and returns ascending ranges that do not touch.
// With max 0 there is nothing that "*" could stand for: ranges with it are
// left out.
func (s NumSet) Normalize(max uint32) []NumRange {
	out := make([]NumRange, 0, len(s.Ranges))
	for _, r := range s.Ranges {
		if (r.First == 0 || r.Last == 0) && max == 0 {
			continue
		}
		r = NumRange{orMax(r.First, max), orMax(r.Last, max)}
		if r.First > r.Last {
			r.First, r.Last = r.Last, r.First
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b NumRange) int { return int(int64(a.First) - int64(b.First)) })
	merged := out[:0]
	for _, r := range out {
		if n := len(merged); n > 0 && uint64(r.First) <= uint64(merged[n-1].Last)+1 {
			merged[n-1].Last = maxUint32(merged[n-1].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

func orMax(n, max uint32) uint32 {
	if n == 0 {
		return max
	}
	return n
}

func maxUint32(a, b uint32) uint32 {
	if a > b {
		return a
	}
	return b
}

// String is the set as it was written.
func (s NumSet) String() string {
	if s.Saved {
		return "$"
	}
	var sb strings.Builder
	for i, r := range s.Ranges {
		if i > 0 {
			sb.WriteByte(',')
		}
		sb.WriteString(formatSeq(r.First))
		if r.Last != r.First {
			sb.WriteString(":" + formatSeq(r.Last))
		}
	}
	return sb.String()
}

func formatSeq(n uint32) string {
	if n == 0 {
		return "*"
	}
	return strconv.FormatUint(uint64(n), 10)
}
