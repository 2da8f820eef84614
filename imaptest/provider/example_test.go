package provider_test

import (
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// One quirk of one provider, on a server that has everything else.
func ExampleQuirks() {
	srv, err := imaptest.New(imaptest.WithQuirk(provider.FetchUIDLast), imaptest.InMemory())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	for _, q := range provider.Quirks() {
		if q.Name == provider.FetchUIDLast.Name {
			fmt.Println(q, "-", q.Doc, q.Fault)
		}
	}
	// Output: fetch-uid-last - UID is the last item false
}

// A provider with something taken from it, and something put to it.
func ExampleNamed() {
	yahoo, _ := provider.Named("yahoo")
	calm := yahoo.Derive("calm-yahoo", func(s *imaptest.ProfileSpec) {
		s.Quirks = nil
		s.Mailboxes = append(s.Mailboxes, imaptest.SpecMailbox{Name: "Receipts"})
	})
	fmt.Println(calm, calm.Check())
	srv, err := imaptest.New(calm, imaptest.Without(imap.CapMove), imaptest.WithQuirk(provider.HalfLogin))
	fmt.Println(err)
	srv.Close()
	// Output:
	// calm-yahoo <nil>
	// <nil>
}
