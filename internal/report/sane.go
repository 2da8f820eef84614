package report

import "slices"

// sane is a Data in which every index leads to something: a report is written of a test that
// has failed, and a mistake in the record must not be the end of it.
func (d *Data) sane() *Data {
	out := *d
	if len(out.Lanes) == 0 || out.Lanes[0].Kind != LaneTest {
		out.Lanes = append([]Lane{{Kind: LaneTest}}, out.Lanes...)
	}
	message := func(i int) int {
		if i >= 0 && i < len(d.Messages) {
			return i
		}
		if len(out.Messages) == len(d.Messages) {
			out.Messages = append(slices.Clip(out.Messages), &Message{Subject: "(not recorded)"})
		}
		return len(d.Messages)
	}
	out.Events = slices.Clone(d.Events)
	for i := range out.Events {
		e := &out.Events[i]
		if e.Lane < 0 || e.Lane >= len(out.Lanes) {
			e.Lane = 0
		}
		if e.Message != 0 {
			e.Message = message(e.Message-1) + 1
		}
	}
	out.Start = slices.Clone(d.Start)
	for i := range out.Start {
		rows := slices.Clone(out.Start[i].Rows)
		for j := range rows {
			rows[j].Message = message(rows[j].Message)
		}
		out.Start[i].Rows = rows
	}
	out.Changes = slices.Clone(d.Changes)
	for i := range out.Changes {
		if c := &out.Changes[i]; c.UID != 0 {
			c.Message = message(c.Message)
		} else {
			c.Message = 0
		}
	}
	out.Sent = slices.Clone(d.Sent)
	for i := range out.Sent {
		out.Sent[i].Message = message(out.Sent[i].Message)
	}
	return &out
}
