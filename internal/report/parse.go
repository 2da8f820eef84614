package report

import (
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// ParseMessage makes a Message of one as it is stored.
func ParseMessage(raw []byte) *Message {
	m := mimetree.Parse(raw)
	out := &Message{Subject: m.Subject(), Size: int64(len(raw)), Text: m.Text(), Source: string(raw)}
	for _, f := range m.Fields() {
		out.Headers = append(out.Headers, Header{f.Name, f.Decoded()})
		for _, known := range []struct {
			name string
			to   *string
		}{{"From", &out.From}, {"To", &out.To}, {"Date", &out.Date}} {
			if strings.EqualFold(f.Name, known.name) && *known.to == "" {
				*known.to = f.Decoded()
			}
		}
	}
	images := make(map[string]string)
	out.addParts(m.Root(), "", images)
	out.HTML = withImages(out.HTML, images)
	return out
}

// addParts notes a part and those in it, and unless they are those of a message inside
// (images is nil) the first HTML, and the images that it may name.
func (m *Message) addParts(p *mimetree.Part, path string, images map[string]string) {
	m.Parts = append(m.Parts, partOf(p, path))
	id := strings.Trim(p.ID, "<> \t")
	switch {
	case images == nil:
	case p.Type == "text" && p.Subtype == "html" && p.Disposition != "attachment" && m.HTML == "":
		m.HTML = p.DecodedText()
	case p.Type == "image" && id != "":
		if data, err := p.Decoded(); err == nil && len(data) <= maxImage {
			images[id] = "data:image/" + p.Subtype + ";base64," + base64.StdEncoding.EncodeToString(data)
		}
	}
	for i, child := range p.Children {
		m.addParts(child, below(path, i), images)
	}
	if p.Message != nil {
		m.addParts(p.Message.Root(), below(path, 0), nil)
	}
}

func below(path string, i int) string {
	if path == "" {
		return strconv.Itoa(i + 1)
	}
	return path + "." + strconv.Itoa(i+1)
}

func partOf(p *mimetree.Part, path string) Part {
	out := Part{Path: path, Type: p.Type + "/" + p.Subtype, Disposition: p.Disposition, Filename: p.Filename()}
	if !p.IsMultipart() {
		out.Size = int64(p.Size())
		out.Encoding = strings.ToLower(p.Encoding)
	}
	for _, param := range p.Params {
		if param.Name == "charset" {
			out.Charset = param.Value
		}
	}
	return out
}

// maxImage is how large an image is that is put into the HTML which names it.
const maxImage = 64 << 10

// withImages puts the images of a message in place of what names them by Content-ID.
func withImages(html string, images map[string]string) string {
	ids := slices.Sorted(maps.Keys(images))
	slices.Reverse(ids) // what begins with another is looked for before it
	for _, id := range ids {
		html = strings.ReplaceAll(html, "cid:"+id, images[id])
		html = strings.ReplaceAll(html, "cid:"+url.PathEscape(id), images[id])
	}
	return html
}
