package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// column is a place for connections: each takes the first of its kind that is free, so
// that a client which connects eight times is one column, and what stands side by side
// was open at once.
type column struct {
	kind  LaneKind
	lanes []int
}

// columnsOf gives each lane a column. The test has the first.
func columnsOf(lanes []Lane) (columns []column, of []int) {
	of = make([]int, len(lanes))
	order := make([]int, len(lanes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(kindOrder(lanes[a].Kind)-kindOrder(lanes[b].Kind), cmp.Compare(lanes[a].Begin, lanes[b].Begin))
	})
	for _, i := range order {
		c := slices.IndexFunc(columns, func(c column) bool {
			last := lanes[c.lanes[len(c.lanes)-1]]
			return c.kind == lanes[i].Kind && c.kind != LaneTest && last.End != 0 && last.End <= lanes[i].Begin
		})
		if c < 0 {
			c = len(columns)
			columns = append(columns, column{kind: lanes[i].Kind})
		}
		columns[c].lanes = append(columns[c].lanes, i)
		of[i] = c
	}
	return columns, of
}

func kindOrder(k LaneKind) int {
	return slices.Index([]LaneKind{LaneTest, LaneIMAP, LaneSMTP, LaneLMTP}, k)
}

// name is the head of a column: "IMAP 1, 2", "SMTP 1 … 8".
func (c column) name(lanes []Lane) string {
	if c.kind == LaneTest {
		return "the test"
	}
	name := strings.ToUpper(string(c.kind)) + " " + strconv.Itoa(lanes[c.lanes[0]].Number)
	switch n := len(c.lanes); n {
	case 1:
		return name
	case 2:
		return name + ", " + strconv.Itoa(lanes[c.lanes[1]].Number)
	default:
		return name + " … " + strconv.Itoa(lanes[c.lanes[n-1]].Number)
	}
}

// who is whose connections a column has.
func (c column) who(lanes []Lane) string {
	var users []string
	for _, i := range c.lanes {
		if user := lanes[i].User; user != "" && !slices.Contains(users, user) {
			users = append(users, user)
		}
	}
	return strings.Join(users, ", ")
}
