package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

var dir = flag.String("report.dir", "", "write the samples there, to be looked at")

// Every sample becomes a report.
func TestSamples(t *testing.T) {
	for name, make := range sample.All {
		var out bytes.Buffer
		if err := report.Write(&out, make(), report.Options{}); err != nil {
			t.Fatal(err)
		}
		write(t, name, out.Bytes())
	}
}

// write writes a report where it can be looked at.
func write(t *testing.T, name string, page []byte) {
	t.Helper()
	if *dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*dir, name+".html"), page, 0o644); err != nil {
		t.Fatal(err)
	}
}
