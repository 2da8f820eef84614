// Package told knows of which tests it has been said why they failed. A test may have several
// servers: when one has explained the failure, the others have nothing to add.
package told

import (
	"strings"
	"sync"
)

// tests are those that have servers now. A test's entry goes with its last server.
var tests struct {
	mu     sync.Mutex // guards byName
	byName map[string]*test
}

type test struct {
	servers int
	told    bool
}

// Join counts in a server of a test, until leave is called.
func Join(name string) (leave func()) {
	tests.mu.Lock()
	defer tests.mu.Unlock()
	if tests.byName == nil {
		tests.byName = make(map[string]*test)
	}
	if tests.byName[name] == nil {
		tests.byName[name] = &test{}
	}
	tests.byName[name].servers++
	return sync.OnceFunc(func() { end(name) })
}

func end(name string) {
	tests.mu.Lock()
	defer tests.mu.Unlock()
	if t := tests.byName[name]; t.servers > 1 {
		t.servers--
	} else {
		delete(tests.byName, name)
	}
}

// Tell notes that a server has said why its test failed, and with it those of which that is
// a part.
func Tell(name string) {
	tests.mu.Lock()
	defer tests.mu.Unlock()
	for {
		if t := tests.byName[name]; t != nil {
			t.told = true
		}
		end := strings.LastIndexByte(name, '/')
		if end < 0 {
			return
		}
		name = name[:end]
	}
}

// Knows says whether a server of the test has said why it failed.
func Knows(name string) bool {
	tests.mu.Lock()
	defer tests.mu.Unlock()
	t := tests.byName[name]
	return t != nil && t.told
}
