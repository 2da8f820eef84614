package imapd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
)

// Capabilities that go-imap does not name.
const (
	CapContextSearch        imap.Cap = "CONTEXT=SEARCH"               // RFC 5267
	CapContextSort          imap.Cap = "CONTEXT=SORT"                 // RFC 5267
	CapPartial              imap.Cap = "PARTIAL"                      // RFC 9394
	CapRights               imap.Cap = "RIGHTS"                       // RFC 4314; its value is the letters
	CapMessageLimit         imap.Cap = "MESSAGELIMIT"                 // RFC 9738
	CapSaveLimit            imap.Cap = "SAVELIMIT"                    // RFC 9738
	CapUIDBatches           imap.Cap = "UIDBATCHES"                   // RFC 10022
	CapJMAPAccess           imap.Cap = "JMAPACCESS"                   // RFC 9698
	CapCompressDeflate      imap.Cap = "COMPRESS=DEFLATE"             // RFC 4978
	CapI18NLevel1           imap.Cap = "I18NLEVEL=1"                  // RFC 5255
	CapI18NLevel2           imap.Cap = "I18NLEVEL=2"                  // RFC 5255
	CapThreadOrderedSubject imap.Cap = "THREAD=ORDEREDSUBJECT"        // RFC 5256
	CapThreadReferences     imap.Cap = "THREAD=REFERENCES"            // RFC 5256
	CapThreadRefs           imap.Cap = "THREAD=REFS"                  // draft-ietf-morg-inthread
	CapQuotaStorage         imap.Cap = "QUOTA=RES-STORAGE"            // RFC 9208
	CapQuotaMessage         imap.Cap = "QUOTA=RES-MESSAGE"            // RFC 9208
	CapQuotaMailbox         imap.Cap = "QUOTA=RES-MAILBOX"            // RFC 9208
	CapFilters              imap.Cap = "FILTERS"                      // RFC 5466
	CapAnnotate             imap.Cap = "ANNOTATE-EXPERIMENT-1"        // RFC 5257
	CapQuotaAnnotation      imap.Cap = "QUOTA=RES-ANNOTATION-STORAGE" // RFC 9208
	CapXGMExt1              imap.Cap = "X-GM-EXT-1"                   // labels, and searching as on a web page
)

// capRow is a capability that the engine has.
type capRow struct {
	cap   imap.Cap
	show  func(c *conn) bool   // when it is advertised; nil: always
	value func(c *conn) string // what follows a "="; nil: nothing
	needs []imap.Cap           // it makes sense only with all of these
	// inPlaceOf is what a server with this one does not advertise: it has one of the two, and
	// the other one unless it was asked for this.
	inPlaceOf imap.Cap
	others    bool     // only a server with a profile has it
	implies   imap.Cap // what works all the same, though it is not advertised
	asked     bool     // a server has it that is asked for it, and no other
}

// uidsStick: a server that advertises UIDONLY sends no UIDNOTSTICKY (RFC 9586, section
// 3.6), so that with a mailbox that has it UIDONLY is not advertised.
func (c *conn) uidsStick() bool { return !c.srv.cfg.Store.HasUIDNotSticky() }

// hasLinks says whether there is anything that takes a URL with PARTIAL (RFC 5550, section
// 5.7.1).
func (c *conn) hasLinks() bool { return c.has(imap.CapCatenate) || c.has(imap.CapURLAuth) }

func beforeLogin(c *conn) bool { return c.user == nil && !c.loginDisabled() }

// rev2Base is what IMAP4rev2 (RFC 9051, appendix E) has taken in. A server
// without one of them does not speak it.
var rev2Base = []imap.Cap{
	imap.CapNamespace, imap.CapUnselect, imap.CapUIDPlus, imap.CapESearch, imap.CapSearchRes, imap.CapEnable,
	imap.CapIdle, imap.CapSASLIR, imap.CapListExtended, imap.CapListStatus, imap.CapMove, imap.CapStatusSize,
	imap.CapChildren, imap.CapSpecialUse, imap.CapBinary,
}

// Rev2Caps are the extensions that IMAP4rev2 has taken in.
func Rev2Caps() []imap.Cap { return slices.Clone(rev2Base) }

// capTable is in the order of advertising. The mechanisms of AUTHENTICATE have
// a table of their own.
var capTable = []capRow{
	{cap: imap.CapIMAP4rev1},
	{cap: imap.CapIMAP4rev2, needs: rev2Base},
	{cap: imap.CapLiteralPlus},
	{cap: imap.CapLiteralMinus, inPlaceOf: imap.CapLiteralPlus}, // RFC 7888, section 5
	{cap: imap.CapSASLIR},
	{cap: imap.CapStartTLS, show: (*conn).canStartTLS},
	{cap: imap.CapLoginDisabled, show: func(c *conn) bool { return c.user == nil && c.loginDisabled() }},
	{cap: imap.CapEnable},
	{cap: imap.CapID},
	{cap: imap.CapLanguage, needs: []imap.Cap{imap.CapNamespace}}, // RFC 5255, section 3.1
	{cap: imap.CapIdle},
	{cap: imap.CapNotify},
	{cap: imap.CapNamespace},
	{cap: imap.CapLoginReferrals, show: func(c *conn) bool { return c.srv.cfg.LoginReferral != nil }},
	{cap: imap.CapMailboxReferrals, show: (*conn).refers},
	{cap: imap.CapUnselect},
	{cap: imap.CapUnauthenticate},
	{cap: CapCompressDeflate, show: func(c *conn) bool { return !c.compressed }},
	{cap: imap.CapUTF8Accept, needs: []imap.Cap{imap.CapEnable}},
	{ // RFC 9755, section 7
		cap: imap.CapUTF8Only, inPlaceOf: imap.CapUTF8Accept, implies: imap.CapUTF8Accept,
		needs: []imap.Cap{imap.CapEnable},
	},
	{cap: imap.CapUIDPlus},
	{cap: imap.CapUIDOnly, show: (*conn).uidsStick, needs: []imap.Cap{imap.CapEnable}},
	{cap: CapUIDBatches},
	{cap: imap.CapMove},
	{cap: imap.CapReplace},
	{cap: imap.CapMultiAppend},
	{cap: imap.CapAppendLimit, value: func(c *conn) string { return strconv.FormatUint(c.srv.cfg.AppendLimit, 10) }},
	{cap: imap.CapCatenate},
	{cap: imap.CapURLPartial, show: (*conn).hasLinks},
	{cap: imap.CapURLAuth},
	{cap: CapURLAuthBinary, needs: []imap.Cap{imap.CapURLAuth}},
	{cap: imap.CapBinary},
	{cap: imap.CapPreview},
	{cap: imap.CapObjectID},
	{cap: imap.CapSaveDate},
	{cap: imap.CapChildren},
	{cap: imap.CapSpecialUse},
	{cap: imap.CapCreateSpecialUse, needs: []imap.Cap{imap.CapSpecialUse}},
	{cap: imap.CapListExtended},
	{cap: imap.CapListStatus, needs: []imap.Cap{imap.CapListExtended}},
	{cap: imap.CapACL},
	{cap: CapRights, value: (*conn).newRights, needs: []imap.Cap{imap.CapACL}},
	{cap: imap.CapListMyRights, needs: []imap.Cap{imap.CapACL, imap.CapListExtended}},
	{cap: capXList, others: true},
	{cap: imap.CapStatusSize},
	{cap: imap.CapQuota},
	{cap: CapQuotaStorage, needs: []imap.Cap{imap.CapQuota}},
	{cap: CapQuotaMessage, needs: []imap.Cap{imap.CapQuota}},
	{cap: CapQuotaMailbox, needs: []imap.Cap{imap.CapQuota}},
	{cap: CapQuotaAnnotation, needs: []imap.Cap{imap.CapQuota, CapAnnotate}, asked: true},
	{cap: imap.CapQuotaSet, needs: []imap.Cap{imap.CapQuota}},
	{cap: imap.CapMetadata},
	{cap: imap.CapMetadataServer, inPlaceOf: imap.CapMetadata}, // RFC 5464, section 1
	{cap: imap.CapListMetadata, needs: []imap.Cap{imap.CapMetadata, imap.CapListExtended}},
	{cap: CapXGMExt1, show: (*conn).hasLabels},
	{cap: CapFilters, needs: []imap.Cap{capAnyMetadata}},
	{cap: CapAnnotate, asked: true}, // an experiment, which has few servers
	{cap: imap.CapCondStore},
	{cap: imap.CapQResync, needs: []imap.Cap{imap.CapCondStore, imap.CapEnable}},
	{cap: imap.CapESearch},
	{cap: imap.CapSearchRes, needs: []imap.Cap{imap.CapESearch}},
	{cap: CapPartial, needs: []imap.Cap{imap.CapESearch}},
	{cap: imap.CapMultiSearch, needs: []imap.Cap{imap.CapESearch}},
	{cap: imap.CapWithin},
	{cap: imap.CapSearchFuzzy},
	{cap: imap.CapSort},
	{cap: imap.CapSortDisplay, needs: []imap.Cap{imap.CapSort}},
	{cap: imap.CapESort, needs: []imap.Cap{imap.CapSort, imap.CapESearch}},
	{cap: CapThreadOrderedSubject},
	{cap: CapThreadReferences},
	{cap: CapThreadRefs},
	{cap: CapContextSearch, needs: []imap.Cap{imap.CapESearch}},
	{cap: CapContextSort, needs: []imap.Cap{imap.CapESort}},
	{cap: CapI18NLevel2},
	{cap: CapI18NLevel1, inPlaceOf: CapI18NLevel2}, // RFC 5255, section 4.3
	{cap: imap.CapInProgress},
	{
		cap:   CapMessageLimit,
		show:  func(c *conn) bool { return c.srv.cfg.MessageLimit > 0 },
		value: func(c *conn) string { return strconv.FormatUint(uint64(c.srv.cfg.MessageLimit), 10) },
	},
	{
		cap:   CapSaveLimit,
		show:  func(c *conn) bool { return c.srv.cfg.SaveLimit > 0 },
		value: func(c *conn) string { return strconv.FormatUint(uint64(c.srv.cfg.SaveLimit), 10) },
	},
	{
		cap:   CapJMAPAccess,
		show:  (*conn).knowsJMAP,
		needs: []imap.Cap{imap.CapObjectID},
	},
}

// rows are the capabilities with the SASL mechanisms, which are capabilities
// too (AUTH=PLAIN), before ENABLE. It is one list for all, and not to be changed.
var rows = sync.OnceValue(func() []capRow {
	var out []capRow
	for _, row := range capTable {
		if row.cap == imap.CapEnable {
			out = append(out, mechanismRows()...)
		}
		out = append(out, row)
	}
	return out
})

func mechanismRows() []capRow {
	var out []capRow
	for _, m := range mechanisms {
		row := capRow{cap: imap.AuthCap(m.name), show: beforeLogin}
		if m.usable != nil {
			row.show = func(c *conn) bool { return beforeLogin(c) && m.usable(c) }
		}
		out = append(out, row)
	}
	return out
}

// AllCaps lists what the engine has, in the order of advertising, but for what takes the
// place of another, and what a server must be asked for.
func AllCaps() []imap.Cap {
	var out []imap.Cap
	for _, row := range rows() {
		if row.inPlaceOf == "" && !row.others && !row.asked {
			out = append(out, row.cap)
		}
	}
	return out
}

// InPlaceOf are the capabilities of which a server has one or the other: those that
// [AllCaps] leaves out, and which of its list each takes the place of.
func InPlaceOf() map[imap.Cap]imap.Cap {
	out := make(map[imap.Cap]imap.Cap)
	for _, row := range capTable {
		if row.inPlaceOf != "" {
			out[row.cap] = row.inPlaceOf
		}
	}
	return out
}

// AskedCaps are those that a server must be asked for.
func AskedCaps() []imap.Cap {
	var out []imap.Cap
	for _, row := range capTable {
		if row.asked {
			out = append(out, row.cap)
		}
	}
	return out
}

// Implements says whether the engine has a capability.
func Implements(want imap.Cap) bool {
	return slices.ContainsFunc(rows(), func(row capRow) bool { return row.cap == want && !row.others })
}

// RemoveCaps takes capabilities from a list, and those that need them.
func RemoveCaps(list, without []imap.Cap) []imap.Cap {
	gone := withDependents(without, list)
	return slices.DeleteFunc(slices.Clone(list), func(c imap.Cap) bool { return slices.Contains(gone, c) })
}

// withDependents are capabilities that go from a list, with those that need them.
func withDependents(caps, list []imap.Cap) []imap.Cap {
	gone := slices.Clone(caps)
	for again := true; again; {
		again = false
		for _, row := range capTable {
			lacks := slices.ContainsFunc(row.needs, func(need imap.Cap) bool { return lost(need, list, gone) })
			if lacks && !slices.Contains(gone, row.cap) {
				gone, again = append(gone, row.cap), true
			}
		}
	}
	return gone
}

// capSet is what a server has: the rows of its capabilities.
type capSet struct {
	has   map[imap.Cap]bool
	rows  []capRow
	parts []capPart // the same rows, as they are shown

	inPlaceOfUTF8 string // see settled
}

// capPart is a part of the list: rows that are always shown, together, or one by itself.
type capPart struct {
	text string // of each a space and the word
	row  capRow // when the part is shown, and its value
}

func (set capSet) list() []imap.Cap {
	out := make([]imap.Cap, len(set.rows))
	for i, row := range set.rows {
		out[i] = row.cap
	}
	return out
}

func (set capSet) hasOne(c imap.Cap) bool { return set.has[c] }

// everything is the set of all, which most servers have: it is made once.
var everything = sync.OnceValues(func() (capSet, error) { return newCapSet(AllCaps()) })

func equalCap(a, b imap.Cap) bool { return strings.EqualFold(string(a), string(b)) }

// CheckCaps says why a server cannot have these capabilities, with all reasons.
func CheckCaps(caps []imap.Cap) error {
	_, err := newCapSet(caps)
	return err
}

func newCapSet(caps []imap.Cap) (capSet, error) {
	set := capSet{has: make(map[imap.Cap]bool, len(caps))}
	all := rows()
	var errs []error
	for _, c := range caps {
		if !slices.ContainsFunc(all, func(row capRow) bool { return row.cap == c }) {
			errs = append(errs, fmt.Errorf("capability %s is not one of this server's (it has %s)", c, joinCaps(AllCaps())))
		}
		set.has[c] = true
	}
	for name, alternatives := range anyOf {
		set.has[name] = slices.ContainsFunc(alternatives, set.hasOne)
	}
	set.has[capQuota2087] = set.has[imap.CapQuota] && !slices.ContainsFunc(quotaCaps, set.hasOne)
	set.has[capSetQuota] = set.has[imap.CapQuotaSet] || set.has[capQuota2087]
	if !set.has[imap.CapIMAP4rev1] && !set.has[imap.CapIMAP4rev2] {
		errs = append(errs, fmt.Errorf("a server needs %s or %s", imap.CapIMAP4rev1, imap.CapIMAP4rev2))
	}
	for _, row := range all {
		if !set.has[row.cap] {
			continue
		}
		if row.inPlaceOf != "" && set.has[row.inPlaceOf] {
			errs = append(errs, fmt.Errorf("%s and %s exclude each other", row.inPlaceOf, row.cap))
		}
		for _, need := range row.needs {
			if !set.has[need] {
				errs = append(errs, fmt.Errorf("%s needs %s", row.cap, need))
			}
		}
		set.add(row)
	}
	for _, row := range set.rows {
		if row.implies != "" {
			set.has[row.implies] = true
		}
	}
	set.inPlaceOfUTF8 = withoutUTF8 + set.enablingUTF8()
	return set, errors.Join(errs...)
}

func (set *capSet) add(row capRow) {
	set.rows = append(set.rows, row)
	word := " " + string(row.cap)
	if last := len(set.parts) - 1; last >= 0 && row.isConstant() && set.parts[last].row.isConstant() {
		set.parts[last].text += word
		return
	}
	set.parts = append(set.parts, capPart{word, row})
}

// isConstant says that the capability is always shown, and as the same word.
func (row *capRow) isConstant() bool { return row.show == nil && row.value == nil }

func joinCaps(caps []imap.Cap) string {
	names := make([]string, len(caps))
	for i, c := range caps {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}

// capabilities is the list for this moment of the connection.
func (c *conn) capabilities() string {
	_, list, _ := strings.Cut(c.capabilityData(), " ")
	return list
}

// capabilityData is that behind its word (RFC 9051, section 9, capability-data).
func (c *conn) capabilityData() string {
	if words := c.listed(); words != nil {
		return capabilityWord + " " + c.showList(c.showListed(words))
	}
	begin := c.enc.Len()
	c.writeOwnCaps()
	data := string(c.enc.Since(begin))
	c.enc.Truncate(begin)
	if c.showsOwnCaps() {
		return data
	}
	_, list, _ := strings.Cut(data, " ")
	if p := c.srv.profile; p != nil {
		list = p.caps.shown.apply(list)
	}
	return capabilityWord + " " + c.showList(list)
}

const capabilityWord = "CAPABILITY"

// writeCapabilityData writes it into a response.
func (c *conn) writeCapabilityData() {
	if c.showsOwnCaps() {
		c.writeOwnCaps()
		return
	}
	c.enc.Raw(c.capabilityData())
}

// showsOwnCaps says that nobody wants other capabilities shown than those that there are.
func (c *conn) showsOwnCaps() bool {
	return c.srv.profile == nil && len(c.shown) == 0 && c.srv.showing().none()
}

// writeOwnCaps writes what the server can do at this moment, behind the word.
func (c *conn) writeOwnCaps() {
	c.enc.Raw(capabilityWord)
	for i := range c.srv.caps.parts {
		part := &c.srv.caps.parts[i]
		if part.row.show != nil && !part.row.show(c) {
			continue
		}
		c.enc.Raw(part.text)
		if part.row.value != nil {
			c.enc.Raw("=").Raw(part.row.value(c))
		}
	}
}

// has says whether the server has a capability; "" is one that all have.
func (c *conn) has(want imap.Cap) bool {
	return want == "" || c.srv.caps.has[want] && (want != CapXGMExt1 || c.user != nil && c.user.HasLabels())
}

// hasLabels says whether X-GM-EXT-1 works: before login, whether it does for some account.
func (c *conn) hasLabels() bool {
	if c.user == nil {
		return c.srv.cfg.Store.HasLabels()
	}
	return c.user.HasLabels()
}

// offers says whether a capability is advertised at this moment.
func (c *conn) offers(want imap.Cap) bool {
	if words := c.listed(); words != nil {
		return c.has(want)
	}
	return slices.ContainsFunc(c.srv.caps.rows, func(row capRow) bool {
		return (row.cap == want || row.implies == want) && (row.show == nil || row.show(c))
	})
}

func (c *conn) canStartTLS() bool { return c.srv.cfg.TLS != nil && !c.info.TLS && c.user == nil }

// needsTLS says that nobody may log in before TLS.
func (c *conn) needsTLS() bool { return c.srv.cfg.RequireTLS && !c.info.TLS }

// loginDisabled says that LOGIN is refused: before TLS, or where a profile says so (RFC 3501,
// section 6.2.3, which has nothing against AUTHENTICATE).
func (c *conn) loginDisabled() bool {
	if words := c.listed(); words != nil && slices.Contains(words, string(imap.CapLoginDisabled)) {
		return true
	}
	return c.needsTLS()
}
