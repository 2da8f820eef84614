package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// duration is how long something took, as it is read: "0.4 ms", "20 min", "11 min 57 s".
func duration(d time.Duration) string {
	s := d.Seconds()
	switch {
	case d < 500*time.Nanosecond:
		return "0 s"
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f µs", s*1e6)
	case s < 1:
		return fmt.Sprintf("%.1f ms", s*1e3)
	case s < 60:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", s), ".0") + " s"
	case s < 3600:
		whole := int(math.Round(s))
		return strings.TrimSuffix(fmt.Sprintf("%d min %d s", whole/60, whole%60), " 0 s")
	}
	whole := int(math.Round(s / 60))
	return strings.TrimSuffix(fmt.Sprintf("%d h %d min", whole/60, whole%60), " 0 min")
}

// clock is when something happened: "0.4 ms", "1.20 s", in a bubble "20:09.8".
func clock(at time.Duration, virtual bool) string {
	s := at.Seconds()
	switch {
	case virtual, s >= 60:
		return fmt.Sprintf("%d:%02d.%d", at/time.Minute, at%time.Minute/time.Second, at%time.Second/(time.Second/10))
	case s >= 1:
		return fmt.Sprintf("%.2f s", s)
	case s >= .1:
		return fmt.Sprintf("%.0f ms", s*1e3) // as wide as the others
	}
	return fmt.Sprintf("%.1f ms", s*1e3)
}

// bytesOf is a size.
func bytesOf(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return strings.Replace(fmt.Sprintf("%.1f MB", float64(n)/(1<<20)), ".0 ", " ", 1)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// several is a list with at most so many of its words.
func several(words []string, limit int) string {
	if len(words) > limit {
		return strings.Join(words[:limit], ", ") + " …"
	}
	return strings.Join(words, ", ")
}

// shorten cuts a text to about so many bytes, at the end of a character.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
