package plot

import (
	"fmt"
	"math"
)

// Panels are small pictures of how values grow, all on the same scales, so that one can
// be held against another.
type Panels struct {
	Title  string
	X, Y   string               // what the axes are of
	YTick  func(float64) string // how a value is written; nil: as a power of ten
	Panels []Panel
}

// Panel is one curve.
type Panel struct {
	Name   string
	Points [][2]float64 // X and Y
}

// The measures of panels.
const (
	panelColumns = 5
	panelWidth   = 180
	panelHeight  = 128
	panelGap     = 24
	panelsLeft   = 70
	panelsTop    = 74
	panelName    = 22 // above each
)

// SVG draws them.
func (p Panels) SVG() string {
	rows := (len(p.Panels) + panelColumns - 1) / panelColumns
	width := panelsLeft + panelColumns*(panelWidth+panelGap)
	height := panelsTop + rows*(panelHeight+panelName+panelGap) + 44
	var xs, ys []float64
	for _, panel := range p.Panels {
		for _, point := range panel.Points {
			xs, ys = append(xs, point[0]), append(ys, point[1])
		}
	}
	return picture(width, height, p.Title, func(c *canvas) {
		c.text(16, 26, atStart, "title", p.Title)
		c.line(16, 45, 40, 45, "guide")
		c.text(48, 49, atStart, "dim", "what is proportional to the size is parallel to this line")
		for i, panel := range p.Panels {
			left := float64(panelsLeft + (i%panelColumns)*(panelWidth+panelGap))
			top := float64(panelsTop + (i/panelColumns)*(panelHeight+panelName+panelGap) + panelName)
			x := newScale(xs, left, left+panelWidth)
			y := newScale(ys, top+panelHeight, top)
			lowest := i+panelColumns >= len(p.Panels)
			p.axes(c, x, y, i%panelColumns == 0, lowest)
			c.text(left, top-7, atStart, "", panel.Name)
			panel.draw(c, x, y)
		}
		c.text(float64(panelsLeft+width)/2, float64(height)-12, atMiddle, "dim", p.X)
		c.text(16, panelsTop+6, atStart, "dim", p.Y)
	})
}

// axes has numbers where a panel has no neighbour on that side.
func (p Panels) axes(c *canvas, x, y scale, numbersY, numbersX bool) {
	for _, tick := range x.ticks() {
		c.line(x.at(tick), y.from, x.at(tick), y.to, "grid")
		if e := math.Round(math.Log10(tick)); numbersX && math.Mod(e, 3) == 0 {
			c.text(x.at(tick), y.from+16, atMiddle, "dim", size(tick))
		}
	}
	for _, tick := range y.ticks() {
		c.line(x.from, y.at(tick), x.to, y.at(tick), "grid")
		if numbersY {
			c.text(x.from-8, y.at(tick)+4, atEnd, "dim", p.tick(tick))
		}
	}
}

func (p Panels) tick(v float64) string {
	if p.YTick != nil {
		return p.YTick(v)
	}
	return power(v)
}

// draw draws the curve, and beside it how it would go on from its first point if it were
// proportional.
func (p Panel) draw(c *canvas, x, y scale) {
	var points [][2]float64
	for _, point := range p.Points {
		if point[0] > 0 && point[1] > 0 {
			points = append(points, [2]float64{x.at(point[0]), y.at(point[1])})
		}
	}
	if len(points) == 0 {
		return
	}
	c.curve(p.guide(x, y), "guide")
	c.curve(points, "curve l0")
	for i, point := range points {
		c.dot(point[0], point[1], 3, "c0", fmt.Sprintf("%s at %s: %.3g", p.Name, size(p.Points[i][0]), p.Points[i][1]))
	}
}

// guide is proportional to the size, through the first point, as far as the panel goes.
func (p Panel) guide(x, y scale) [][2]float64 {
	first, last := p.Points[0], p.Points[len(p.Points)-1]
	end := min(last[0], first[0]*math.Pow(10, y.high)/first[1])
	return [][2]float64{{x.at(first[0]), y.at(first[1])}, {x.at(end), y.at(first[1] * end / first[0])}}
}

// size is a count as people write it.
func size(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.3gM", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%.3gk", v/1e3)
	}
	return fmt.Sprintf("%.3g", v)
}
