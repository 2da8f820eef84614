package sweep

import (
	"strings"
	"testing"
)

// subtests are runs as a tree of subtests: TestSync/at/UID_MOVE#2/Drop.
type subtests struct {
	names []string // in order
	below map[string]*subtests
	do    []func(t *testing.T)
}

func newSubtests() *subtests { return &subtests{below: make(map[string]*subtests)} }

// add has a run's subtest do something.
func (s *subtests) add(r *run, do func(t *testing.T)) {
	for part := range strings.SplitSeq(r.root()+"/"+r.name(), "/") {
		if s.below[part] == nil {
			s.names, s.below[part] = append(s.names, part), newSubtests()
		}
		s = s.below[part]
	}
	s.do = append(s.do, do)
}

// run runs them, as far as go test -run asks for them.
func (s *subtests) run(t *testing.T) {
	for _, do := range s.do {
		do(t)
	}
	for _, name := range s.names {
		t.Run(name, s.below[name].run)
	}
}
