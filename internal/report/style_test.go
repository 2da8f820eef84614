package report_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Text can be read on what it stands on, in light and in dark: a contrast of 4.5 at least
// (WCAG 2.2, section 1.4.3).
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("page/page.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(css), "@media (prefers-color-scheme:dark)")
	dark, _, _ := strings.Cut(rest, "*{")
	tokens := regexp.MustCompile(`--([a-z0-9-]+):(#[0-9a-f]{3,6})`)
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colours := make(map[string]string)
		for _, m := range tokens.FindAllStringSubmatch(text, -1) {
			colours[m[1]] = m[2]
		}
		for _, pair := range []string{
			"ink card", "ink bg", "dim card", "dim bg", "faint card", "faint bg", "accent card", "accent accent-bg", "ink accent-bg", "dim accent-bg",
			"bad card", "bad bad-bg", "ink bad-bg", "dim bad-bg", "ok card", "ok ok-bg", "ink ok-bg", "warn card", "warn warn-bg", "dim warn-bg",
			"test card", "test test-bg", "ink test-bg", "dim test-bg", "on-fail fail",
		} {
			over, under, _ := strings.Cut(pair, " ")
			if got := contrast(t, colours[over], colours[under]); got < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", scheme, over, under, got)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is that of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 24)
	if err != nil || len(hex) != 6 {
		t.Fatalf("no colour: %q", colour)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
