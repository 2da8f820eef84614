package imapd

import (
	"bytes"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// binaryItem is BINARY[…]<…> or BINARY.SIZE[…]: RFC 3516, section 4.2.
//
//	section-binary = "[" [section-part] "]"
type binaryItem struct {
	c       *conn
	name    string
	path    []int
	partial *partial
	size    bool
}

func parseBinary(p *parser, name string) fetchItem {
	item := &binaryItem{c: p.c, size: name == "BINARY.SIZE"}
	p.Expect('[')
	section := ""
	for p.OK() && !p.Try(']') {
		if len(item.path) > 0 {
			p.Expect('.')
			section += "."
		}
		n := p.NZNumber()
		item.path = append(item.path, int(n))
		section += strconv.FormatUint(uint64(n), 10)
	}
	item.name = "BINARY[" + section + "]"
	if item.size {
		item.name = "BINARY.SIZE[" + section + "]"
	}
	label := item.name
	if !item.size && p.Try('<') {
		item.partial = p.partial()
		label += item.partial.String()
	}
	return fetchItem{label: label, setsSeen: name == "BINARY", check: item.check, write: item.write}
}

// decoded is the part with its transfer encoding undone. The whole message is
// given as it is: it has no encoding of its own.
func (item *binaryItem) decoded(m *store.Message) (data []byte, found bool, err error) {
	if len(item.path) == 0 {
		return item.c.raw(m), true, nil
	}
	tree, utf8 := item.c.tree(m), item.c.speaksUTF8()
	part := tree.Part(item.path)
	if part == nil || entersOpaque(tree, item.path, utf8) {
		return nil, false, nil
	}
	data, err = decodePart(tree, part, utf8)
	return data, true, err
}

func decodePart(tree *mimetree.Message, part *mimetree.Part, utf8 bool) ([]byte, error) {
	if (part.Message != nil || len(part.Children) > 0) && !isOpaque(part, utf8) {
		return part.Body(), nil
	}
	return tree.Decoded(part)
}

// check refuses an encoding that is not known (RFC 3516, section 4.3).
func (item *binaryItem) check(m *store.Message) error {
	if _, _, err := item.decoded(m); err != nil {
		return no("message.encoding", imap.ResponseCodeUnknownCTE, "%v", err)
	}
	return nil
}

// write sends a literal8 only for what holds NUL (RFC 3516, section 4.2).
func (item *binaryItem) write(c *conn, m *store.Message) {
	data, found, _ := item.decoded(m)
	e := c.enc.Raw(item.name)
	if item.size {
		e.SP().Num(uint32(len(data)))
		return
	}
	if item.partial != nil {
		e.Raw(item.partial.String())
		data = item.partial.cut(data)
	}
	switch {
	case !found:
		e.Raw(" NIL")
	case bytes.IndexByte(data, 0) >= 0:
		e.SP().Literal8(data)
	default:
		e.SP().Literal(data)
	}
}
