// Package goimap holds a test, and nothing else: every method of go-imap's client,
// in the ways in which its own tests and its users call it, against the profiles of
// this module's server.
//
// Where a profile has what a method needs, the method works; where it has not, the
// client gets BAD, or what the profile says in its place, and goes on. So it is with every
// provider of package provider, without those of its quirks that the protocol forbids: what
// a use expects follows from the profile.
package goimap
