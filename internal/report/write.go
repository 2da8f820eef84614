package report

import (
	"bytes"
	"io"
)

// Options say how a report is written.
type Options struct {
	WithoutBodies bool // leave out what messages say, in the dialogue too
	Limit         int  // of the file, in bytes; 0 is DefaultLimit
	Live          *Live
}

// Write writes a report: one HTML file that needs nothing else.
func Write(w io.Writer, d *Data, o Options) error {
	r := o.record(d, nil)
	v := newView(r)
	var out bytes.Buffer
	p := newPage(r, v, o)
	if err := p.document(&out); err != nil {
		return err
	}
	l, cut, err := v.look(o.limit() - out.Len() - len(frame.script) - noticeRoom)
	if err != nil {
		return err
	}
	if p.Cut = cut.said(o.limit()); p.Cut != "" {
		out.Reset()
		if err := p.document(&out); err != nil {
			return err
		}
	}
	out.WriteString(`<script type="application/json" id="d">`)
	out.Write(l.document())
	out.WriteString("</script>\n<script>" + frame.script + "</script>\n</body>\n</html>\n")
	_, err = w.Write(out.Bytes())
	return err
}

// noticeRoom is for the notice that something was cut, and for the ends of the file.
const noticeRoom = 1 << 10

func (o Options) limit() int {
	if o.Limit > 0 {
		return o.Limit
	}
	return DefaultLimit
}

// record finds out what there is to say; messages that are known are shown as they were.
func (o Options) record(d *Data, known map[*Message]*shown) *record {
	if o.WithoutBodies {
		d = withoutBodies(d)
	}
	r := newRecord(d.visible())
	r.shown = shownMessages(r.Messages, known, o.WithoutBodies)
	r.focus = r.findFocus()
	r.walk()
	r.envelopes()
	return r
}

// Fragment is the part of a link to a report that leads to the first failure, "#c17"; ""
// if there is none.
func Fragment(d *Data) string {
	if r := newRecord(d); r.open != nil {
		return "#c" + text(uint32(r.open.num))
	}
	return ""
}
