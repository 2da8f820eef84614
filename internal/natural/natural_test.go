package natural

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// Each line is in the order in which a person reads it.
func TestCompare(t *testing.T) {
	for _, line := range []string{
		"1 2 9 10 11 99 100",
		"1 01 001 2 02 10",                       // zeros before a number do not count
		"a a0 a1 a9 a09 a10 a010 ab b",           // a number stands where 0 does
		"1.2.9 1.2.10 1.10.1 2.0.0",              // several
		"2024-1-9 2024-1-10 2024-02-1 2024-11-1", // dates
		"m1p10 m1p10a m2p9 m10p1",                //
		"18446744073709551615 18446744073709551616 99999999999999999999998 99999999999999999999999", // beyond any type
		"- 0 : A a \u00e4 \u53f0",           // else by code point
		"\u53f09 \u53f010",                  // behind any script
		"\u0669 \u0661\u0660",               // Arabic-Indic 9 and 10
		"\uff11 2 \uff13 10",                // fullwidth among ASCII
		"x\U0001d7f7 x\U0001d7cf\U0001d7ce", // mathematical 1 of the last alphabet, 10 of the first
		"\xff9 \xff10",                      // no UTF-8
		"x11 x9\u0661 x10\u0661",            // a number in two scripts: 91, 101
		"IMG_9.eml IMG_10.eml Img_8.eml",
	} {
		words := strings.Fields(line)
		if slices.Contains([]string{"\xff9 \xff10"}, line) {
			words = strings.Split(line, " ")
		}
		for i, a := range words {
			for j, b := range words {
				if got, want := Compare(a, b), cmp.Compare(i, j); got != want {
					t.Errorf("Compare(%q, %q) = %d, want %d", a, b, got, want)
				}
			}
		}
	}
}

// The value of a digit is counted from the beginning of its range in the table.
func TestDigits(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if _, ok := digitOf(r); ok != unicode.Is(unicode.Nd, r) {
			t.Fatalf("%U: a digit %v, want %v", r, ok, !ok)
		}
	}
	check := func(lo, hi, stride uint32) {
		if stride != 1 || (hi-lo+1)%10 != 0 {
			t.Errorf("the range %U to %U is not of whole scripts", lo, hi)
		}
	}
	for _, block := range unicode.Nd.R16 {
		check(uint32(block.Lo), uint32(block.Hi), uint32(block.Stride))
	}
	for _, block := range unicode.Nd.R32 {
		check(block.Lo, block.Hi, block.Stride)
	}
}

// It is a total order, whatever the names.
func TestTotalOrder(t *testing.T) {
	part := rapid.SampledFrom([]string{"", "0", "00", "1", "9", "10", "a", ".", "-", "\u0669", "\uff11", "\xff", "\ufffd", "/"})
	name := rapid.Map(rapid.SliceOfN(part, 0, 5), func(parts []string) string { return strings.Join(parts, "") })
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if Compare(a, b) != -Compare(b, a) || (Compare(a, b) == 0) != (a == b) {
			t.Fatalf("%q, %q: %d and %d", a, b, Compare(a, b), Compare(b, a))
		}
		if Compare(a, b) < 0 && Compare(b, c) < 0 && Compare(a, c) >= 0 {
			t.Fatalf("%q < %q < %q, but the first is not below the last", a, b, c)
		}
	})
}
