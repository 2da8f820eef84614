package serve

import "bytes"

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

// Side says who sent a line. A line that is recorded ends in "\n"; a line break
// inside it, as of a literal or of a reply, is "\n\t". Secrets are masked, and long
// lines and literals are shortened.
type Side byte

// The two sides of a connection.
const (
	FromClient Side = 'C'
	FromServer Side = 'S'
)

// Masked stands for what is hidden of a line to the client.
const Masked = "***"

// Record lets r take down what is said from here on; nil is nobody.
func (o *Output) Record(r Recorder) { o.change(func() { o.record = r }) }

// Recorded says whether anybody takes down what is said.
func (o *Output) Recorded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.record != nil
}

// Heard records lines of the client, behind what it is being sent.
func (o *Output) Heard(text []byte) {
	o.mu.Lock()
	record := o.record
	if record != nil {
		if o.pace == 0 && o.how.IsUsual() {
			o.announce(len(o.buf)) // before what the client says next
		}
		record.Client(text)
	}
	o.mu.Unlock()
	if record != nil {
		record.Log()
	}
}

// Note records what this side has done and not said, when all has been written.
func (o *Output) Note(text []byte) {
	o.change(func() {
		if o.record != nil && len(o.announced) == 0 {
			o.record.Sending(text, len(text))
			o.record.Sent()
		}
	})
}

// span is a part of the buffer.
type span struct{ from, to int }

// announce tells the recorder that the buffer is about to be written up to n.
func (o *Output) announce(n int) {
	if o.record == nil {
		return
	}
	part := span{0, len(o.buf)}
	if i := len(o.announced); i > 0 {
		part.from = o.announced[i-1].to
	}
	if !o.how.IsUsual() {
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
func (o *Output) settleRecord(n int) {
	for _, part := range o.announced {
		if part.to <= n {
			o.record.Sent()
		} else {
			o.record.Unsent(o.text(span{part.from, n}))
		}
	}
}

// text is how a part of the buffer is recorded.
func (o *Output) text(part span) []byte {
	text := o.scratch[:0]
	start := 0
	for _, end := range o.ends {
		if start >= part.to || part.from >= part.to {
			break
		}
		if end.at > part.from {
			line := o.buf[max(start, part.from):min(end.at, part.to)]
			if end.hidden > 0 && start >= part.from {
				text = append(text, Masked...)
				line = line[min(end.hidden, len(line)):]
			}
			text = o.Show(text, line, end.at > part.to)
		}
		start = end.at
	}
	o.scratch = text
	return text
}

// showLine is how lines are recorded that have nothing in them to be shortened.
func showLine(dst, line []byte, _ bool) []byte {
	return AppendLines(dst, bytes.TrimRight(line, "\r\n"))
}

// AppendLines appends a line with its line breaks as they are recorded.
func AppendLines(dst, line []byte) []byte {
	for {
		i := bytes.IndexByte(line, '\n')
		if i < 0 {
			return append(append(dst, line...), '\n')
		}
		dst = append(append(dst, bytes.TrimSuffix(line[:i], []byte("\r"))...), "\n\t"...)
		line = line[i+1:]
	}
}
