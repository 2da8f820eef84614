package told

import (
	"strings"
	"sync"
)

// Parts are the parts of reports that a test has been shown, of a server.
type Parts struct {
	mu    sync.Mutex // guards what follows
	test  string
	texts map[string]bool
}

// Once is a part of a report, or no more than its first line where the test has been shown the
// same already: one failure may come out in many assertions.
func (p *Parts) Once(test, text string) string {
	head, rest, _ := strings.Cut(text, "\n")
	if rest == "" {
		return text
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.test != test {
		p.test, p.texts = test, make(map[string]bool)
	}
	if p.texts[text] {
		return strings.TrimSuffix(head, ":") + ": as above\n"
	}
	p.texts[text] = true
	return text
}
