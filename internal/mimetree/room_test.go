package mimetree

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each list of an envelope is its own, however many addresses there are in the others: what is
// appended to one is in no other.
func TestListsOfAnEnvelopeAreApart(t *testing.T) {
	names := []string{"From", "To", "Cc", "Bcc", "To"} // of which one is there twice
	for counts := range 4 * 4 * 4 * 4 * 4 {
		var header strings.Builder
		want := make(map[string]string)
		for i, name := range names {
			n := counts >> (2 * i) & 3
			var list []string
			for j := range n {
				list = append(list, fmt.Sprintf("%c%d@%s.test", 'a'+i, j, strings.ToLower(name)))
				want[name] += fmt.Sprintf("(NIL|NIL|%c%d|%s.test)", 'a'+i, j, strings.ToLower(name))
			}
			fmt.Fprintf(&header, "%s: %s\r\n", name, strings.Join(list, ", "))
		}
		env := Parse([]byte(header.String() + "\r\n")).Envelope()
		lists := map[string][]Address{"From": env.From, "To": env.To, "Cc": env.Cc, "Bcc": env.Bcc}
		for _, list := range lists {
			for range 2 {
				list = append(list, Address{Mailbox: some("nobody"), Host: some("nowhere.test")})
			}
		}
		for name, list := range lists {
			if got := formatAddresses(list); got != want[name] {
				t.Fatalf("%s is %s, want %s, of\n%s", name, got, want[name], header.String())
			}
		}
	}
}

// The same of the parameters and the fields of parts that stand side by side, and of the one
// that they are in.
func TestPartsAreApart(t *testing.T) {
	for n := range 5 {
		for params := range 4 {
			list := func(i int) (list []Param) {
				for j := range params {
					list = append(list, Param{fmt.Sprintf("name%d", j), fmt.Sprintf("value%d of part %d", j, i)})
				}
				return list
			}
			header := func(i int, kind string, more ...Param) string {
				head := "Content-Type: " + kind
				for _, p := range append(more, list(i)...) {
					head += fmt.Sprintf(";\r\n %s=%q", p.Name, p.Value)
				}
				return fmt.Sprintf("%s\r\nX-Part: %d\r\n\r\n", head, i)
			}
			mail := header(-1, "multipart/mixed", Param{"boundary", "b"})
			for i := range n {
				mail += "--b\r\n" + header(i, "image/png") + "\r\n"
			}
			root := Parse([]byte(mail + "--b--\r\n")).Root()
			if n == 0 {
				continue // an empty text stands for the parts that there are not
			}
			for _, part := range append([]*Part{root}, root.Children...) {
				_ = append(part.Params, Param{"none", "of them"})
			}
			if want := append([]Param{{"boundary", "b"}}, list(-1)...); !slices.Equal(root.Params, want) {
				t.Fatalf("the multipart has %q, want %q", root.Params, want)
			}
			for i, part := range root.Children {
				if !slices.Equal(part.Params, list(i)) {
					t.Fatalf("part %d has %q, want %q", i, part.Params, list(i))
				}
				if f, _ := fields(part.header).find(nil, "X-Part"); f.Unfolded() != fmt.Sprint(i) {
					t.Fatalf("part %d says that it is %q", i, f.Unfolded())
				}
			}
		}
	}
}
