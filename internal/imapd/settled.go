package imapd

import "github.com/emersion/go-imap/v2"

// settled is what follows from the capabilities once and for all, and every command asks.
type settled struct {
	// takesUTF8 says that UTF-8 in quoted strings is taken before it is enabled. RFC 9051,
	// section 9 (string), and RFC 9755, section 3, allow it after ENABLE alone, but clients
	// send it as soon as they see the capability, go-imap's for one.
	takesUTF8 bool
	// inPlaceOfUTF8 is what to do where it is not taken.
	inPlaceOfUTF8 string
	// demandsUTF8 says that commands with texts have to wait for it (RFC 9755, section 6).
	demandsUTF8 bool
	// annotates says that messages have annotations.
	annotates bool
}

func (cfg *Config) settle(caps capSet) settled {
	has := caps.has
	return settled{
		takesUTF8:     !cfg.StrictUTF8 && (has[imap.CapIMAP4rev2] || has[imap.CapUTF8Accept]),
		inPlaceOfUTF8: caps.inPlaceOfUTF8,
		demandsUTF8:   has[imap.CapUTF8Only],
		annotates:     has[CapAnnotate],
	}
}

// withoutUTF8 is what a client does that has not enabled UTF-8.
const withoutUTF8 = ": a literal takes them, and a mailbox name is sent in modified UTF-7 (RFC 3501, section 5.1.3)"

// enablingUTF8 says how a client gets UTF-8, if it can.
func (set *capSet) enablingUTF8() string {
	for _, name := range []imap.Cap{imap.CapIMAP4rev2, imap.CapUTF8Accept} {
		if set.has[name] && set.has[imap.CapEnable] {
			return ", or ENABLE " + string(name) + " comes first"
		}
	}
	return ""
}
