package plot

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
)

// A picture is well-formed, whatever a name is, and has a dot for each value that there is.
func TestPictures(t *testing.T) {
	nan := math.NaN()
	for name, test := range map[string]struct {
		svg  string
		dots int
	}{
		"dots": {Dots{Title: `<"a" & b>`, One: "1 & 1", Series: []string{"x<y", "z"}, Rows: []Row{
			{"one", []float64{0.5, 20}}, {"two & three", []float64{nan, 3}}, {"none", []float64{nan, math.Inf(1)}},
		}}.SVG(), 3 + 2},
		"dots of nothing": {Dots{}.SVG(), 0},
		"panels": {Panels{Title: "a & b", Panels: []Panel{
			{"A<B", [][2]float64{{1000, 1e-6}, {1e6, 1e-3}}}, {"C", [][2]float64{{1, 5}}}, {"D", nil},
		}}.SVG(), 3},
		"panels of nothing": {Panels{}.SVG(), 0},
	} {
		dots := 0
		for d := xml.NewDecoder(strings.NewReader(test.svg)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, test.svg)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
				dots++
			}
		}
		if dots != test.dots || strings.Contains(test.svg, "NaN") || strings.Contains(test.svg, "Inf") {
			t.Errorf("%s: %d dots, want %d\n%s", name, dots, test.dots, test.svg)
		}
	}
}

// A scale holds all its values between whole powers of ten, in their order.
func TestScale(t *testing.T) {
	s := newScale([]float64{0.5, 30, math.NaN()}, 100, 400)
	for v, want := range map[float64]float64{0.1: 100, 1: 200, 10: 300, 100: 400} {
		if got := s.at(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: at %v, want %v", v, got, want)
		}
	}
	if got := len(s.ticks()); got != 4 {
		t.Errorf("%d ticks, want 4", got)
	}
}
