package imapd

// Recorder takes down what is said on a connection. What goes to the client it is told
// of twice: when it is about to be written, because the client may act on it at once,
// and when that has been done or has failed. Texts are valid during the call only; what
// they look like is said at [Side]. But for Log, calls may come from any goroutine, one
// at a time, and must not block.
type Recorder interface {
	// Client takes lines of the client.
	Client(text []byte)
	// Sending takes lines that are about to be written, and how long their text may
	// become.
	Sending(text []byte, room int)
	// Show changes the text of the last Sending.
	Show(text []byte)
	// Sent says that the oldest Sending has been written.
	Sent()
	// Unsent says that of the oldest Sending only this has been written.
	Unsent(text []byte)
	// Log is the time to write what has been recorded to where that may take long.
	Log()
}

// span is a part of the buffer.
type span struct{ from, to int }

// reserve tells the recorder of the lines that are to be written, so that they stand
// before what the client says next.
func (o *output) reserve() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.record != nil && o.pace == 0 && o.piece == 0 && o.left == nil {
		o.announce(len(o.buf))
	}
}

// announce tells the recorder that the buffer is about to be written up to n.
func (o *output) announce(n int) {
	if o.record == nil {
		return
	}
	part := span{0, len(o.buf)}
	if i := len(o.announced); i > 0 {
		part.from = o.announced[i-1].to
	}
	if o.piece > 0 || o.left != nil {
		part.to = n // each piece by itself, at its time
	}
	switch {
	case part.from < part.to:
		o.announced = append(o.announced, part)
		text := o.text(part)
		room := len(text)
		if n < part.to {
			text = o.text(span{part.from, n})
		}
		o.record.Sending(text, room)
	case o.pace > 0:
		o.record.Show(o.text(span{o.announced[len(o.announced)-1].from, n}))
	}
}

// settleRecord tells the recorder what has become of what it was told of, when n bytes
// have been sent.
func (o *output) settleRecord(n int) {
	for _, part := range o.announced {
		if part.to <= n {
			o.record.Sent()
		} else {
			o.record.Unsent(o.text(span{part.from, n}))
		}
	}
}

// text is how a part of the buffer is recorded.
func (o *output) text(part span) []byte {
	text := o.scratch[:0]
	start := 0
	for _, end := range o.ends {
		if start >= part.to || part.from >= part.to {
			break
		}
		if end.at > part.from {
			line := o.buf[max(start, part.from):min(end.at, part.to)]
			if end.hidden > 0 && start >= part.from {
				text = append(text, masked...)
				line = line[min(end.hidden, len(line)):]
			}
			text = appendShown(text, line, end.at > part.to)
		}
		start = end.at
	}
	o.scratch = text
	return text
}

// owed is a command whose answer is on its way.
type owed struct {
	cmd   *Command
	began tally // what there had been for the client
	end   int64 // of the answer
	told  bool  // the journal has it
}

// owe hands over a command that has been answered. The journal gets it when the answer
// is about to be written.
func (o *output) owe(cmd *Command, began tally) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.owed = append(o.owed, &owed{cmd: cmd, began: began, end: o.added.bytes})
	if o.err != nil || len(o.buf) == 0 {
		o.settleOwed()
	}
}

// tellOwed tells the journal of the answers that end within the first n bytes.
func (o *output) tellOwed(n int64) {
	for _, a := range o.owed {
		if a.end > n {
			return
		}
		if !a.told {
			a.told = true
			o.answered(a.cmd)
		}
	}
}

// settleOwed tells the journal of answers that have been sent, and if there is an error
// of those that never will be.
func (o *output) settleOwed() {
	o.tellOwed(o.sent.bytes)
	n := 0
	for n < len(o.owed) && o.owed[n].end <= o.sent.bytes {
		n++
	}
	o.owed = o.owed[n:]
	if o.err == nil {
		return
	}
	for _, a := range o.owed {
		a.cmd.Lost = true
		a.cmd.BytesOut = max(o.sent.bytes-a.began.bytes, 0)
		a.cmd.Untagged = max(o.sent.untagged-a.began.untagged, 0)
		o.answered(a.cmd)
	}
	o.owed = nil
}
