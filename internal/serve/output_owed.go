package serve

// Answer is one that is on its way to the client.
type Answer interface {
	// Sending is called when the end of the answer is about to be written. It must not
	// block, nor touch the [Output].
	Sending()
	// Settled is called when it has been written, or, lost, never will be as a whole. What
	// the client can have got is since what Owe was given. It is as Sending is.
	Settled(sent Tally, lost bool)
}

// owed is an answer whose end is yet to be written.
type owed struct {
	Answer
	began Tally // what there had been for the client
	end   int64 // of the answer
	told  bool  // of Sending
}

// Owe hands over an answer to which all belongs that was added since began.
func (o *Output) Owe(a Answer, began Tally) { o.OweUpTo(a, began, 0) }

// OweUpTo is Owe of an answer behind which there are so many bytes of others already. Answers
// are handed over in the order in which they end.
func (o *Output) OweUpTo(a Answer, began Tally, others int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.owed = append(o.owed, owed{Answer: a, began: began, end: o.added.Bytes - int64(others)})
	if o.err != nil || len(o.buf) == 0 {
		o.settleOwed()
	}
}

// tellOwed tells of the answers that end within the first n bytes.
func (o *Output) tellOwed(n int64) {
	for i := range o.owed {
		a := &o.owed[i]
		if a.end > n {
			return
		}
		if !a.told {
			a.told = true
			a.Sending()
		}
	}
}

// settleOwed tells of answers that have been sent, and if there is an error of those
// that never will be.
func (o *Output) settleOwed() {
	o.tellOwed(o.sent.Bytes)
	n := 0
	for n < len(o.owed) && (o.owed[n].end <= o.sent.Bytes || o.err != nil) {
		a := &o.owed[n]
		n++
		sent := Tally{max(o.sent.Bytes-a.began.Bytes, 0), max(o.sent.Lines-a.began.Lines, 0)}
		a.Settled(sent, a.end > o.sent.Bytes)
	}
	left := copy(o.owed, o.owed[n:])
	clear(o.owed[left:])
	o.owed = o.owed[:left]
}
