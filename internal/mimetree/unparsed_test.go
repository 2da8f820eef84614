package mimetree

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is said of a message that has not been parsed is what is found when it is decoded as a
// whole: whatever is broken in it, encoded, folded, commented on, or within another message.
func TestUnparsedIsParsed(t *testing.T) {
	sure := make(map[string]int)
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(drawEntity(t, 2, rapid.Bool().Draw(t, "seen")))
		if rapid.Bool().Draw(t, "LF") {
			raw = []byte(strings.ReplaceAll(string(raw), "\r\n", "\n"))
		}
		c := Collation(rapid.IntRange(0, len(Collations)-1).Draw(t, "collation"))
		field := rapid.SampledFrom([]string{"from", "From", "SUBJECT", "To", "content-type", "x", "", "Subject:", "From "}).Draw(t, "field")
		key := drawKey(t, c, string(raw))
		checkUnparsed(t, raw, c, field, key, sure)
	})
	for _, what := range []string{"HEADER", "address", "BODY", "TEXT"} {
		if sure[what] == 0 {
			t.Errorf("%s: never sure", what)
		}
	}
}

// checkUnparsed holds every answer to what is found in the message as a whole, and counts what
// was sure.
func checkUnparsed(t rapid.TB, raw []byte, c Collation, field, key string, sure map[string]int) {
	t.Helper()
	u, header, all := Look(raw, nil).In(c), Parse(raw), Parse(raw)
	check := func(what string, want bool, ask func() (found, sure bool)) {
		found, isSure := ask()
		if isSure && found != want {
			t.Fatalf("%v: %s %q in %q: found %v, want %v", c, what, key, raw, found, want)
		}
		if isSure {
			sure[what]++
		}
	}
	check("HEADER", plainHeader(header, c, field, key), func() (bool, bool) { return u.HeaderContains(field, key) })
	address := plainHeader(header, c, field, key) || key != "" && plainAddress(header, c, field, key)
	check("address", address, func() (bool, bool) { return u.AddressContains(field, key) })
	body := plainBody(all, c, key)
	check("BODY", body, func() (bool, bool) { return u.BodyContains(key) })
	check("TEXT", body || plainHeaders(all, c, key), func() (bool, bool) { return u.TextContains(key) })
	if got := all.In(c).BodyContains(key); got != body {
		t.Fatalf("%v: BODY %q in %q, parsed: %v, want %v", c, key, raw, got, body)
	}
	if got := header.In(c).AddressContains(field, key); got != address {
		t.Fatalf("%v: address %s %q in %q, parsed: %v", c, field, key, raw, got)
	}
	if got := header.In(c).HeaderContains(field, key); got != plainHeader(header, c, field, key) {
		t.Fatalf("%v: HEADER %s %q in %q, parsed: %v", c, field, key, raw, got)
	}
}

// plainHeader decodes all, and then looks.
func plainHeader(m *Message, c Collation, name, key string) bool {
	for _, f := range m.Fields() {
		if strings.EqualFold(f.Name, name) && strings.Contains(c.Key(f.Decoded()), key) {
			return true
		}
	}
	return false
}

// plainAddress looks at what ENVELOPE has.
func plainAddress(m *Message, c Collation, name, key string) bool {
	var all strings.Builder
	for i, addr := range m.addressField(name) {
		if i > 0 {
			all.WriteString(", ")
		}
		writeAddress(nil, &all, addr)
	}
	return strings.Contains(c.Key(all.String()), key)
}

func plainHeaders(m *Message, c Collation, key string) bool {
	return strings.Contains(string(m.Root().appendHeaders(nil, c, nil)), key)
}

func plainBody(m *Message, c Collation, key string) bool {
	var all strings.Builder
	m.Root().texts(func(p *Part) bool {
		all.WriteString(c.Key(p.DecodedText()) + "\n")
		return true
	})
	return strings.Contains(all.String(), key)
}

// drawEntity is a message or part. Its pieces meet in every way. Where nothing is to be seen of
// the word that is searched for, it may be there all the same.
func drawEntity(t *rapid.T, depth int, seen bool) string {
	var sb strings.Builder
	pieces := func(name string, most int, of []string) {
		for range rapid.IntRange(0, most).Draw(t, name) {
			if piece := rapid.SampledFrom(of).Draw(t, "piece"); seen || !strings.Contains(strings.ToLower(piece), "needle") {
				sb.WriteString(piece)
			}
		}
	}
	var hider [2]string
	if !seen {
		hider = rapid.SampledFrom(hiders).Draw(t, "hider")
	}
	fields := rapid.SliceOfN(rapid.SampledFrom(fieldNames), 0, 3).Draw(t, "fields")
	sb.WriteString(hider[0])
	for _, name := range fields {
		sb.WriteString(name)
		pieces("length", 4, valuePieces)
		sb.WriteString("\r\n")
	}
	nested := depth > 0 && rapid.Bool().Draw(t, "nested")
	if nested {
		sb.WriteString(rapid.SampledFrom(nesters).Draw(t, "kind"))
	}
	if rapid.IntRange(0, 9).Draw(t, "header only") > 0 {
		sb.WriteString("\r\n")
	}
	if nested {
		for range rapid.IntRange(0, 2).Draw(t, "parts") {
			sb.WriteString("--b\r\n" + drawEntity(t, depth-1, seen) + "\r\n")
		}
		return sb.String() + "--b--\r\n" + drawEntity(t, 0, seen)
	}
	sb.WriteString(hider[1])
	pieces("body", 4, bodyPieces)
	return sb.String()
}

// hiders are fields, and bodies in which because of them, or where they stand, is a word that
// nobody sees.
var hiders = [][2]string{
	{"", ""},
	{"Subject: =?utf-8?q?n=65edle?=\r\n", ""},
	{"X: =?utf-8?b?bmVl?=\r\n =?utf-8?b?ZGxl?=\r\n", ""},
	{"From: (nee) nee\\dle <nee(c)dle@x>\r\n", ""},
	{"From: nee . dle\r\nFrom: x <nee\\dle@x>, <nee(c)dle@x>\r\nFrom: bob\r\n", ""},
	{"From: \"nee\\dle\"@x\r\nFrom: bob\r\n", ""},
	{"To: nee.dle@x, \"nee\"dle@x\r\n", ""},
	{"Content-Transfer-Encoding: base64\r\n", "bmVlZGxl"},
	{"content-transfer-encoding :\r\n BASE64 (c)\r\n", "bmVl\r\nZGxl"},
	{"Content-Transfer-Encoding: \"base64\"\r\n", "bmVlZGxl"},
	{"Content-Transfer-Encoding: Quoted-Printable\r\n", "n=65edle"},
	{"Content-Transfer-Encoding: quoted-printable\r\n", "need=\r\nle"},
	{"Content-Type: text/plain; charset=utf-7\r\n", "+AG4-eedle"},
	{"content-type:text/plain;\r\n\tCHARSET=\"UTF-7\"\r\n", "+AG4-eedle"},
	{"Content-Type: text/plain; char(c)set=utf-7\r\n", "+AG4-eedle"},
	{"Content-Type: text/plain; charset =utf-7\r\n", "+AG4-eedle"},
	{"Content-Type: text/plain; charset*=us-ascii''utf-7\r\n", "+AG4-eedle"},
	{"Content-Type: text/plain; charset*0=utf-; charset*1=7\r\n", "+AG4-eedle"},
	{"Content-Type: text/plain; charset=\"utf-\\7\"\r\n", "+AG4-eedle"},
	{"Content-Type: text plain charset utf-7\r\n", "+AG4-eedle"},
	{"Content-Type: text/plain; charset=utf-16\r\n", "n\x00e\x00e\x00d\x00l\x00e\x00"},
	{"X: \u212aneedle\r\n", ""},
}

// What can stand in a header, and in a body.
var (
	fieldNames = []string{
		"Subject: ", "From: ", "to:", "X: ", "Subject : ", " ", "Content-Type: ", "CONTENT-TYPE:", "content-Type :\r\n ", "no field ",
		"Content-Transfer-Encoding: ", "Content-Disposition: ", ": ",
	}
	nesters = []string{
		"Content-Type: multipart/mixed; boundary=b\r\n", "content-type: MULTIPART/digest; boundary=\"b\"\r\n", "Content-Type: message/rfc822\r\n",
		"Content-Type: (c) multipart/mixed; boundary=b\r\n",
	}
	valuePieces = []string{
		"bob", "Bob", "need", "le", "needle", "NEEDLE ", "of some length, more than is looked at once", " ", "\r\n ", "\r\n\t", "\r", "@", ".", "<", ">", "\"", "\\", "(c)", "(", ")", ",", ";", ": ", "\u00e9", "\xe9",
		"\u017f", "=?utf-8?q?needle?=", "=?", "text/plain", "text/html;", "text/plain; charset=us-ascii", "; charset=utf-8", "; charset=\"UTF-8\"", "charset=", "utf-7",
		"multipart/x", "message/rfc822", "7bit", "8BIT", "base64", "binary", "(c)7bit", "b", "boundary=b",
	}
	bodyPieces = []string{
		"bob", "need", "le", "needle", "Needle", "n=65edle", "bmVlZGxl", "+AG4-eedle", "\r\n", "\n", " ", "=\r\n", "=?utf-8?q?needle?=", "\u00e9", "\xe9", "\uFEFF",
		"Content-Type: text/plain; charset=utf-7\r\n", "--b\r\n", "--b--\r\n", "Subject: needle\r\n", "\r\n\r\n", "K",
	}
)

// drawKey is something that may be there, or of which there are pieces.
func drawKey(t *rapid.T, c Collation, raw string) string {
	key := "needle"
	switch rapid.IntRange(0, 3).Draw(t, "key") {
	case 0:
		pieces := rapid.SampledFrom([]string{"needle", "need", "le", "e", " ", "bob", "@", "<", "\u00e9", "s", "k", "7", "\n", ", ", "charset", ":"})
		key = strings.Join(rapid.SliceOfN(pieces, 0, 3).Draw(t, "pieces"), "")
	case 1:
		from := rapid.IntRange(0, len(raw)).Draw(t, "from")
		key = raw[from:min(from+rapid.IntRange(0, 8).Draw(t, "length"), len(raw))]
	}
	return c.Key(key)
}

// A field because of which text says something else than it seems to is found wherever it can
// stand; what only looks like it, or changes nothing, keeps nobody from being sure.
func TestUnparsedIsSure(t *testing.T) {
	mixed := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	for _, tt := range []struct {
		raw  string
		sure bool
	}{
		{"Subject: x\r\n\r\ntext", true},
		{"", true},
		{"Content-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\n\r\ntext", true},
		{"content-type: TEXT/PLAIN; CHARSET=\"UTF-8\"\r\nCONTENT-TRANSFER-ENCODING: 8BIT\r\n\r\ntext", true},
		{"Content-Type: text/plain; format=flowed;\r\n charset=utf-8;\r\n delsp=yes\r\n\r\ntext", true},
		{mixed + "Content-Type: text/plain; charset=us-ascii\r\n\r\ntext (and more)\r\n--b--\r\n", true},
		{"Subject: x\r\n\r\nContent-Transfer-Encoding: base64\r\n", true}, // in a text
		{"Subject: x\r\n\r\ncharset=utf-7 and quoted-printable", true},
		{"Content-Transfer-Encoding: base64\r\n\r\nbmVlZGxl", false},
		{"Content-Transfer-Encoding: quoted-printable\r\n\r\nn=65edle", false},
		{"Content-Transfer-Encoding : base64\r\n\r\nbmVlZGxl", false},
		{"Content-Transfer-Encoding:\r\n base64\r\n\r\nbmVlZGxl", false},
		{mixed + "Content-Transfer-Encoding: base64\r\n\r\nbmVlZGxl\r\n--b--\r\n", false},
		{"Content-Type: message/rfc822\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\nbmVlZGxl", false},
		{"Content-Type: text/plain; charset=utf-7\r\n\r\n+AG4-eedle", false},
		{"Content-Type: text/plain; charset*0=utf-; charset*1=7\r\n\r\n+AG4-eedle", false},
		{"Content-Type: text/plain; char(c)set=utf-7\r\n\r\n+AG4-eedle", false},
		{"Content-Type: text; charset iso-2022-jp\r\n\r\ntext", false},
		{"Subject: =?utf-8?q?=6eeedle?=\r\n\r\ntext", false},
		{"Subject: \u017ftra\u00dfe\r\n\r\ntext", false},
		{"Subject: x\r\n\r\n\u212aelvin", false},
	} {
		if found, sure := Look([]byte(tt.raw), nil).TextContains("NEEDLE"); found || sure != tt.sure {
			t.Errorf("%q: found %v, sure %v, want %v", tt.raw, found, sure, tt.sure)
		}
	}
}

// Who has it stopped is heard: see TestFindInLongText.
func TestUnparsedIsStopped(t *testing.T) {
	line := "Content-Type: multipart/mixed; boundary=b; x=y\r\n"
	long := []byte(strings.Repeat(line, 100*stride/len(line)))
	for name, ask := range map[string]func(u Unparsed){
		"HEADER":  func(u Unparsed) { u.HeaderContains("Subject", "NEEDLE") },
		"address": func(u Unparsed) { u.AddressContains("Content-Type", "NEEDLE") },
		"TEXT":    func(u Unparsed) { u.TextContains("NEEDLE") },
		"fields":  func(u Unparsed) { hasEncodedText(u.work, u.raw) },
	} {
		asked := 0
		ask(Look(long, func() bool { asked++; return true }))
		if asked != 1 {
			t.Errorf("%s: asked %d times, want 1", name, asked)
		}
	}
}
