package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// table is figures, as the page shows them.
type table struct {
	columns []string // the first is the heading of the rows' names
	rows    []row
	format  func(float64) string // how a figure is written; nil: as a number
}

// row is a name and a figure for each other column; NaN is none.
type row struct {
	name    string
	figures []float64
}

// blank stands for a figure that there is not.
const blank = "–"

// add adds a row.
func (t *table) add(name string, figures ...float64) {
	t.rows = append(t.rows, row{name, figures})
}

// String is the table in Markdown.
func (t *table) String() string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "| %s |\n|---%s|\n", strings.Join(t.columns, " | "), strings.Repeat("|---:", len(t.columns)-1))
	for _, r := range t.rows {
		sb.WriteString("| " + r.name)
		for _, f := range r.figures {
			sb.WriteString(" | " + t.write(f))
		}
		sb.WriteString(" |\n")
	}
	return sb.String()
}

func (t *table) write(f float64) string {
	if t.format != nil {
		return t.format(f)
	}
	return figure(f)
}

// figure is a number with three digits that count.
func figure(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return blank
	case f == 0:
		return "0"
	case math.Abs(f) >= 100:
		return strconv.FormatFloat(math.Round(f), 'f', 0, 64)
	}
	digits := 2 - int(math.Floor(math.Log10(math.Abs(f))))
	return strconv.FormatFloat(f, 'f', digits, 64)
}

// readTable reads back the table of a page that comes next after a heading.
func readTable(page, heading string) (*table, error) {
	_, rest, found := strings.Cut(page, "\n"+heading+"\n")
	if !found {
		return nil, fmt.Errorf("the page has no heading %q", heading)
	}
	var t table
	for line := range strings.Lines(rest) {
		cells, ok := tableCells(line)
		switch {
		case !ok && t.columns == nil:
			if strings.HasPrefix(line, "#") {
				return nil, fmt.Errorf("there is no table under %q", heading)
			}
			continue
		case !ok:
			return &t, nil
		case t.columns == nil:
			t.columns = cells
			continue
		case strings.HasPrefix(cells[0], "---"):
			continue
		}
		figures, err := readFigures(cells[1:])
		if err != nil || len(figures) != len(t.columns)-1 {
			return nil, fmt.Errorf("under %q: a row that is none: %s%v", heading, line, err)
		}
		t.add(cells[0], figures...)
	}
	return &t, nil
}

// tableCells are the cells of a line, if it is one of a table.
func tableCells(line string) (cells []string, ok bool) {
	line, ok = strings.CutPrefix(strings.TrimSpace(line), "|")
	if !ok {
		return nil, false
	}
	for _, cell := range strings.Split(strings.TrimSuffix(line, "|"), "|") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	return cells, true
}

func readFigures(cells []string) (out []float64, err error) {
	for _, cell := range cells {
		f := math.NaN()
		if cell != blank {
			if f, err = strconv.ParseFloat(cell, 64); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// row is the figures of a row; nil if there is none of that name.
func (t *table) row(name string) []float64 {
	for _, r := range t.rows {
		if r.name == name {
			return r.figures
		}
	}
	return nil
}

// at is the figure of a row in a column; NaN if there is none.
func (t *table) at(name, column string) float64 {
	figures := t.row(name)
	i := slices.Index(t.columns, column) - 1
	if figures == nil || i < 0 {
		return math.NaN()
	}
	return figures[i]
}
