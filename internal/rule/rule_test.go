package rule_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// Which of ten points a rule takes.
func TestTake(t *testing.T) {
	tests := map[string]struct {
		narrow func(r *rule.Rule[int])
		want   string
	}{
		"all":              {func(*rule.Rule[int]) {}, "##########"},
		"the third":        {func(r *rule.Rule[int]) { r.Nth(3) }, "..#......."},
		"from the third":   {func(r *rule.Rule[int]) { r.Nth(3); r.Times(2) }, "..##......"},
		"times before nth": {func(r *rule.Rule[int]) { r.Times(2); r.Nth(3) }, "..##......"},
		"even": {func(r *rule.Rule[int]) {
			r.Where(" where even", func(n int) bool { return n%2 == 0 })
			r.Nth(2)
		}, "...#......"},
		"removed": {func(r *rule.Rule[int]) {
			r.Where("", func(n int) bool {
				if n == 4 {
					r.Remove() // a condition may do what it likes
				}
				return true
			})
		}, "###......."},
		"its own state": {func(r *rule.Rule[int]) {
			r.Where("", func(int) bool { return r.State().Fired < 2 })
		}, "##........"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := rule.New[int]()
			test.narrow(r)
			var got strings.Builder
			for n := 1; n <= 10; n++ {
				if r.Matches(n) && r.Take() {
					got.WriteByte('#')
				} else {
					got.WriteByte('.')
				}
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
			if n := strings.Count(test.want, "#"); r.State().Fired != n {
				t.Errorf("fired %d times, want %d", r.State().Fired, n)
			}
		})
	}
}

// Of many that come at once none is too many.
func TestTakeAtOnce(t *testing.T) {
	r := rule.New[int]()
	r.Times(3)
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 100 {
		wg.Go(func() {
			if r.Matches(1) && r.Take() {
				mu.Lock()
				defer mu.Unlock()
				taken++
			}
		})
	}
	wg.Wait()
	if taken != 3 || r.State().Seen != 100 {
		t.Errorf("%d of %d were taken, want 3 of 100", taken, r.State().Seen)
	}
}

// A point that was lost to another rule is free again.
func TestLost(t *testing.T) {
	r := rule.New[int]()
	r.Times(1)
	r.Take()
	r.Lost("another")
	if !r.Take() || r.State().Fired != 1 || r.State().LostTo != "another" {
		t.Errorf("got %+v", r.State())
	}
}

func TestNearest(t *testing.T) {
	names := []string{"FETCH", "UID FETCH", "UIDNEXT", "BODY[]", "NOOP", "LIST"}
	for name, want := range map[string]string{
		"FECTH": "FETCH", "uidfetch": "UID FETCH", "UIDNXT": "UIDNEXT", "BODY.PEEK[]": "", "NOP": "NOOP", "XLIST": "LIST", "GETQUOTA": "",
	} {
		if got := rule.Nearest(name, names); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := fmt.Sprint(rule.Distance("abcd", "abdc", 9), rule.Distance("abc", "xbcd", 9), rule.Distance("a", "abcdef", 3)); got != "1 2 3" {
		t.Errorf("got %s", got)
	}
}
