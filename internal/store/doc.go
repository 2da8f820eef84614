// Package store is the core of package memstore: mail in memory, with what
// only an engine asks of it. Users see memstore, whose types are defined from
// these and convert to them; memstore's docs tell the story.
package store
