package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// A large case is bounded, and says what is left out.
func TestLarge(t *testing.T) {
	t.Parallel()
	d := sample.Large(2000, 3000)
	began := time.Now()
	var out bytes.Buffer
	if err := report.Write(&out, d, report.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v", out.Len(), time.Since(began))
	if out.Len() > report.DefaultLimit {
		t.Errorf("%d bytes", out.Len())
	}
	if said := out.String(); !strings.Contains(said, `role="note">Kept small (8 MB): `) || !strings.Contains(said, "the HTML of 2999 messages is left out.") {
		t.Error("it does not say that something was cut")
	}
	write(t, "large", out.Bytes())
}
