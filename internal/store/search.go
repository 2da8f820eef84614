package store

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
	"github.com/go-mailtest/mailtest/internal/search"
)

// Search finds the messages that meet every condition of criteria, as SEARCH
// does (RFC 9051, section 6.4.4), and returns their UIDs. Sequence numbers
// are places in [Mailbox.Messages], from 1. \Recent belongs to sessions and is
// on no message here. A flag that no message can have, or a system flag without its
// backslash, is ErrInvalidFlag: see [Keyword].
func (m *Mailbox) Search(criteria *imap.SearchCriteria) ([]imap.UID, error) {
	if criteria == nil {
		criteria = &imap.SearchCriteria{}
	}
	condition, err := search.FromCriteria(criteria, searchedFlag)
	if err != nil {
		return nil, err
	}
	messages := m.Messages()
	query := condition.Bind(search.Scope{UIDs: uidsOf(messages), Now: m.user.store.now()})
	var out []imap.UID
	for i := range messages {
		if query.Match(&Candidate{Message: &messages[i]}) {
			out = append(out, messages[i].UID)
		}
	}
	return out, nil
}

func uidsOf(messages []Message) []imap.UID {
	out := make([]imap.UID, len(messages))
	for i := range messages {
		out[i] = messages[i].UID
	}
	return out
}

// searchedFlag reads a flag as people write it.
func searchedFlag(flag imap.Flag) (imap.Flag, error) {
	read, err := flagname.Parse(flag)
	if err != nil {
		return "", errorf(ErrInvalidFlag, "%v", err)
	}
	return read, nil
}
