package mimetree

import (
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"
)

func readLines(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// notKnown are charsets of Python's that are not known here: Johab, of which no
// mail is seen and golang.org/x/text has no table.
var notKnown = []string{"johab", "cp1361", "ms1361"}

// TestCharsetNames goes through the names that Python 3.11 has for charsets.
func TestCharsetNames(t *testing.T) {
	known, names := 0, 0
	for _, line := range readLines(t, "testdata/python_charsets.txt") {
		for name := range strings.FieldsSeq(line) {
			names++
			_, ok := DecodeCharset(name, nil)
			if ok == slices.Contains(notKnown, name) {
				t.Errorf("%s: known: %v", name, ok)
			}
			if ok {
				known++
			}
		}
	}
	t.Logf("%d of %d names", known, names)
}

// TestCharsetSamples holds decoding to Python's codecs, which encoded the texts.
func TestCharsetSamples(t *testing.T) {
	seen := make(map[string]bool)
	for _, line := range readLines(t, "testdata/charset_samples.txt") {
		name, rest, _ := strings.Cut(line, " ")
		code, want, _ := strings.Cut(rest, " ")
		data, err := hex.DecodeString(code)
		if err != nil {
			t.Fatal(err)
		}
		seen[name] = true
		if got, ok := DecodeCharset(name, data); !ok || got != want {
			t.Errorf("%s %s\n got %q, %v\nwant %q", name, code, got, ok, want)
		}
	}
	if len(seen) < 90 {
		t.Errorf("samples of %d charsets", len(seen))
	}
}

// Names as mail has them, with odd quoting and case, of one charset each: that
// of the first.
var charsetLabels = [][]string{
	{"utf-8", "UTF-8", "utf8", "UTF8", `"utf-8"`, "'utf-8'", `"utf-8`, "utf-8;", "utf-8,", " utf-8 ", "utf-8 format=flowed", "utf_8", "Utf-8\"", "unicode-1-1-utf-8", "x-utf-8"},
	{"utf-7", "UTF-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "csUTF7"},
	{"us-ascii", "ascii", "ANSI_X3.4-1968", "iso646-us", "ISO_646.irv:1991", "x-ascii", "cp367"},
	{"iso-8859-1", "ISO-8859-1", "iso8859-1", "ISO_8859-1", "iso_8859-1:1987", "latin1", "l1", "windows-1252", "cp1252", "x-cp1252", "ISO-8859-1,", "CSISOLATIN1"},
	{"iso-8859-15", "latin-9", "l9", "latin9"},
	{"shift_jis", "cp932", "windows-31j", "ms932", "Shift-JIS", "x-sjis", "SJIS", "csWindows31J", "MS_Kanji", "cp943", "windows-932"},
	{"euc-jp", "x-euc-jp", "eucjp", "EUC_JP", "eucJP-ms", "cp51932"},
	{"iso-2022-jp", "ISO-2022-JP-2", "iso-2022-jp-ext", "iso-2022-jp-1", "iso-2022-jp-3", "iso-2022-jp-2004", "cp50220", "cp50221", "iso-2022-jp-ms", "csISO2022JP", "csISO2022JP2"},
	{"euc-kr", "cp949", "uhc", "ms949", "windows-949", "ks_c_5601-1987", "KS_C_5601-1989", "ksc5601", "KSC_5601", "korean", "ks_x_1001", "csKSC56011987", "iso-ir-149"},
	{"iso-2022-kr", "ISO2022KR", "csISO2022KR"},
	{"gb18030", "gb2312", "GB_2312-80", "gbk", "cp936", "ms936", "windows-936", "x-gbk", "euc-cn", "chinese", "csGB2312", "cn-gb"},
	{"hz-gb-2312", "hz"},
	{"big5", "cp950", "ms950", "windows-950", "big5-hkscs", "Big5HKSCS", "big5-hkscs:2004", "cn-big5", "x-x-big5", "big-5", "csBig5"},
	{"windows-874", "cp874", "tis-620", "iso-8859-11", "dos-874"},
	{"macintosh", "x-mac-roman", "mac", "MacRoman", "csMacintosh", "x-macroman"},
	{"koi8-r", "koi8r", "csKOI8R", "KOI8_R", "koi"},
	{"koi8-u", "koi8-ru"},
	{"windows-1251", "cp1251", "cp-1251", "x-cp1251", "windows1251", "1251"},
	{"utf-16", "UTF16", "iso-10646-ucs-2"},
	{"utf-32", "ucs-4"},
	{"iso-8859-8", "iso-8859-8-i", "ISO-8859-8-E", "hebrew", "logical"},
}

func TestCharsetLabels(t *testing.T) {
	var all []byte
	for b := range 256 {
		all = append(all, byte(b), byte(b))
	}
	for _, labels := range charsetLabels {
		want, ok := DecodeCharset(labels[0], all)
		if !ok {
			t.Errorf("%s is not known", labels[0])
		}
		for _, label := range labels {
			if got, ok := DecodeCharset(label, all); !ok || got != want {
				t.Errorf("%q is not %s: %v", label, labels[0], ok)
			}
		}
	}
	for _, label := range []string{"", "x-unknown", "unknown-8bit", "x-user-defined-9", "binary", "8bit", "none", "utf-9", "?", "\xff"} {
		if _, ok := DecodeCharset(label, nil); ok {
			t.Errorf("%q is known", label)
		}
	}
}

// The names that BADCHARSET lists are names of what is known.
func TestCharsets(t *testing.T) {
	list := Charsets()
	for _, name := range append([]string{"UTF-8", "US-ASCII", "ISO-2022-KR"}, list...) {
		if _, ok := DecodeCharset(name, nil); !ok || !slices.Contains(list, name) {
			t.Errorf("%s is not known", name)
		}
		if strings.ContainsAny(name, " ()\"\\") {
			t.Errorf("%q is no atom", name)
		}
	}
}

// TestISO2022: RFC 1468, RFC 1554 with its appendix, RFC 1557 and RFC 1922. The
// texts were encoded by hand from the code tables.
func TestISO2022(t *testing.T) {
	for _, tt := range []struct{ label, in, want string }{
		{"iso-2022-jp", "\x1b$B$3$s\x1b(B a", "こん a"},
		{"iso-2022-jp", "\x1b$@$3\x1b(J\\~\x1b(B\\", "こ¥‾\\"},
		{"iso-2022-jp", "\x1b(I6E6E\x1b(B", "ｶﾅｶﾅ"},
		{"iso-2022-jp", "\xb6\xc5", "ｶﾅ"},
		{"iso-2022-jp", "\x1b&@\x1b$B$3\x1b(B", "こ"},
		{"iso-2022-jp-1", "\x1b$(D0!\x1b(B", "丂"},
		{"iso-2022-jp-2", "\x1b$A::\x1b$(CGQ\x1b$B$3\x1b(B", "汉한こ"},
		{"iso-2022-jp-2", "\x1b.A\x1bNi caf\x1bNi", "é café"},
		{"iso-2022-jp-2", "\x1b.F\x1bNa\n\x1bNa", "α\n\uFFFDNa"}, // G2 is of a line
		{"iso-2022-jp-2", "\x1b$B$3\n$s\x1b(B", "こ\nん"},          // a line that does not end in ASCII
		{"iso-2022-kr", "\x1b$)C\x0eGQ1[\x0f ok", "한글 ok"},
		{"iso-2022-kr", "\x0eGQ1[\x0f", "한글"}, // without the header line
		{"iso-2022-kr", "\x1b$)C\n\x0eGQ\n1[", "\n한\n1["},
		{"iso-2022-kr", "\xc7\xd1\xb1\xdb", "한글"},
		{"iso-2022-cn", "\x1b$)A\x0e=;;;\x0f.", "交换."},
		{"iso-2022-cn", "\x1b$)G\x0eG(\x0f.", "\uFFFD."}, // CNS 11643
		// Malformed.
		{"iso-2022-jp", "\x1b$B$", "\uFFFD"},
		{"iso-2022-jp", "\x1b$B$3$\x1b(Ba", "こ\uFFFDa"},
		{"iso-2022-jp", "a\x1bZb\x1b", "a\uFFFDZb\uFFFD"},
		{"iso-2022-jp", "a\xffb", "a\uFFFDb"},
		{"iso-2022-jp", "\x1bN", "\uFFFDN"},
		{"iso-2022-jp", "\x1b$(P!!\x1b(B", "\uFFFD"},
	} {
		if got, ok := DecodeCharset(tt.label, []byte(tt.in)); !ok || got != tt.want {
			t.Errorf("%s %q\n got %q\nwant %q", tt.label, tt.in, got, tt.want)
		}
	}
}

func FuzzISO2022(f *testing.F) {
	f.Add([]byte("\x1b$B$3$s\x1b(B\x1b.A\x1bNi\x1b$)C\x0eGQ\x0f\x1b$(P!!\xb6"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, label := range []string{"iso-2022-jp", "iso-2022-kr", "iso-2022-cn"} {
			got, ok := DecodeCharset(label, data)
			if !ok || len(got) > 3*len(data)+3 {
				t.Errorf("%s %q became %q", label, data, got)
			}
			if strings.ToValidUTF8(got, "") != got {
				t.Errorf("%s %q became %q, which is not UTF-8", label, data, got)
			}
		}
	})
}
