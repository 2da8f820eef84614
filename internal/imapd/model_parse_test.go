package imapd_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// response is one response of the server. It is read as strictly as a client
// could: whatever is not of a known form is an error.
type response struct {
	tag  string  // "*", "+", or that of a command
	num  uint32  // of "* 3 EXISTS"
	name string  // EXISTS, FETCH, OK
	code []value // of OK, NO, BAD, BYE: what stands in the brackets
	args []value // of all others
	text string  // of OK, NO, BAD, BYE
}

// value is an atom, a string, NIL or a list.
type value struct {
	text   string
	quoted bool
	isList bool
	list   []value
}

// nextResponse takes one whole response from the front of what has been
// received; there is none as long as raw is empty.
func nextResponse(received []byte) (raw, rest []byte) {
	for at := 0; ; {
		end := bytes.Index(received[at:], []byte("\r\n"))
		if end < 0 {
			return nil, received
		}
		end += at
		n, announced := literalLength(received[at:end])
		if !announced {
			return received[:end+2], received[end+2:]
		}
		if at = end + 2 + n; at > len(received) {
			return nil, received
		}
	}
}

// literalLength is of a line that ends in {n}.
func literalLength(line []byte) (n int, announced bool) {
	open := bytes.LastIndexByte(line, '{')
	if open < 0 || line[len(line)-1] != '}' {
		return 0, false
	}
	n, err := strconv.Atoi(string(line[open+1 : len(line)-1]))
	return n, err == nil
}

// responseParser reads a response from its beginning.
type responseParser struct {
	rest string
	err  error
}

func parseResponse(raw []byte) (response, error) {
	p := &responseParser{rest: string(raw)}
	r := response{tag: p.until(' ')}
	p.expect(" ")
	switch {
	case r.tag == "+":
		p.rest = "\r\n"
	default:
		p.body(&r)
	}
	p.expect("\r\n")
	if p.err == nil && p.rest != "" {
		p.fail("more behind the end: %q", p.rest)
	}
	if p.err != nil {
		return r, fmt.Errorf("%q: %w", raw, p.err)
	}
	return r, nil
}

// body reads what follows the tag.
func (p *responseParser) body(r *response) {
	r.name = p.word()
	if n, err := strconv.ParseUint(r.name, 10, 32); err == nil && r.tag == "*" {
		if r.name[0] == '0' && r.name != "0" {
			p.fail("a number with a leading zero")
		}
		r.num = uint32(n)
		p.expect(" ")
		r.name = "#" + p.word()
	}
	switch r.name {
	case "OK", "NO", "BAD", "BYE":
		p.status(r)
		return
	}
	counts, known := responseForms[r.name]
	if !known || r.tag != "*" {
		p.fail("no such response")
		return
	}
	for p.err == nil && strings.HasPrefix(p.rest, " ") {
		p.expect(" ")
		r.args = append(r.args, p.value())
		for r.name == "THREAD" && p.err == nil && strings.HasPrefix(p.rest, "(") {
			r.args = append(r.args, p.value())
		}
	}
	if n := len(r.args); n < counts[0] || n > counts[1] {
		p.fail("%d values behind %s", n, r.name)
	}
}

// responseForms are the untagged responses, with how many values each has at least
// and at most.
var responseForms = map[string][2]int{
	"#EXISTS": {0, 0}, "#RECENT": {0, 0}, "#EXPUNGE": {0, 0}, "#FETCH": {1, 1}, "#UIDFETCH": {1, 1},
	"FLAGS": {1, 1}, "VANISHED": {1, 2}, "SEARCH": {0, 1 << 20}, "SORT": {0, 1 << 20}, "THREAD": {0, 1 << 20},
	"ESEARCH": {1, 20}, "LIST": {3, 4}, "STATUS": {2, 2}, "ENABLED": {0, 9}, "CAPABILITY": {1, 200},
}

// status reads
//
//	["[" code "]" SP] text
func (p *responseParser) status(r *response) {
	p.expect(" ")
	if strings.HasPrefix(p.rest, "[") {
		p.expect("[")
		r.code = append(r.code, p.value())
		for strings.HasPrefix(p.rest, " ") {
			p.expect(" ")
			r.code = append(r.code, p.value())
		}
		p.expect("] ")
	}
	if r.text = p.until('\r'); p.err == nil && r.text == "" {
		p.fail("no text")
	}
}

// value reads an atom, a string or a list.
func (p *responseParser) value() value {
	switch {
	case p.err != nil:
	case strings.HasPrefix(p.rest, `"`):
		return p.quoted()
	case strings.HasPrefix(p.rest, "{"):
		return p.literal()
	case strings.HasPrefix(p.rest, "("):
		return p.listValue()
	}
	atom := p.word()
	if strings.HasSuffix(atom, "BODY[") || strings.HasPrefix(p.rest, "]") && strings.HasPrefix(atom, "BODY[") {
		p.expect("]")
		atom += "]"
	}
	return value{text: atom}
}

func (p *responseParser) listValue() value {
	v := value{isList: true}
	p.expect("(")
	for p.err == nil && !strings.HasPrefix(p.rest, ")") {
		if len(v.list) > 0 && !strings.HasPrefix(p.rest, "(") {
			p.expect(" ")
		} else if len(v.list) > 0 && strings.HasPrefix(p.rest, " ") {
			p.expect(" ")
		}
		v.list = append(v.list, p.value())
	}
	p.expect(")")
	return v
}

func (p *responseParser) quoted() value {
	p.expect(`"`)
	var text strings.Builder
	for p.err == nil && !strings.HasPrefix(p.rest, `"`) {
		if strings.HasPrefix(p.rest, `\`) {
			p.expect(`\`)
			if !strings.HasPrefix(p.rest, `"`) && !strings.HasPrefix(p.rest, `\`) {
				p.fail("a quoted string with a stray backslash")
			}
		}
		if p.rest == "" || p.rest[0] == '\r' || p.rest[0] == '\n' || p.rest[0] == 0 {
			p.fail("a quoted string that does not end")
			break
		}
		text.WriteByte(p.rest[0])
		p.rest = p.rest[1:]
	}
	p.expect(`"`)
	return value{text: text.String(), quoted: true}
}

func (p *responseParser) literal() value {
	p.expect("{")
	n, err := strconv.Atoi(p.until('}'))
	p.expect("}\r\n")
	if err != nil || n > len(p.rest) {
		p.fail("a literal that is too short")
		return value{}
	}
	v := value{text: p.rest[:n], quoted: true}
	p.rest = p.rest[n:]
	return v
}

// word reads an atom. A backslash begins a flag; "\*" is one.
func (p *responseParser) word() string {
	i := strings.IndexAny(p.rest, " ()]{\"\r\n")
	if i <= 0 {
		p.fail("an atom was expected")
		return ""
	}
	word := p.rest[:i]
	if strings.LastIndexByte(word, '\\') > 0 {
		p.fail("a backslash within an atom")
	}
	p.rest = p.rest[i:]
	return word
}

func (p *responseParser) until(end byte) string {
	i := strings.IndexByte(p.rest, end)
	if i < 0 {
		p.fail("%q was expected", end)
		return ""
	}
	text := p.rest[:i]
	p.rest = p.rest[i:]
	return text
}

func (p *responseParser) expect(text string) {
	rest, found := strings.CutPrefix(p.rest, text)
	if !found {
		p.fail("%q was expected before %q", text, p.rest)
		return
	}
	p.rest = rest
}

func (p *responseParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// number reads an nz-number, or 0.
func (v value) number() (uint64, error) {
	if v.isList || v.quoted || len(v.text) > 1 && v.text[0] == '0' {
		return 0, fmt.Errorf("%q is no number", v.text)
	}
	return strconv.ParseUint(v.text, 10, 63)
}

// set reads a sequence-set without "*", in which no number is twice.
func (v value) set() ([]uint32, error) {
	var out []uint32
	seen := make(map[uint32]bool)
	for part := range strings.SplitSeq(v.text, ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 32)
		to, err2 := strconv.ParseUint(last, 10, 32)
		if err != nil || err2 != nil || from == 0 || to < from || to-from > 1<<20 {
			return nil, fmt.Errorf("%q is no set", v.text)
		}
		for n := uint32(from); n <= uint32(to); n++ {
			if seen[n] {
				return nil, fmt.Errorf("%d is in %q twice", n, v.text)
			}
			seen[n] = true
			out = append(out, n)
		}
	}
	return out, nil
}

// flags are those of a list, sorted, without \Recent.
func (v value) flags() (string, error) {
	if !v.isList {
		return "", fmt.Errorf("%q is no list of flags", v.text)
	}
	var out []string
	for _, flag := range v.list {
		if flag.isList || flag.quoted || flag.text == `\*` {
			return "", fmt.Errorf("%q is no flag", flag.text)
		}
		if flag.text != `\Recent` {
			out = append(out, flag.text)
		}
	}
	return joinFlags(out), nil
}
