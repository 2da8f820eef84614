package dovecot_test

import (
	"slices"
	"strings"
)

// metadata is a line for each entry: they may be in any order, in as many responses as a
// server likes, and their names are atoms or strings (RFC 5464, section 4.4).
func (n *normaliser) metadata(text string) []string {
	args := parseNodes(text)
	if len(args) != 2 || args[1].kind != list || len(args[1].list)%2 != 0 {
		return []string{"* METADATA " + text}
	}
	args[0].kind = str
	var out []string
	for _, pair := range pairs(args[1].list) {
		pair[0].kind = str
		out = append(out, "* METADATA "+args[0].String()+" "+join(pair[:]))
	}
	return out
}

// quota is the resources in any order. What the one root of an account is called is the
// server's business (RFC 9208, section 3.2).
func quota(args []node) string {
	var triplets []string
	for resources := args[len(args)-1].list; len(resources) >= 3; resources = resources[3:] {
		triplets = append(triplets, join(resources[:3]))
	}
	slices.Sort(triplets)
	return "root (" + strings.Join(triplets, " ") + ")"
}

// quotaRoots is the mailbox, and a word for each root.
func quotaRoots(args []node) string {
	args[0].kind = str
	return args[0].String() + strings.Repeat(" root", len(args)-1)
}
