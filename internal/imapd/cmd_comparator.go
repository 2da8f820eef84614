package imapd

import (
	"path"
	"regexp"
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// COMPARATOR: RFC 5255, section 4.7. It says how SEARCH, SORT and THREAD compare texts.
//
//	comparator-cmd  = "COMPARATOR" *(SP comp-order-quoted)
//	comparator-data = "COMPARATOR" SP comp-sel-quoted [SP "(" comp-id-quoted *(SP comp-id-quoted) ")"]
type comparatorCmd struct{ orders []string }

// collationOrder: RFC 4790, section 3.2.
var collationOrder = regexp.MustCompile(`^[A-Za-z0-9*;=.-]{1,254}$`)

func parseComparator(p *parser) command {
	return &comparatorCmd{p.astrings(collationOrder, "a collation (RFC 4790, section 3.2)")}
}

// run takes the first comparator that there is, and names the others that would do too.
func (cmd *comparatorCmd) run(c *conn, _ *okResponse) error {
	if len(cmd.orders) == 0 {
		c.enc.Raw("* COMPARATOR ").Raw(c.collation.String()).CRLF()
		return nil
	}
	var matching []mimetree.Collation
	found := make(map[mimetree.Collation]bool)
	for _, order := range cmd.orders {
		for i, name := range mimetree.Collations {
			if collation := mimetree.Collation(i); isCollation(order, name) && !found[collation] {
				found[collation] = true
				matching = append(matching, collation)
			}
		}
	}
	if len(matching) == 0 {
		return no("command.language", codeBadComparator, "no such comparator")
	}
	c.collation = matching[0]
	e := c.enc.Raw("* COMPARATOR ").Raw(c.collation.String())
	if len(matching) > 1 {
		for i, collation := range matching {
			e.Raw([]string{" (", " "}[min(i, 1)]).Raw(collation.String())
		}
		e.Raw(")")
	}
	e.CRLF()
	return nil
}

// isCollation says whether an argument asks for a comparator, by its name, with "*" for any
// part of it, or as the default one.
func isCollation(order, name string) bool {
	if strings.EqualFold(order, "default") {
		return name == mimetree.UnicodeCasemap.String()
	}
	matched, err := path.Match(strings.ToLower(order), name)
	return matched && err == nil
}
