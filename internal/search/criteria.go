package search

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// FromCriteria is what SEARCH with such criteria searches for. The zero values of dates
// and sizes ask for nothing; flags are read by flag, whose error is that of all.
func FromCriteria(c *imap.SearchCriteria, flag func(imap.Flag) (imap.Flag, error)) (Condition, error) {
	r := criteria{flag: flag}
	cond := r.read(c)
	return cond, r.err
}

// criteria reads imap.SearchCriteria.
type criteria struct {
	flag func(imap.Flag) (imap.Flag, error)
	err  error // the first
}

func (r *criteria) read(c *imap.SearchCriteria) Condition {
	return And(slices.Concat(ofSets(c), r.ofFlags(c), ofNumbers(c), ofDates(c), ofText(c), r.ofLogic(c))...)
}

func ofSets(c *imap.SearchCriteria) (out []Condition) {
	for _, set := range c.SeqNum {
		out = append(out, Numbers(set))
	}
	for _, set := range c.UID {
		if imap.IsSearchRes(set) {
			out = append(out, SavedResult())
			continue
		}
		out = append(out, UIDs(set))
	}
	return out
}

func (r *criteria) ofFlags(c *imap.SearchCriteria) (out []Condition) {
	for _, flag := range c.Flag {
		out = append(out, r.ofFlag(flag))
	}
	for _, flag := range c.NotFlag {
		out = append(out, Not(r.ofFlag(flag)))
	}
	return out
}

// ofFlag is RECENT for \Recent, which no message has by itself.
func (r *criteria) ofFlag(flag imap.Flag) Condition {
	if strings.EqualFold(string(flag), `\Recent`) {
		return Recent()
	}
	read, err := r.flag(flag)
	if err != nil && r.err == nil {
		r.err = err
	}
	return Flag(read)
}

func ofNumbers(c *imap.SearchCriteria) (out []Condition) {
	if c.Larger != 0 {
		out = append(out, Larger(c.Larger))
	}
	if c.Smaller != 0 {
		out = append(out, Smaller(c.Smaller))
	}
	if c.ModSeq != nil {
		out = append(out, ModSeq(c.ModSeq.ModSeq))
	}
	return out
}

func ofDates(c *imap.SearchCriteria) (out []Condition) {
	if !c.Since.IsZero() {
		out = append(out, Received().Since(c.Since))
	}
	if !c.Before.IsZero() {
		out = append(out, Received().Before(c.Before))
	}
	if !c.SentSince.IsZero() {
		out = append(out, Sent().Since(c.SentSince))
	}
	if !c.SentBefore.IsZero() {
		out = append(out, Sent().Before(c.SentBefore))
	}
	return out
}

func ofText(c *imap.SearchCriteria) (out []Condition) {
	for _, field := range c.Header {
		out = append(out, ofHeader(field.Key, Exactly(field.Value)))
	}
	for _, text := range c.Body {
		out = append(out, Body(Exactly(text)))
	}
	for _, text := range c.Text {
		out = append(out, Text(Exactly(text)))
	}
	return out
}

// ofHeader: FROM, TO, CC and BCC are fields to imap.SearchCriteria.
func ofHeader(field string, n Needle) Condition {
	switch strings.ToUpper(field) {
	case "FROM", "TO", "CC", "BCC":
		return Address(field, n)
	}
	return Header(field, n)
}

func (r *criteria) ofLogic(c *imap.SearchCriteria) (out []Condition) {
	for i := range c.Not {
		out = append(out, Not(r.read(&c.Not[i])))
	}
	for i := range c.Or {
		out = append(out, Or(r.read(&c.Or[i][0]), r.read(&c.Or[i][1])))
	}
	return out
}
