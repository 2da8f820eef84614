// Package provider is a catalogue of IMAP servers as clients meet them: profiles of known
// providers and servers, for a test that runs over all of them,
//
//	for _, p := range provider.All() {
//		t.Run(p.Name(), func(t *testing.T) {
//			srv := imaptest.Start(t, p)
//			…
//		})
//	}
//
// and their quirks one by one, for any profile:
//
//	srv := imaptest.Start(t, imaptest.WithQuirk(provider.RFC822Missing))
//
// [Matrix] runs a test over the profiles and ends with a table of what passed where.
//
// A profile makes the server behave on the wire as that one was seen to: its greeting, what it
// can do before login and after it, its mailboxes, its answers, its limits and its faults. What
// nobody has seen is this module's own, and the profile's comment says so; nothing is invented.
// Each says when and where it was seen; providers change without notice. A profile is no
// judgement of the provider, and tells nothing about its speed.
//
// PROVIDERS.md has all profiles, capabilities and quirks in tables.
package provider
