package plot

import (
	"fmt"
	"math"
	"strconv"
)

// Dots are rows of dots on one scale.
type Dots struct {
	Title  string
	Axis   string // what the scale is of
	One    string // what 1 means, which has a line of its own
	Series []string
	Rows   []Row
}

// Row is a name and a value of each series; NaN is none.
type Row struct {
	Name   string
	Values []float64
}

// The measures of dots.
const (
	dotsNames = 300
	dotsWidth = 860
	dotsTop   = 92
	dotsRow   = 24
)

// SVG draws them.
func (d Dots) SVG() string {
	bottom := float64(dotsTop + dotsRow*len(d.Rows))
	return picture(dotsWidth, int(bottom)+56, d.Title, func(c *canvas) {
		values := []float64{1}
		for _, r := range d.Rows {
			values = append(values, r.Values...)
		}
		x := newScale(values, dotsNames, dotsWidth-30)
		c.text(16, 26, atStart, "title", d.Title)
		d.legend(c)
		for _, tick := range x.ticks() {
			c.line(x.at(tick), dotsTop-8, x.at(tick), bottom, "grid")
			c.text(x.at(tick), bottom+18, atMiddle, "dim", power(tick))
		}
		c.line(x.at(1), dotsTop-8, x.at(1), bottom, "one")
		c.text(x.at(1), dotsTop-14, atMiddle, "dim", d.One)
		c.text((dotsNames+dotsWidth-30)/2, bottom+42, atMiddle, "dim", d.Axis)
		for i, r := range d.Rows {
			y := float64(dotsTop + dotsRow*i + dotsRow/2)
			c.text(dotsNames-14, y+4, atEnd, "", r.Name)
			c.line(dotsNames, y, dotsWidth-30, y, "grid")
			d.row(c, r, x, y)
		}
	})
}

// legend says which colour is which.
func (d Dots) legend(c *canvas) {
	x := 16.0
	for i, name := range d.Series {
		c.dot(x+5, 46, 5, class("c", i), name)
		c.text(x+16, 50, atStart, "", name)
		x += 40 + 7*float64(len(name))
	}
}

// row draws the first series last: it lies on top.
func (d Dots) row(c *canvas, r Row, x scale, y float64) {
	for i := len(r.Values) - 1; i >= 0; i-- {
		if v := r.Values[i]; v > 0 && !math.IsInf(v, 0) {
			c.dot(x.at(v), y, 5.5, class("c", i), fmt.Sprintf("%s, %s: %.3g", r.Name, d.Series[i], v))
		}
	}
}

// class is that of a series, of which there are four colours.
func class(prefix string, i int) string { return prefix + strconv.Itoa(i%4) }

// power is a power of ten as people write it.
func power(v float64) string {
	if v >= 0.001 && v < 1e6 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprintf("1e%d", int(math.Round(math.Log10(v))))
}
