package imaptest_test

import (
	"bufio"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// CAPABILITIES.md has a row for every capability of the engine, and no other.
func TestCapabilitiesAreDocumented(t *testing.T) {
	f, err := os.Open("CAPABILITIES.md")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	row := regexp.MustCompile(`^\| ([A-Z0-9][^ |]*) \|`)
	var documented []imap.Cap
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if m := row.FindStringSubmatch(lines.Text()); m != nil {
			documented = append(documented, imap.Cap(m[1]))
		}
	}
	for _, c := range documented {
		if !imapd.Implements(c) {
			t.Errorf("%s is in the table and not in the engine", c)
		}
	}
	for _, c := range slices.AppendSeq(slices.Concat(imapd.AllCaps(), imapd.AskedCaps()), maps.Keys(imapd.InPlaceOf())) {
		if !slices.Contains(documented, c) {
			t.Errorf("%s is in the engine and not in the table", c)
		}
	}
}
