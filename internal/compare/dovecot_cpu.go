package compare

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// processor is what all processes of Dovecot have used, those that have ended too: by
// Linux's /proc; elsewhere it is not known.
func (d *dovecotServer) processor() (sum time.Duration) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// What comes before is in parentheses, and may have anything in it.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) < 15 || fields[2] != fmt.Sprint(d.cmd.Process.Pid) {
			continue
		}
		sum += ownTime(filepath.Dir(name)) + ticks(fields[13]) + ticks(fields[14])
	}
	return sum
}

// ownTime is a process's time on the processor.
func ownTime(dir string) time.Duration {
	text, err := os.ReadFile(filepath.Join(dir, "schedstat"))
	fields := strings.Fields(string(text))
	if err != nil || len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(fields[0], 10, 64)
	return time.Duration(n)
}

// ticks are the hundredths of a second that ended children have used.
func ticks(field string) time.Duration {
	n, _ := strconv.ParseInt(field, 10, 64)
	return time.Duration(n) * 10 * time.Millisecond
}
