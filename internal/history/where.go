package history

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Where is a place in a test: which helper of this module it calls, and at which line. It
// costs little to note; names are looked up when somebody asks.
type Where struct {
	pcs [24]uintptr
	n   int
}

// Here is where the caller is called.
func Here() (w Where) {
	w.n = runtime.Callers(2, w.pcs[:])
	return w
}

// In says whether the helper that the test calls is of a package of this module, "memstore".
func (w Where) In(pkg string) bool {
	helper, _ := w.frames()
	return strings.HasPrefix(helper, module+pkg+".")
}

// here is where the caller's callers are.
func here() (w Where) {
	w.n = runtime.Callers(3, w.pcs[:])
	return w
}

// module is what the helpers are packages of.
const module = "github.com/go-mailtest/mailtest/"

// isHelper says whether a frame is of this module's public packages, and not of their tests.
func isHelper(f runtime.Frame) bool {
	rest, found := strings.CutPrefix(f.Function, module)
	if !found || strings.HasSuffix(f.File, "_test.go") {
		return false
	}
	for _, pkg := range []string{"imaptest.", "imaptest/", "smtpsink.", "memstore.", "fixtures.", "internal/"} {
		if strings.HasPrefix(rest, pkg) {
			return true
		}
	}
	return false
}

// frames are those of the test, and the last helper before them.
func (w Where) frames() (helper string, test []runtime.Frame) {
	frames := runtime.CallersFrames(w.pcs[:w.n])
	for {
		f, more := frames.Next()
		switch {
		case f.PC == 0:
		case len(test) == 0 && isHelper(f):
			helper = f.Function
		default:
			test = append(test, f)
		}
		if !more {
			return helper, test
		}
	}
}

// Helper is the method or function that the test calls, "AssertFlags"; "" for none.
func (w Where) Helper() string {
	helper, _ := w.frames()
	helper = helper[strings.LastIndexByte(helper, '/')+1:]
	parts := strings.Split(helper, ".") // package, perhaps a type, the function, perhaps func1
	for i := len(parts) - 1; i > 0; i-- {
		if !strings.HasPrefix(parts[i], "func") && !isNumber(parts[i]) {
			return parts[i]
		}
	}
	return ""
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// Line is the line of the test, "mail_test.go:41": that at which a file of tests calls the
// helper, or what of the user's own calls it; "" if nothing does.
func (w Where) Line() string {
	_, test := w.frames()
	for _, f := range test {
		if strings.HasSuffix(f.File, "_test.go") {
			return filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
		}
	}
	for _, f := range test {
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") && !strings.HasPrefix(f.Function, "testing.") {
			return filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
		}
	}
	return ""
}
