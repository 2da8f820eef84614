package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// command is a parsed command.
type command interface {
	run(c *conn, ok *okResponse) error
}

// parser is the wire's parser with what the grammar depends on: which
// capabilities the server has, and whether this is the UID form.
type parser struct {
	*imapwire.Parser
	c   *conn
	uid bool
	// mailboxes are those that the command names and that are on another server, or of which
	// another one is.
	mailboxes []string
	// quiet says that errors must not quote the command: it may have tokens in it.
	quiet bool
	// denied is the answer to what the grammar allows and something enabled does not.
	denied error
}

// octets is a number of octets: of 63 bits in IMAP4rev2 (RFC 9051, section 9,
// number64), of 32 in IMAP4rev1.
func (p *parser) octets() uint64 {
	if p.has(imap.CapIMAP4rev2) {
		return p.Number64()
	}
	return uint64(p.Number())
}

// deny answers the command with err, unless its grammar is wrong.
func (p *parser) deny(err error) {
	if p.denied == nil && p.OK() {
		p.denied = err
	}
}

// has says whether the grammar of a capability is part of this server's.
func (p *parser) has(want imap.Cap) bool { return p.c.has(want) }

// states are the connection states in which a command is allowed (RFC 9051, section 3).
type states uint8

const (
	notAuthenticated states = 1 << iota
	authenticated
	selected

	anyState = notAuthenticated | authenticated | selected
	loggedIn = authenticated | selected
)

// syncMode is what a command's end may tell of the selected mailbox.
type syncMode uint8

const (
	// holdExpunges is for FETCH, STORE, SEARCH, SORT and THREAD by sequence
	// number, during which no EXPUNGE may be sent (RFC 9051, section 7.5.1).
	holdExpunges syncMode = iota
	tellAll
	// tellAllWithUID is for the UID commands, whose FETCH responses carry the
	// UID (RFC 9051, section 6.4.9).
	tellAllWithUID
)

// commandSpec is a row of the command table.
type commandSpec struct {
	name   string // in upper case, "UID FETCH"
	states states
	cap    imap.Cap // without it the command is unknown; "" for none
	sync   syncMode
	parse  func(p *parser) command
}

// byNumber says that the command's messages are named by sequence numbers,
// which UIDONLY forbids (RFC 9586, sections 3.2 and 3.8).
func (spec *commandSpec) byNumber() bool {
	switch spec.name {
	case "FETCH", "STORE", "SEARCH", "SORT", "THREAD", "COPY", "MOVE", "REPLACE":
		return true
	}
	return false
}

// mayNeedUTF8 says that the names and texts of a command may be in UTF-8, so that a server
// with UTF8=ONLY refuses it before that is enabled (RFC 9755, section 7): all that has to
// do with mailboxes.
func (spec *commandSpec) mayNeedUTF8() bool {
	switch spec.name {
	case "ENABLE", "UNAUTHENTICATE", "COMPRESS", "IDLE", "GETJMAPACCESS", "COMPARATOR":
		return false
	}
	return spec.states&notAuthenticated == 0
}

// commands is every command by name. Servers hold it, because the rows' own
// functions look commands up.
var commands = newCommandTable()

// newCommandTable has a row for every command. A new one is a file and a row.
func newCommandTable() map[string]*commandSpec {
	rows := []commandSpec{
		{"CAPABILITY", anyState, "", tellAll, parseCapability},
		{"NOOP", anyState, "", tellAll, parseNoop},
		{"LOGOUT", anyState, "", tellAll, parseLogout},
		{"ID", anyState, imap.CapID, tellAll, parseID},

		{"LANGUAGE", anyState, imap.CapLanguage, tellAll, parseLanguage},

		{"STARTTLS", notAuthenticated, imap.CapStartTLS, tellAll, parseStartTLS},
		{"AUTHENTICATE", notAuthenticated, "", tellAll, parseAuthenticate},
		{"LOGIN", notAuthenticated, "", tellAll, parseLogin},

		{"UNAUTHENTICATE", loggedIn, imap.CapUnauthenticate, tellAll, parseUnauthenticate},
		{"COMPRESS", loggedIn, CapCompressDeflate, tellAll, parseCompress},
		{"ENABLE", loggedIn, imap.CapEnable, tellAll, parseEnable},
		{"SELECT", loggedIn, "", tellAll, parseSelect},
		{"EXAMINE", loggedIn, "", tellAll, parseExamine},
		{"CREATE", loggedIn, "", tellAll, parseCreate},
		{"DELETE", loggedIn, "", tellAll, parseDelete},
		{"RENAME", loggedIn, "", tellAll, parseRename},
		{"SUBSCRIBE", loggedIn, "", tellAll, parseSubscribe},
		{"UNSUBSCRIBE", loggedIn, "", tellAll, parseUnsubscribe},
		{"LIST", loggedIn, "", tellAll, parseList},
		{"LSUB", loggedIn, "", tellAll, parseLsub},
		{"XLIST", loggedIn, capXList, tellAll, parseXList},
		{"RLIST", loggedIn, imap.CapMailboxReferrals, tellAll, parseRlist},
		{"RLSUB", loggedIn, imap.CapMailboxReferrals, tellAll, parseRlsub},
		{"NAMESPACE", loggedIn, imap.CapNamespace, tellAll, parseNamespace},
		{"SETACL", loggedIn, imap.CapACL, tellAll, parseSetACL},
		{"DELETEACL", loggedIn, imap.CapACL, tellAll, parseDeleteACL},
		{"GETACL", loggedIn, imap.CapACL, tellAll, parseGetACL},
		{"LISTRIGHTS", loggedIn, imap.CapACL, tellAll, parseListRights},
		{"MYRIGHTS", loggedIn, imap.CapACL, tellAll, parseMyRights},
		{"COMPARATOR", loggedIn, CapI18NLevel2, tellAll, parseComparator},
		{"STATUS", loggedIn, "", tellAll, parseStatus},
		{"APPEND", loggedIn, "", tellAll, parseAppend},
		{"GENURLAUTH", loggedIn, imap.CapURLAuth, tellAll, parseGenURLAuth},
		{"RESETKEY", loggedIn, imap.CapURLAuth, tellAll, parseResetKey},
		{"URLFETCH", loggedIn, imap.CapURLAuth, tellAll, parseURLFetch},
		{"GETQUOTA", loggedIn, imap.CapQuota, tellAll, parseGetQuota},
		{"GETQUOTAROOT", loggedIn, imap.CapQuota, tellAll, parseGetQuotaRoot},
		{"SETQUOTA", loggedIn, capSetQuota, tellAll, parseSetQuota},
		{"GETMETADATA", loggedIn, capAnyMetadata, tellAll, parseGetMetadata},
		{"SETMETADATA", loggedIn, capAnyMetadata, tellAll, parseSetMetadata},
		{"IDLE", loggedIn, imap.CapIdle, tellAll, parseIdle},
		{"NOTIFY", loggedIn, imap.CapNotify, tellAll, parseNotify},
		{"ESEARCH", loggedIn, imap.CapMultiSearch, tellAllWithUID, parseESearch},

		{"GETJMAPACCESS", loggedIn, CapJMAPAccess, tellAll, parseGetJMAPAccess},

		{"CHECK", selected, "", tellAll, parseNoop},
		{"CLOSE", selected, "", tellAll, parseClose},
		{"UNSELECT", selected, imap.CapUnselect, tellAll, parseUnselect},
		{"EXPUNGE", selected, "", tellAll, parseExpunge},
		{"UID EXPUNGE", selected, imap.CapUIDPlus, tellAllWithUID, parseExpunge},
		{"SEARCH", selected, "", holdExpunges, parseSearch},
		{"UID SEARCH", selected, "", tellAllWithUID, parseSearch},
		{"SORT", selected, imap.CapSort, holdExpunges, parseSort},
		{"UID SORT", selected, imap.CapSort, tellAllWithUID, parseSort},
		{"THREAD", selected, capThread, holdExpunges, parseThread},
		{"UID THREAD", selected, capThread, tellAllWithUID, parseThread},
		{"CANCELUPDATE", selected, CapContextSearch, tellAll, parseCancelUpdate},
		{"UIDBATCHES", selected, CapUIDBatches, tellAll, parseUIDBatches},
		{"FETCH", selected, "", holdExpunges, parseFetch},
		{"UID FETCH", selected, "", tellAllWithUID, parseFetch},
		{"STORE", selected, "", holdExpunges, parseStore},
		{"UID STORE", selected, "", tellAllWithUID, parseStore},
		{"COPY", selected, "", tellAll, parseCopy},
		{"UID COPY", selected, "", tellAllWithUID, parseCopy},
		{"MOVE", selected, imap.CapMove, tellAll, parseMove},
		{"UID MOVE", selected, imap.CapMove, tellAllWithUID, parseMove},
		{"REPLACE", selected, imap.CapReplace, tellAll, parseReplace},
		{"UID REPLACE", selected, imap.CapReplace, tellAllWithUID, parseReplace},
	}
	table := make(map[string]*commandSpec, len(rows))
	for i := range rows {
		table[rows[i].name] = &rows[i]
	}
	return table
}

// commandName reads a command's name: one word, or two after UID.
func commandName(p *imapwire.Parser) string {
	name := p.Keyword()
	if name == "UID" && p.Peek() == ' ' {
		p.SP()
		name += " " + p.Keyword()
	}
	return name
}

// CommandCaps are the names of all commands, and the capability that each needs, "" for
// none.
func CommandCaps() map[string]imap.Cap {
	out := make(map[string]imap.Cap, len(commands))
	for name, spec := range commands {
		out[name] = spec.cap
	}
	return out
}

// Has says whether the server has a capability.
func (s *Server) Has(want imap.Cap) bool { return (&conn{srv: s}).has(want) }

// Know has commands of this name, which the engine does not have, asked of the Before
// hook, and recorded like any other: their arguments are no secret.
func (s *Server) Know(name string) { s.known.Store(name, true) }

// Knows says whether there is a command of this name, or Know has named it.
func (s *Server) Knows(name string) bool { return s.knows(name) }

// knows says whether there is a command of this name, known to the engine or not.
func (s *Server) knows(name string) bool {
	if s.commands[name] != nil {
		return true
	}
	_, known := s.known.Load(name)
	return known
}

// lookup finds a command's row and checks that the state allows it.
func (c *conn) lookup(name string) (*commandSpec, error) {
	spec := c.srv.commands[name]
	if spec == nil || !c.has(spec.cap) || spec.cap == imap.CapMailboxReferrals && !c.refers() {
		return nil, bad("command.unknown", "unknown command %q", name)
	}
	if spec.states&c.state() == 0 {
		return nil, bad("command.state", "%s is not allowed %s", name, spec.misplaced(c.state()))
	}
	if !c.enabled.utf8 && c.srv.demandsUTF8 && spec.mayNeedUTF8() {
		return nil, no("command.utf8", imap.ResponseCodeCannot, "%s needs ENABLE UTF8=ACCEPT (UTF8=ONLY)", name)
	}
	if c.enabled.uidOnly && spec.byNumber() {
		return nil, uidRequired(name + " by message number")
	}
	return spec, nil
}

func (c *conn) state() states {
	switch {
	case c.user == nil:
		return notAuthenticated
	case c.view == nil:
		return authenticated
	}
	return selected
}

// misplaced says when a command is not allowed.
func (spec *commandSpec) misplaced(now states) string {
	if spec.states == notAuthenticated {
		return "after login"
	}
	return now.String()
}

func (s states) String() string {
	switch s {
	case notAuthenticated:
		return "before login"
	case authenticated:
		return "without a selected mailbox"
	}
	return "while a mailbox is selected"
}

// option reads one of the given words, ignoring case, and names them all if
// there is another.
func (p *parser) option(what string, words ...string) string {
	got := p.Keyword()
	if p.OK() && !slices.Contains(words, got) {
		p.Fail("unknown %s %q (have %s)", what, got, strings.Join(words, ", "))
	}
	return got
}
