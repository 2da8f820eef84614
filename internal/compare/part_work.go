package compare

import (
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/compare/plot"
)

// The headings of the tables whose ratios are held.
const (
	ratioHeading = "### By the processor"
	busyHeading  = "### By the processor, of a machine that is busy"
)

// workPart is the part of the page that compares, and its picture; meanwhile is what the same
// costs while the machine has something else to do.
func (o outcome) workPart(dovecotVersion string, meanwhile outcome) (text string, pictures map[string]string) {
	var sb strings.Builder
	fmt.Fprintf(&sb, `## Beside others

![Ratios](performance-ratio.svg)

%s The servers: go-imap's imapserver with imapmemserver (%s), the memory backend of go-imap's version 1
(%s), Dovecot (%s, Maildir) where it is installed, and a floor: a program that plays back what this server
said, byte by byte, and does nothing for it. For mail that is sent the second is go-smtp's server, which throws it away.
INBOX has %d messages of 2 KB, which no client has touched before. %d times by turns, of which the
medians are here; filing and loading %d times, and Dovecot %d times. A ratio above 1 is in favour of this server, in the
last column it is what work costs beyond the bytes.

`, machine(), version("github.com/emersion/go-imap/v2"), version("github.com/emersion/go-imap"), dovecotVersion, messages,
		shortRounds, longRounds, dovecotRounds)
	ratios := o.ratios(processor)
	fmt.Fprintf(&sb, "%s\n\n%s\n### By the clock\n\n%s\n", ratioHeading, ratios, o.ratios(clock))
	fmt.Fprintf(&sb, "%s\n\nMedians of three, while every core has something else to do:\n\n%s\n", busyHeading, meanwhile.peerTable(processor))
	fmt.Fprintf(&sb, "### Milliseconds of the processor\n\n%s\n### Milliseconds by the clock\n\n%s\n", o.times(processor), o.times(clock))
	fmt.Fprintf(&sb, "### Messages, sessions or tellings a second\n\nThat is by the clock, for one client, or four that file.\n\n%s\n", o.rates())
	sb.WriteString(o.reasons())
	return sb.String(), map[string]string{"performance-ratio.svg": ratioPlot(ratios)}
}

// reasons say why a figure is not there.
func (o outcome) reasons() string {
	var sb strings.Builder
	sb.WriteString("What is left out:\n\n")
	for _, w := range o.works {
		for _, kind := range kinds {
			if why := w.lacks[kind]; why != "" {
				fmt.Fprintf(&sb, "- %s, %s: %s.\n", w.name, kind, why)
			}
		}
	}
	return sb.String()
}

// ratioPlot shows the other servers beside ours.
func ratioPlot(ratios *table) string {
	d := plot.Dots{
		Title: "The processor's time for the same work, beside that of mailtest", Axis: "times as much as mailtest takes",
		One: "mailtest", Series: []string{peer, old, dovecot},
	}
	for _, r := range ratios.rows {
		d.Rows = append(d.Rows, plot.Row{Name: r.name, Values: r.figures[:len(d.Series)]})
	}
	return d.SVG()
}
