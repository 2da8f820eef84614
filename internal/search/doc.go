// Package search is what can be asked of a message, as values: SEARCH's keys are made
// of it, imap.SearchCriteria is, and whatever else picks messages may be.
//
//	unread := search.Not(search.Flag(imap.FlagSeen))
//	cond := search.And(unread, search.Address("From", search.Exactly("bob")))
//	q := cond.Bind(search.Scope{UIDs: uids, Now: now})
//	for _, uid := range q.Among(uids) {
//		if q.Match(message(uid)) { … }
//	}
//
// A [Condition] is a value that knows of no mailbox. [Condition.Bind] makes a [Query] of
// it for one: sets become ranges of UIDs, once; what is always or never true falls away;
// NOT goes down to single keys; and what is cheap to ask is asked first. [Query.Among] is
// what the query can say without looking at any message, [Query.Match] is the answer for
// one, and [Query.Score] how well it matches (RFC 6203). None of that changes what is
// found: a query finds what its condition, read word by word, would.
//
// What SORT orders by is here too, as [Order], and what THREAD needs to know of a
// message, as [Conversation].
//
// SEARCH asks for pieces of a header. What the Match of a test asks for, the whole of what
// is seen, is made of the conditions on [Seen].
//
// The package knows messages through the interface [Message], and neither a store nor
// a protocol. It does no I/O, and everything that may take long looks at Scope.Stop.
//
// RFC 9051, section 6.4.4; RFC 5032, RFC 5256, RFC 5957, RFC 6203, RFC 7162, RFC 8474,
// RFC 8514.
//
// internal/README.md has the rooms around it, and a recipe for a new key.
package search
