package imapd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A dialogue shows each thing that a quirk can do.
func TestActsAreShown(t *testing.T) {
	files, err := filepath.Glob("testdata/profile/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	shown := func(what, pattern string) {
		if !regexp.MustCompile(pattern).MatchString(all.String()) {
			t.Errorf("no dialogue shows %s", what)
		}
	}
	for _, row := range tellings {
		shown("telling "+row.name, "How="+row.name+"\n")
	}
	for _, row := range itemWriters {
		shown("writer "+row.name, "How="+row.name+"\n")
	}
	for _, form := range itemForms {
		shown("form "+form, "How="+form+"\n")
	}
	for _, row := range conditions {
		shown("condition "+row.name, "When="+row.name+"|When=[^|]* "+row.name)
	}
	for word := range clockWords {
		shown("clock "+word, "Then="+word)
	}
	for begin := range clockBegins {
		shown("clock on "+begin, "Clock On="+begin+" ")
	}
}

// What is wrong in an act is said, with the quirk's name.
func TestActsAreChecked(t *testing.T) {
	for _, test := range []struct {
		act  Act
		want string
	}{
		{Gate{On: "SELCT", Answer: "NO"}, `gate "SELCT": there is no command "SELCT"`},
		{Gate{On: "SELECT", When: "full", Answer: "NO"}, `gate "SELECT": there is no condition "full"`},
		{Gate{On: "SELECT", When: "nth", Answer: "NO"}, `gate "SELECT": nth takes a number`},
		{Gate{On: "SELECT", When: "nth x", Answer: "NO"}, "nth takes a number: "},
		{Gate{On: "SELECT", When: "above 4", Answer: "NO"}, "above takes a rate: "},
		{Gate{On: "SELECT"}, `gate "SELECT" answers nothing`},
		{Gate{On: "SELECT", Answer: "NO {auth.pasword}"}, "{auth.pasword} is no placeholder"},
		{Gate{On: "SELECT", Answer: "NO", Bye: "BYE"}, `"BYE" is no BYE`},
		{Edit{Response: "LIST"}, `edit of "LIST" finds nothing`},
		{Edit{Response: "LIST", Find: "("}, `edit of "LIST": error parsing regexp`},
		{Item{Name: "RFC822", How: "burn"}, `item RFC822: there is no form "burn"`},
		{Item{Name: "RFC823", How: "omit"}, "item RFC823: there is none that can be omit"},
		{Item{Name: "BODY", How: "unasked"}, "item BODY: there is none that can be unasked"},
		{Item{Name: "FLAGS", How: "no-zone"}, "item FLAGS: no-zone is for INTERNALDATE"},
		{Letter{Type: "calendar", Text: "a"}, "letter: it takes a type like text/calendar"},
		{Letter{Type: "text/calendar"}, "letter: it takes a type like text/calendar"},
		{Letter{Type: "text/calendar", Text: "{ui}"}, "letter: {ui} is no placeholder (have user, uid, subject)"},
		{Tell{How: "lies"}, `there is no telling "lies"`},
		{Clock{On: "login", Then: "explode"}, `clock login: there is nothing called "explode"`},
		{Clock{On: "login", Then: "bye"}, `"bye" has a text, or has none, against its nature`},
		{Clock{On: "logon", Then: "close"}, `clock: nothing is called "logon"`},
		{Clock{On: "IDLE", Then: "say * OK"}, "0s is no time"},
		{Clock{On: "login", Then: "wait", After: time.Second}, "there is no answer to wait for"},
		{Clock{On: "login", Then: "close", Bytes: 1}, "only the answer to a command has bytes"},
	} {
		p := Profile{Quirks: []Quirk{{Name: "q", Acts: []Act{test.act}}}}
		_, err := newPlan(&p)
		switch {
		case err == nil:
			t.Errorf("%+v is right", test.act)
		case !strings.HasPrefix(err.Error(), "quirk q: ") || !strings.Contains(err.Error(), test.want):
			t.Errorf("%+v: got  %v\nwant %s", test.act, err, test.want)
		}
	}
}
