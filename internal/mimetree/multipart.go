package mimetree

import "bytes"

// children splits a multipart. In a digest, parts are messages where they do
// not say otherwise (RFC 2046, section 5.1.5).
func (tp *treeParser) children(p *Part, depth int) []*Part {
	standard := "text/plain"
	if p.Subtype == "digest" {
		standard = "message/rfc822"
	}
	if boundary := boundaryOf(tp.work, p.Params); boundary != "" && tp.deeper(depth) {
		var room [8][]byte
		if out := tp.partsOf(splitParts(tp.work, room[:0], p.body, boundary), standard, depth+1); len(out) > 0 {
			return out
		}
	}
	empty := tp.entity(p.body[len(p.body):], "text/plain", depth+1)
	empty.own().standsFor = p
	return []*Part{empty}
}

// usualSiblings is how many parts most multiparts have no more than.
const usualSiblings = 2

// siblings is room for parts that stand side by side, and for what they have.
type siblings struct {
	parts  [usualSiblings]Part
	lists  [usualSiblings]*Part
	params [usualSiblings]Param
}

// provide sees to room for n such parts.
func (tp *treeParser) provide(n int) {
	switch {
	case n <= len(tp.free) && n <= len(tp.lists):
	case n <= usualSiblings:
		made := new(siblings)
		tp.free, tp.lists, tp.params = made.parts[:], made.lists[:], made.params[:]
	default:
		tp.free, tp.lists, tp.params = make([]Part, n), make([]*Part, n), make([]Param, n)
	}
}

// partsOf are parts that stand side by side.
func (tp *treeParser) partsOf(raws [][]byte, standard string, depth int) []*Part {
	if len(raws) == 0 {
		return nil
	}
	tp.provide(len(raws))
	parts, list := tp.free.take(len(raws))[:len(raws)], tp.lists.take(len(raws))
	for i, raw := range raws {
		if tp.parts >= maxParts || tp.work.step(len(raw)) {
			break
		}
		tp.fill(&parts[i], raw, standard, depth)
		list = append(list, &parts[i])
	}
	return list
}

// boundaryOf is the boundary as it stands; one in pieces is joined.
func boundaryOf(w *work, params []Param) string {
	for _, p := range params {
		if p.Name == "boundary" {
			return p.Value
		}
	}
	return decodedParam(w, params, "boundary")
}

// splitParts cuts a body at its delimiter lines (RFC 2046, section 5.1.1). The
// line end before a delimiter belongs to the delimiter. What stands before the
// first and behind the closing one is in no part. Without a closing one, the
// last part reaches to the end.
func splitParts(w *work, parts [][]byte, body []byte, boundary string) [][]byte {
	var room [80]byte
	delimiter := append(append(room[:0], "--"...), boundary...)
	start := -1 // of the part that is open
	for pos := 0; len(parts) < maxParts; {
		i := bytes.Index(body[pos:], delimiter)
		if i < 0 || w.step(len(delimiter)) {
			break
		}
		at := pos + i
		pos = at + len(delimiter)
		if at > 0 && body[at-1] != '\n' {
			continue
		}
		end := lineEnd(body, at)
		is, closing := isDelimiter(body[at:end], delimiter)
		if !is {
			continue
		}
		if start >= 0 {
			parts = append(parts, trimLineEnd(body[start:at]))
		}
		if closing {
			return parts
		}
		start, pos = end, end
	}
	if start >= 0 {
		parts = append(parts, body[start:])
	}
	return parts
}

// isDelimiter says whether a line is the delimiter, alone or with the "--"
// that closes; only white space may follow. So "--ab" is no delimiter "--a".
func isDelimiter(line, delimiter []byte) (is, closing bool) {
	rest := line[len(delimiter):]
	for len(rest) > 0 && isSpace(rest[len(rest)-1]) {
		rest = rest[:len(rest)-1]
	}
	return len(rest) == 0 || string(rest) == "--", len(rest) == 2
}
