//go:build race

package imaptest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A test that fails because of a data race is not the server's to explain. It is another
// process, which the detector ends with an error.
func TestRaceIsNotExplained(t *testing.T) {
	if os.Getenv("IMAPTEST_RACE") != "" {
		srv := imaptest.Start(t, imaptest.InMemory())
		dialRaw(t, srv).cmd("n", "NOOP")
		if os.Getenv("IMAPTEST_RACE") == "none" {
			t.Fatal("for a reason of its own")
		}
		n, done := 0, make(chan struct{})
		go func() { n++; close(done) }()
		n++
		<-done
		return
	}
	for kind, want := range map[string]string{"one": "race detected during execution of test", "none": "the server when the test failed"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestRaceIsNotExplained$")
		cmd.Env = append(os.Environ(), "IMAPTEST_RACE="+kind)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) || kind == "one" && strings.Contains(string(out), "when the test failed") {
			t.Errorf("%s: %v\n%s", kind, err, out)
		}
	}
}
