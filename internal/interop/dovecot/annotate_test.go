package dovecot_test

// notes are annotations of a message, entries and attributes in the order of their names.
func notes(n node) node {
	out := node{kind: list}
	for _, entry := range pairs(n.list) {
		attributes := node{kind: list}
		for _, attribute := range pairs(entry[1].list) {
			attributes.list = append(attributes.list, attribute[0], attribute[1])
		}
		out.list = append(out.list, entry[0], attributes)
	}
	if len(n.list) == 1 { // an entry that has changed, without values
		return n
	}
	return out
}

// cyrusAnnotations are the differences between this server and Cyrus 3.6 in annotations of
// messages.
var cyrusAnnotations = []difference{
	{"annotate", "b1 b2", "BAD", "NO",
		"RFC 5257, section 3.2.2", "Attributes that a client cannot store: no grammar has them."},
	{"annotate", "b3", "BAD", "{*}",
		"RFC 5257, section 3.2", "Invalid names of attributes are BAD."},
	{"annotate", "b6 b7", "BAD", "{*}",
		"RFC 5257, section 3.2", "Invalid names of entries are BAD."},
	{"annotate", "b8", "BAD", "{*}",
		"RFC 5257, section 3.2.1", "A part that is not there MUST be BAD."},
	{"annotate", "d8", "", "* 1 FETCH FLAGS",
		"RFC 5257, section 4.4", "Cyrus tells of a message whose private annotation another has changed, and its flags."},
	{"annotate", "d10", "* 1 FETCH ANNOTATION (/altsubject)", "* 1 FETCH FLAGS",
		"RFC 5257, section 4.4", "The entries that have changed SHOULD be told with SELECT (ANNOTATE)."},
}
