package imapd

import "slices"

// Event is what happened when the engine says something: "auth.password". A text can be
// for one command alone, "auth.password/LOGIN", in capitals and without UID, and for the
// time before login, "ok/NOOP@before". The most precise text that a profile has is taken:
//
//	event/COMMAND@before, event@before, event/COMMAND, event
//
// and then, likewise, that of the answer's family: ok, no or bad. What is said is a
// template of what stands behind the tag, "OK Success", or of the whole line where there is
// none. Untagged lines may stand before it, each with its "\n". A template that is nothing
// but "OK" or "* BYE" has no text. All templates may have
//
//	{text}          the usual text
//	{code}          the usual response code with its brackets and a space, or nothing
//	{line}          the usual line behind its tag, or the whole of it where there is no tag
//	{command}       "UID MOVE"
//	{verb}          "MOVE"
//	{mailbox}       the mailbox that the command names
//	{user}          the account, or the name with which somebody wants to log in
//	{capabilities}  the list of the moment
//	{peer}          the client's address
//	{host}          this server's name
//	{id}            of the connection, {uuid} in another form, {conn} its number
//	{date}          a date that is always the same
//	{n}             how many messages the command was about
//	{ms}, {secs}    how long it took: always the same
//	{sp}            a space, for one at the end of a line
//
// and besides what is said at the event.
type Event string

// EventInfo is a row of the table of events.
type EventInfo struct {
	Event  Event
	Answer string   // what is said by itself: behind the tag, or the whole line if it begins with "*" or "+"; "" is nothing
	Values []string // placeholders besides those that all have, without their braces
}

// events are all events, in order of their families. A text of the engine without a row
// does not compile: see TestEvents.
var events = []EventInfo{
	{Event: "ok", Answer: "OK {command} completed"},
	{Event: "no"},
	{Event: "bad"},

	{Event: "greeting", Answer: "* OK [CAPABILITY {capabilities}] {text}"},
	{Event: "connect.conns", Answer: "* BYE [UNAVAILABLE] too many connections from this address", Values: []string{"limit"}},

	{Event: "auth.password", Answer: "NO [AUTHENTICATIONFAILED] invalid user name or password"},
	{Event: "auth.token", Answer: "NO [AUTHENTICATIONFAILED] invalid token"},
	{Event: "auth.failed", Answer: "NO [AUTHENTICATIONFAILED] {text}"},
	{Event: "auth.mechanism", Answer: "NO [CANNOT] {text}"},
	{Event: "auth.logindisabled", Answer: "NO [PRIVACYREQUIRED] {verb} is disabled before TLS (LOGINDISABLED)"},
	{Event: "auth.identity", Answer: "NO [AUTHORIZATIONFAILED] {text}"},
	{Event: "auth.cancelled", Answer: "BAD AUTHENTICATE was cancelled"},
	{Event: "auth.initial", Answer: "BAD {text}"},
	{Event: "auth.base64", Answer: "BAD {text}"},
	{Event: "auth.referral", Answer: "NO {code}{text}"},
	{Event: "auth.web", Answer: "NO [ALERT] log in via a web browser first"},
	{Event: "auth.app", Answer: "NO [ALERT] an application-specific password is required"},
	{Event: "auth.disabled", Answer: "NO [ALERT] IMAP is disabled for this account"},
	{Event: "auth.conns", Answer: "NO [LIMIT] too many connections of this account", Values: []string{"limit"}},
	{Event: "bye.logins", Answer: "* BYE [UNAVAILABLE] too many failed logins", Values: []string{"limit"}},

	{Event: "mailbox.missing", Answer: "NO [NONEXISTENT] no such mailbox"},
	{Event: "mailbox.target", Answer: "NO [TRYCREATE] no such mailbox"},
	{Event: "mailbox.noselect", Answer: "NO [CANNOT] the mailbox is \\Noselect"},
	{Event: "mailbox.exists", Answer: "NO [ALREADYEXISTS] {text}"},
	{Event: "mailbox.children", Answer: "NO [HASCHILDREN] {text}"},
	{Event: "mailbox.noinferiors", Answer: "NO [CANNOT] {text}"},
	{Event: "mailbox.name", Answer: "NO [CANNOT] {text}"},
	{Event: "mailbox.inbox", Answer: "NO [CANNOT] {text}"},
	{Event: "mailbox.wildcard", Answer: "NO [CANNOT] {text}"},
	{Event: "mailbox.reserved"},
	{Event: "mailbox.whitespace"},
	{Event: "mailbox.prefix", Answer: "NO [CANNOT] {text}"},
	{Event: "mailbox.use", Answer: "NO [USEATTR] {text}"},
	{Event: "mailbox.account", Answer: "NO [CANNOT] a mailbox stays with the account to which it belongs"},
	{Event: "mailbox.readonly", Answer: "NO the mailbox is read-only"},
	{Event: "mailbox.renumbered", Answer: "NO {text}"},
	{Event: "mailbox.elsewhere", Answer: "NO {code}{text}"},
	{Event: "acl.denied", Answer: "NO [NOPERM] {text}"},
	{Event: "acl.right", Answer: "NO {text}"},

	{Event: "message.number", Answer: "BAD no message {number}: the mailbox has {exists}", Values: []string{"number", "exists"}},
	{Event: "message.expunged", Answer: "NO [EXPUNGEISSUED] some of the messages have been expunged"},
	{Event: "message.missing", Answer: "NO [NONEXISTENT] no such message"},
	{Event: "message.none"},
	{Event: "message.encoding", Answer: "NO [UNKNOWN-CTE] {text}"},
	{Event: "flag.invalid", Answer: "BAD {text}"},

	{Event: "append.toobig", Answer: "NO [TOOBIG] {text}", Values: []string{"limit"}},
	{Event: "append.headers", Answer: "NO [CANNOT] 8-bit header fields need ENABLE UTF8=ACCEPT (RFC 9755, section 4)"},
	{Event: "append.empty", Answer: "NO an empty message cancels the APPEND"},
	{Event: "append.failed"},
	{Event: "url.bad", Answer: "NO {code}{text}"},
	{Event: "url.syntax", Answer: "BAD {text}"},
	{Event: "url.mechanism", Answer: "NO [CANNOT] {text}"},

	{Event: "quota.over", Answer: "NO [OVERQUOTA] {text}"},
	{Event: "quota.root", Answer: "NO [NONEXISTENT] {text}"},
	{Event: "quota.resource", Answer: "NO {text}"},
	{Event: "metadata.refused", Answer: "NO {code}{text}"},
	{Event: "metadata.readonly", Answer: "NO {code}{text}"},
	{Event: "annotate.refused", Answer: "NO {code}{text}"},
	{Event: "annotate.part", Answer: "BAD {text}"},
	{Event: "notify.event", Answer: "NO {code}{text}"},

	{Event: "search.charset", Answer: "NO {code}{text}"},
	{Event: "search.update", Answer: "BAD {text}"},
	{Event: "search.filter", Answer: "NO {code}{text}"},
	{Event: "search.modseq", Answer: "BAD the mailbox has no modseqs (NOMODSEQ)"},
	{Event: "uidbatches", Answer: "NO {code}{text}"},

	{Event: "limit.messages", Answer: "NO {code}{text}", Values: []string{"limit"}},
	{Event: "limit.rate"},

	{Event: "command.unknown", Answer: "BAD {text}"},
	{Event: "command.state", Answer: "BAD {text}"},
	{Event: "command.syntax", Answer: "BAD {text}"},
	{Event: "command.tag", Answer: "* BAD {text}"},
	{Event: "command.none", Answer: "BAD {text}"},
	{Event: "command.line", Answer: "BAD {text}"},
	{Event: "command.literal", Answer: "BAD {code}{text}"},
	{Event: "command.numbers", Answer: "BAD [UIDREQUIRED] {text}"},
	{Event: "command.utf8", Answer: "NO [CANNOT] {command} needs ENABLE UTF8=ACCEPT (UTF8=ONLY)"},
	{Event: "command.enabled", Answer: "BAD {text}"},
	{Event: "command.unavailable", Answer: "BAD {text}"},
	{Event: "command.compressed", Answer: "NO [COMPRESSIONACTIVE] DEFLATE is active already"},
	{Event: "command.language", Answer: "NO {code}{text}"},
	{Event: "command.many", Answer: "NO [LIMIT] too many commands", Values: []string{"limit"}},
	{Event: "command.errors", Answer: "* BYE too many bad commands", Values: []string{"limit"}},
	{Event: "idle.done", Answer: "BAD {text}"},
	{Event: "server.bug", Answer: "NO [SERVERBUG] internal error"},
	{Event: "server.down"},

	{Event: "bye.logout", Answer: "* BYE logging out"},
	{Event: "bye.idle", Answer: "* BYE [UNAVAILABLE] Autologout; idle for too long"},
	{Event: "bye.session", Answer: "* BYE the session has lasted too long"},
	{Event: "bye.token", Answer: "* BYE the token has expired"},
	{Event: "bye.shutdown", Answer: "* BYE [UNAVAILABLE] {text}"},
	{Event: "bye.mailbox", Answer: "* BYE the selected mailbox was deleted"},
	{Event: "bye.uidvalidity", Answer: "* BYE the selected mailbox has a new UIDVALIDITY"},
	{Event: "bye.restored", Answer: "* BYE the selected mailbox was restored"},
	{Event: "bye.rights", Answer: "* BYE [NOPERM] the selected mailbox may no longer be read"},
	{Event: "bye.tls", Answer: "* BYE nothing may follow STARTTLS before the TLS handshake"},
	{Event: "bye.stream", Answer: "* BYE {text}"},

	{Event: "continue.literal", Answer: "+ Ready for literal data", Values: []string{"bytes"}},
	{Event: "continue.idle", Answer: "+ idling"},
	{Event: "continue.sasl", Answer: "+ {text}"},

	{Event: "note.closed", Answer: "* OK [CLOSED] Previous mailbox closed"},
	{Event: "note.copyuid", Answer: "* OK {code}Moved"},
	{Event: "note.appenduid", Answer: "* OK {code}Replacement message ready"},
	{Event: "note.readonly", Answer: "* OK [READ-ONLY] The mailbox can only be read now"},
	{Event: "note.modseq", Answer: "* OK {code}Highest"},
	{Event: "note.nomodseq", Answer: "* OK [NOMODSEQ] No permanent modseqs"},
	{Event: "note.uidnotsticky", Answer: "* NO [UIDNOTSTICKY] The UIDs are good for this session"},
	{Event: "note.urlmech", Answer: "* OK {code}The mailbox access key was reset"},
	{Event: "note.url", Answer: "* NO {text}"},
	{Event: "note.noupdate", Answer: "* NO {code}{text}"},
	{Event: "note.quota", Answer: "* NO [OVERQUOTA] Soft quota has been exceeded"},
	{Event: "note.limit", Answer: "* NO {code}Not all messages were worked on"},
	{Event: "note.progress", Answer: "* OK {code}Still at it"},
}

// Events are the events that a text can be for, with what is said by itself.
func Events() []EventInfo { return slices.Clone(events) }
