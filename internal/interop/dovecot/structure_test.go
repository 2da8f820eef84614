package dovecot_test

import (
	"slices"
	"strings"
)

// caseless writes in capitals what is without case in a body structure: media
// types, encodings, dispositions and the names of parameters (RFC 2045,
// section 5.1; RFC 2183, section 2).
func caseless(n node) node {
	if n.kind != list || len(n.list) == 0 {
		return n
	}
	n.list = slices.Clone(n.list)
	if n.list[0].kind == list {
		caselessMultipart(n.list)
	} else {
		caselessPart(n.list)
	}
	return n
}

// caselessMultipart has parts, a subtype, parameters, a disposition.
func caselessMultipart(fields []node) {
	i := 0
	for ; i < len(fields) && fields[i].kind == list; i++ {
		fields[i] = caseless(fields[i])
	}
	at(fields, i, upper)
	at(fields, i+1, caselessParams)
	at(fields, i+2, caselessDisposition)
}

// caselessPart has a type, a subtype, parameters, an identifier, a
// description, an encoding and a size; then what the type demands, a checksum
// and a disposition.
func caselessPart(fields []node) {
	at(fields, 0, upper)
	at(fields, 1, upper)
	at(fields, 2, caselessParams)
	at(fields, 5, upper)
	checksum := 7
	switch {
	case fields[0].text == "TEXT":
		checksum = 8
	case fields[0].text == "MESSAGE" && len(fields) > 9 && fields[7].kind == list:
		at(fields, 8, caseless)
		checksum = 10
	}
	at(fields, checksum+1, caselessDisposition)
}

// at changes the field at i if it is there: BODY ends early.
func at(fields []node, i int, change func(node) node) {
	if i < len(fields) {
		fields[i] = change(fields[i])
	}
}

func caselessParams(n node) node {
	n.list = slices.Clone(n.list)
	for i := 0; i < len(n.list); i += 2 {
		n.list[i] = upper(n.list[i])
	}
	return n
}

func caselessDisposition(n node) node {
	n.list = slices.Clone(n.list)
	at(n.list, 0, upper)
	at(n.list, 1, caselessParams)
	return n
}

func upper(n node) node {
	n.text = strings.ToUpper(n.text)
	return n
}
