package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var dir = flag.String("report.dir", "", "write the samples there, to be looked at")

// Every sample becomes a report.
func TestSamples(t *testing.T) {
	for name, sample := range samples {
		var out bytes.Buffer
		if err := Write(&out, sample(), Options{}); err != nil {
			t.Fatal(err)
		}
		if *dir != "" {
			if err := os.WriteFile(filepath.Join(*dir, name+".html"), out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
