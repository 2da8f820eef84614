package sweep

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// unknownNames says what options name that there is not: nothing would come of it.
func (sw *sweep) unknownNames() string {
	for _, d := range sw.also {
		if why := d.unfit(); why != "" {
			return fmt.Sprintf("Also: disturbance %q %s", d.Name, why)
		}
	}
	for _, group := range sw.groups {
		if !slices.ContainsFunc(sw.list, func(d Disturbance) bool { return d.Group == group }) {
			return fmt.Sprintf("Only: no disturbance is of the group %q", string(group))
		}
	}
	for _, name := range sw.except {
		if !slices.ContainsFunc(sw.list, func(d Disturbance) bool { return d.isCalled(name) }) {
			return fmt.Sprintf("Except: no disturbance is called %q", name)
		}
	}
	for _, check := range sw.off {
		if !slices.Contains(everyCheck, check) {
			return fmt.Sprintf("Unchecked: there is no check %q", string(check))
		}
	}
	for _, k := range sw.expected {
		if _, err := path.Match(k.pattern, ""); err != nil {
			return fmt.Sprintf("Known: %q is no pattern", k.pattern)
		}
	}
	return ""
}

// nameLetters are those of which -run and a shell take none for something else.
const nameLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789."

func isName(name string) bool { return name != "" && strings.Trim(name, nameLetters) == "" }

// unfit says why a disturbance of a test's own cannot be one.
func (d Disturbance) unfit() string {
	switch {
	case !isName(d.Name):
		return "needs a name of letters, digits and dots"
	case d.At == nil || d.Do == nil:
		return "needs At and Do"
	}
	return ""
}

// isCalled says that a disturbance has the name, or one that begins with it and a dot.
func (d Disturbance) isCalled(name string) bool {
	return d.Name == name || strings.HasPrefix(d.Name, name+".")
}
