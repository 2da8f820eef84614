//go:build race

package main

// raceDetector says that go test has -race: go-imap's client has a race of its own where a
// connection ends within a literal.
const raceDetector = true
