// Package plot draws figures as SVG: dots on a scale of powers of ten ([Dots]), and lines in
// panels ([Panels]). A picture has no size in its text's way: it is shown at its own, is
// read in light and dark, and takes its colours from what the reader prefers.
package plot

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// style has the colours, which are told from one another by the colour-blind, too.
const style = `<style>
svg { --ink: #1f2328; --dim: #59636e; --line: #d1d9e0; --c0: #0969da; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; }
@media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --c0: #58a6ff; --c1: #f0883e; --c2: #3fb950; --c3: #bc8cff; } }
circle { fill-opacity: 0.85; }
text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--ink); }
.title { font-size: 14px; font-weight: 600; }
.dim { fill: var(--dim); }
.grid { stroke: var(--line); fill: none; }
.one { stroke: var(--dim); }
.guide { stroke: var(--dim); stroke-dasharray: 2 3; fill: none; }
.c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }
.l0 { stroke: var(--c0); } .l1 { stroke: var(--c1); } .l2 { stroke: var(--c2); } .l3 { stroke: var(--c3); }
.curve { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
</style>
`

// canvas is a picture that is being drawn.
type canvas struct {
	sb strings.Builder
}

// picture draws one of a size, with words for who cannot see it.
func picture(width, height int, words string, draw func(*canvas)) string {
	var c canvas
	fmt.Fprintf(&c.sb, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %[1]d %[2]d\" role=\"img\">\n", width, height)
	fmt.Fprintf(&c.sb, "<title>%s</title>\n%s", escape(words), style)
	draw(&c)
	c.sb.WriteString("</svg>\n")
	return c.sb.String()
}

func escape(s string) string {
	var sb strings.Builder
	xml.EscapeText(&sb, []byte(s)) // a strings.Builder takes everything
	return sb.String()
}

// The places of a text's anchor.
const (
	atStart  = "start"
	atMiddle = "middle"
	atEnd    = "end"
)

func (c *canvas) text(x, y float64, anchor, class, text string) {
	fmt.Fprintf(&c.sb, "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>\n", short(x), short(y), anchor, class, escape(text))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&c.sb, "<path d=\"M%s %sL%s %s\" class=\"%s\"/>\n", short(x1), short(y1), short(x2), short(y2), class)
}

func (c *canvas) dot(x, y, radius float64, class, words string) {
	fmt.Fprintf(&c.sb, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" class=\"%s\"><title>%s</title></circle>\n", short(x), short(y), short(radius), class, escape(words))
}

// curve is a line through points.
func (c *canvas) curve(points [][2]float64, class string) {
	var sb strings.Builder
	for i, p := range points {
		sb.WriteByte("ML"[min(i, 1)])
		sb.WriteString(short(p[0]) + " " + short(p[1]))
	}
	fmt.Fprintf(&c.sb, "<path d=\"%s\" class=\"%s\"/>\n", sb.String(), class)
}

// short is a number without more digits than can be seen.
func short(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// scale is a logarithmic axis from a place to another.
type scale struct {
	low, high float64 // powers of ten
	from, to  float64
}

// newScale holds all values: whole powers of ten at both ends.
func newScale(values []float64, from, to float64) scale {
	s := scale{low: math.Inf(1), high: math.Inf(-1), from: from, to: to}
	for _, v := range values {
		if v > 0 && !math.IsInf(v, 0) {
			s.low, s.high = min(s.low, math.Floor(math.Log10(v))), max(s.high, math.Ceil(math.Log10(v)))
		}
	}
	if s.low >= s.high {
		s.high = s.low + 1
	}
	return s
}

// at is the place of a value.
func (s scale) at(v float64) float64 {
	return s.from + (s.to-s.from)*(math.Log10(v)-s.low)/(s.high-s.low)
}

// ticks are the powers of ten.
func (s scale) ticks() (out []float64) {
	for e := s.low; e <= s.high; e++ {
		out = append(out, math.Pow(10, e))
	}
	return out
}
