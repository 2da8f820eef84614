package store

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
)

// writtenCriteria are criteria whose flags were written by people, as a copy with the
// flags that are meant.
func writtenCriteria(criteria *imap.SearchCriteria) (*imap.SearchCriteria, error) {
	out := *criteria
	out.Flag, out.NotFlag = slices.Clone(out.Flag), slices.Clone(out.NotFlag)
	out.Not, out.Or = slices.Clone(out.Not), slices.Clone(out.Or)
	for _, flags := range [][]imap.Flag{out.Flag, out.NotFlag} {
		if err := searchedFlags(flags); err != nil {
			return nil, err
		}
	}
	var inner []*imap.SearchCriteria
	for i := range out.Not {
		inner = append(inner, &out.Not[i])
	}
	for i := range out.Or {
		inner = append(inner, &out.Or[i][0], &out.Or[i][1])
	}
	for _, c := range inner {
		read, err := writtenCriteria(c)
		if err != nil {
			return nil, err
		}
		*c = *read
	}
	return &out, nil
}

// searchedFlags reads flags in place. \Recent may be searched for, and is nowhere.
func searchedFlags(flags []imap.Flag) (err error) {
	for i, flag := range flags {
		if strings.EqualFold(string(flag), `\Recent`) {
			continue
		}
		if flags[i], err = flagname.Parse(flag); err != nil {
			return errorf(ErrInvalidFlag, "%v", err)
		}
	}
	return nil
}
