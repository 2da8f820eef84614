package imaptest

import "testing"

// Lines as they are recorded, and with their lists sorted.
func TestInOrder(t *testing.T) {
	for line, want := range map[string]string{
		"UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (TO FROM)] BODYSTRUCTURE)": "UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (TO FROM)] BODYSTRUCTURE FLAGS UID)",
		"FETCH 1 (UID PREVIEW (LAZY) BODY[]<0.10>) (CHANGEDSINCE 5)":                 "FETCH 1 (BODY[]<0.10> PREVIEW (LAZY) UID) (CHANGEDSINCE 5)",
		"FETCH 1 UID":                           "FETCH 1 UID",
		"FETCH 1 (UID FLAGS":                    "FETCH 1 (UID FLAGS",
		"FETCH 1 ()":                            "FETCH 1 ()",
		`FETCH 1 (UID BODY["(x] FLAGS`:          `FETCH 1 (UID BODY["(x] FLAGS`,
		"STORE 1 FLAGS (\\Seen $A \\Answered)":  "STORE 1 FLAGS ($A \\Answered \\Seen)",
		`STATUS "a (b" (UNSEEN MESSAGES)`:       `STATUS "a (b" (MESSAGES UNSEEN)`,
		"SEARCH RETURN (SAVE ALL COUNT) UNSEEN": "SEARCH RETURN (ALL COUNT SAVE) UNSEEN",
		"LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN STATUS (UNSEEN MESSAGES))": "LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN STATUS (MESSAGES UNSEEN))",
		"SELECT INBOX": "SELECT INBOX",
		"* 1 FETCH (UID 3 FLAGS (\\Seen) EMAILID NIL)":    "* 1 FETCH (EMAILID NIL FLAGS (\\Seen) UID 3)",
		"* 3 UIDFETCH (MODSEQ (5) FLAGS ())":              "* 3 UIDFETCH (FLAGS () MODSEQ (5))",
		"* STATUS INBOX (UNSEEN 1 MESSAGES 2)":            "* STATUS INBOX (MESSAGES 2 UNSEEN 1)",
		"* OK [UIDNEXT 4] (b a)":                          "* OK [UIDNEXT 4] (b a)",
		`* 1 FETCH (UID 3 ENVELOPE ("Sun" "a \"(b" NIL))`: `* 1 FETCH (ENVELOPE ("Sun" "a \"(b" NIL) UID 3)`,

		// Literals: what ends in CRLF, in LF, in nothing; empty; with a line that looks like an item.
		"* 1 FETCH (UID 3 BODY[] {5}\n\tabc\n\t FLAGS ())":                            "* 1 FETCH (BODY[] {5}\n\tabc\n\t FLAGS () UID 3)",
		"* 1 FETCH (UID 3 BODY[] {4}\n\tabc\n\t\n\t FLAGS ())":                        "* 1 FETCH (BODY[] {4}\n\tabc\n\t\n\t FLAGS () UID 3)",
		"* 1 FETCH (UID 3 BODY[] {3}\n\tabc\n\t)":                                     "* 1 FETCH (BODY[] {3}\n\tabc\n\t UID 3)",
		"* 1 FETCH (UID 3 BODY[1] {0}\n\t\n\t BODY[2] {2}\n\t\n\t)":                   "* 1 FETCH (BODY[1] {0}\n\t\n\t BODY[2] {2}\n\t\n\t UID 3)",
		"* 1 FETCH (UID 3 BODY[] {18}\n\tx\n\t FLAGS (a\n\t UID\n\t FLAGS ())":        "* 1 FETCH (BODY[] {18}\n\tx\n\t FLAGS (a\n\t UID\n\t FLAGS () UID 3)",
		"* 1 FETCH (UID 3 BODY[] {150}\n\tx)\n\ty\n\t[… 30 more bytes]\n\t FLAGS ())": "* 1 FETCH (UID 3 BODY[] {150}\n\tx)\n\ty\n\t[… 30 more bytes]\n\t FLAGS ())", // 5 are not 120
		"* 1 FETCH (UID 3 BODY[] {35}\n\tx)\n\ty\n\t[… 30 more bytes]\n\t FLAGS ())":  "* 1 FETCH (BODY[] {35}\n\tx)\n\ty\n\t[… 30 more bytes]\n\t FLAGS () UID 3)",
	} {
		if got := inOrder(line); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", line, got, want)
		}
		if got := inOrder(inOrder(line)); got != want {
			t.Errorf("%q, twice: got %q", line, got)
		}
	}
}
