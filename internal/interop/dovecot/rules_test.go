package dovecot_test

import "regexp"

var re = regexp.MustCompile

// rules are the choices that come up everywhere.
var rules = []rule{{
	pattern: re(`^(\* \d+ FETCH (?:BODY|BINARY)\[[^"]*) NIL$`),
	replace: `$1 ""`,
	rfc:     "RFC 3501, section 7.4.2",
	why:     "A section that is not there is an nstring; Dovecot sends it empty, we send NIL.",
}, {
	pattern: re(`^(\S+ NO) \[(NONEXISTENT|CANNOT|ALERT|ALREADYEXISTS|HASCHILDREN)\]$`),
	replace: `$1`,
	rfc:     "RFC 5530, section 3",
	why:     "The codes of a NO are advice.",
}, {
	pattern: re(`^(\S+ NO \[BADCHARSET) .*\]$`),
	replace: `$1]`,
	rfc:     "RFC 3501, section 7.1",
	why:     "The list of charsets is optional; Dovecot sends none.",
}, {
	command: re(`^\S+ (STATUS|LIST) `),
	pattern: re(`^(\S+ OK) \[CLIENTBUG\]$`),
	replace: `$1`,
	rfc:     "RFC 3501, section 6.3.10",
	why:     "STATUS should not be asked of the selected mailbox; Dovecot says so.",
}, {
	command: re(`(?i)^\S+ (SELECT|EXAMINE) `),
	pattern: re(`^\* OK \[HIGHESTMODSEQ modseq\]$`),
	rfc:     "RFC 7162, section 3.1.2.1",
	why:     "It belongs to every SELECT; Dovecot leaves it out until a client enables CONDSTORE.",
}, {
	command: re(`^(\S+ (UID )?(EXPUNGE|MOVE|COPY|NOOP|FETCH|CHECK)\b|DONE)`),
	pattern: re(`^\* \d+ RECENT$`),
	rfc:     "RFC 3501, section 7.3.2",
	why:     "It is due when the mailbox's size changes; Dovecot sends it when its number changes, we send it with EXISTS.",
}, {
	command: re(`(?i)^\S+ (SELECT|EXAMINE) `),
	pattern: re(`^\* OK \[URLMECH INTERNAL\]$`),
	rfc:     "RFC 4467, section 7 (BASE.7.1.URLMECH)",
	why:     "It is returned in response to SELECT and EXAMINE; Dovecot sends it for RESETKEY only.",
}, {
	command: re(`^\S+ APPEND `),
	pattern: re(`^\+$`),
	rfc:     "RFC 3501, section 7.5",
	why:     "An APPEND that will fail may be refused before or after its literal.",
}, {
	pattern: re(`\(CHILDINFO `),
	replace: `("CHILDINFO" `,
	rfc:     "RFC 5258, section 6",
	why:     "The tag of an extended item is an astring.",
}}
