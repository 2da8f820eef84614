package provider

import (
	"slices"

	"github.com/go-mailtest/mailtest/imaptest"
)

// profiles are all of the catalogue, the providers before the servers that many run.
var profiles = []imaptest.Profile{
	Gmail, Outlook, OutlookBusiness, OutlookRev2, Outlook2025, Exchange, ICloud, Yahoo, Fastmail, Zoho, GMX, IONOS, Strato, QQ, NetEase163,
	ProtonBridge, Yandex, MailRu, Purelymail, Mailfence, Dovecot, Cyrus, Courier, Zimbra, Stalwart,
}

// All are the profiles of the catalogue.
func All() []imaptest.Profile { return slices.Clone(profiles) }

// Faultless are the profiles of the catalogue without those of their quirks that the protocol
// forbids: a client that follows the RFCs works with each of them.
func Faultless() []imaptest.Profile {
	out := All()
	for i, p := range out {
		out[i] = p.Derive(p.Name(), func(s *imaptest.ProfileSpec) {
			s.Quirks = slices.DeleteFunc(s.Quirks, func(q imaptest.Quirk) bool { return q.Fault })
		})
	}
	return out
}

// Named is the profile of a name, or false.
func Named(name string) (imaptest.Profile, bool) {
	i := slices.IndexFunc(profiles, func(p imaptest.Profile) bool { return p.Name() == name })
	if i < 0 {
		return imaptest.Profile{}, false
	}
	return profiles[i], true
}

// Catalogue is what profile files can name: all profiles and quirks of this package.
func Catalogue() imaptest.Catalogue {
	return imaptest.Catalogue{Profiles: All(), Quirks: Quirks()}
}
