package imapd

import (
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// What is gone is told one by one, at the place that it has then (RFC 9051, section 7.5.1),
// whatever of it is in the list.
func TestTakeOut(t *testing.T) {
	for _, c := range []struct {
		list, gone, left []imap.UID
		places           []int
	}{
		{[]imap.UID{1, 2, 3, 4, 5}, []imap.UID{3, 4}, []imap.UID{1, 2, 5}, []int{2, 2}},
		{[]imap.UID{1, 2, 3, 4, 5}, []imap.UID{1, 3, 5}, []imap.UID{2, 4}, []int{0, 1, 2}},
		{[]imap.UID{2, 9, 11, 4000000000}, []imap.UID{2, 4000000000}, []imap.UID{9, 11}, []int{0, 2}},
		{[]imap.UID{4, 8, 12}, []imap.UID{1, 4, 5, 9, 12, 13}, []imap.UID{8}, []int{0, 1}},
		{[]imap.UID{4, 8, 12}, []imap.UID{13}, []imap.UID{4, 8, 12}, nil},
		{[]imap.UID{4, 8, 12}, []imap.UID{1, 2}, []imap.UID{4, 8, 12}, nil},
		{nil, []imap.UID{1}, nil, nil},
		{[]imap.UID{7}, []imap.UID{7}, nil, []int{0}},
	} {
		var places []int
		left := takeOut(slices.Clone(c.list), c.gone, func(place int) { places = append(places, place) })
		if !slices.Equal(left, c.left) || !slices.Equal(places, c.places) {
			t.Errorf("%v without %v: got %v at %v, want %v at %v", c.list, c.gone, left, places, c.left, c.places)
		}
	}
}
