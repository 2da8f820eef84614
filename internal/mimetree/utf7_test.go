package mimetree

import "testing"

// The first four are the examples of RFC 2152.
func TestDecodeUTF7(t *testing.T) {
	for in, want := range map[string]string{
		"A+ImIDkQ.":                "A≢Α.",
		"Hi Mom +Jjo--!":           "Hi Mom ☺-!",
		"+ZeVnLIqe-":               "日本語",
		"Item 3 is +AKM-1.":        "Item 3 is £1.",
		"1 +- 1":                   "1 + 1",
		"+2DzfiQ-":                 "🎉",
		"plain":                    "plain",
		"":                         "",
		"+":                        "+",
		"+!":                       "+!",
		"+A-":                      "+A-",
		"+AKM":                     "£",
		"a+AKM b":                  "a£ b",
		"bad \xff +AKM-":           "bad \ufffd £",
		"+ZeVnLIqe--and-+ZeVnLIqe": "日本語-and-日本語",
	} {
		if got := decodeUTF7(nil, in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
