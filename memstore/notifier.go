package memstore

// notifier wakes who waits for a change. Its owner's lock guards it. The
// channel is made when it is asked for: in a testing/synctest bubble it must
// belong to the bubble of the one who waits.
type notifier struct{ ch chan struct{} }

func (n *notifier) channel() <-chan struct{} {
	if n.ch == nil {
		n.ch = make(chan struct{})
	}
	return n.ch
}

func (n *notifier) notify() {
	if n.ch != nil {
		close(n.ch)
		n.ch = nil
	}
}
