package report_test

import (
	"testing"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// Messages that are still there are not encoded again, whether they are shown whole or cut: what
// a page is told of them costs nothing.
func TestLookerKnowsMessages(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]int{"whole": 0, "cut": 200_000} {
		d := sample.Large(10, 100)
		d.Failures = nil
		k := report.Looker{Options: report.Options{Limit: limit}}
		var before [][]byte
		for n := range 3 {
			d.Events[len(d.Events)-1].Args += "x"
			l, err := k.Look(d)
			if err != nil {
				t.Fatal(err)
			}
			now := report.MessagesOf(l)
			for i := range before {
				if &before[i][0] != &now[i][0] {
					t.Errorf("%s, look %d: message %d was encoded again", name, n, i)
				}
			}
			before = now
			d.Messages = append(d.Messages, report.ParseMessage([]byte("Subject: new\r\n\r\n")))
		}
		if len(before) != 102 {
			t.Errorf("%s: %d messages", name, len(before))
		}
	}
}
