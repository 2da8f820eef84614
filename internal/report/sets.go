package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// span is a range of numbers in a sequence set, "3" or "2:5".
type span struct {
	first, last uint32
	single      bool // it names one number
}

// parseSet reads a sequence set. "*" is the greatest number there is.
func parseSet(s string) ([]span, bool) {
	var out []span
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		a, okA := parseNumber(first)
		b, okB := parseNumber(last)
		if !okA || !okB {
			return nil, false
		}
		out = append(out, span{min(a, b), max(a, b), !isRange})
	}
	return out, len(out) > 0
}

func parseNumber(s string) (uint32, bool) {
	if s == "*" {
		return math.MaxUint32, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil && n > 0
}

// inSet are those of the numbers that a set names. numbers is sorted; "*" is its last.
func inSet(set []span, numbers []uint32) []uint32 {
	if len(numbers) == 0 {
		return nil
	}
	set = slices.SortedFunc(slices.Values(set), func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var out []uint32
	end := uint32(0) // of what the spans so far cover
	for i, n := range numbers {
		for len(set) > 0 && set[0].first <= n {
			end, set = max(end, set[0].last), set[1:]
		}
		if n <= end || i == len(numbers)-1 && hasStar(set) {
			out = append(out, n)
		}
	}
	return out
}

// hasStar says whether a set names the last number, whatever it is.
func hasStar(set []span) bool {
	return slices.ContainsFunc(set, func(s span) bool { return s.last == math.MaxUint32 })
}

// upTo are the numbers from 1 on.
func upTo(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = uint32(i + 1)
	}
	return out
}

// maxListed is how many numbers are listed before the rest is counted.
const maxListed = 8

// listed is a list of numbers as it is read: "2, 4, 5", "1 to 40, 42", and at its end how many more there are.
func listed(numbers []uint32) string {
	var words []string
	shown := 0
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if len(words) == maxListed {
			return strings.Join(words, ", ") + " and " + strconv.Itoa(len(numbers)-shown) + " more"
		}
		switch j - i {
		case 0, 1, 2, 3, 4: // each by itself, as long as there is room
			j = i
			words = append(words, text(numbers[i]))
		default:
			words = append(words, text(numbers[i])+" to "+text(numbers[j]))
		}
		shown += j - i + 1
		i = j + 1
	}
	return strings.Join(words, ", ")
}

func text(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
