package dovecot_test

import (
	"slices"
	"strings"
)

// A URL with URLAUTH has a token that only the server which made it could make.
var urlToken = re(`(?i):internal:[0-9a-f]{32,}$`)

// url is a URL as a string, without its token: the mechanism has no case.
func url(n node) node {
	if n.kind == atom && n.text != "NIL" {
		n.kind = str
	}
	n.text = urlToken.ReplaceAllString(n.text, ":INTERNAL:token")
	return n
}

// urls is GENURLAUTH.
func urls(args []node) string {
	out := slices.Clone(args)
	for i := range out {
		out[i] = url(out[i])
	}
	return join(out)
}

// urlFetch is URLFETCH, of which there may be one for all URLs or several: a line a URL, and
// what is said of it.
func urlFetch(args []node) (lines []string) {
	for i := 0; i < len(args); {
		line := "* URLFETCH " + url(args[i]).String()
		for i++; i < len(args) && (args[i].kind == list || !strings.Contains(line, " NIL") && len(strings.Fields(line)) == 3); i++ {
			line += " " + urlData(args[i]).String()
			if args[i].kind != list {
				i++
				break
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// urlData is what is said of a URL.
func urlData(n node) node {
	if n.kind != list {
		return n
	}
	n.list = slices.Clone(n.list)
	for i := 0; i+1 < len(n.list); i += 2 {
		if n.list[i].text == "BODYPARTSTRUCTURE" {
			n.list[i+1] = caseless(n.list[i+1])
		}
	}
	return n
}
