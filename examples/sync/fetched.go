package sync

import (
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// fetched is a FETCH response: what it has, and so what it lacks. Collect of the client cannot
// tell no flags from flags that were not told.
type fetched struct {
	uid      imap.UID
	flags    *imapclient.FetchItemDataFlags
	envelope *imap.Envelope
	modseq   uint64
}

// isWhole says that everything that was asked for is there.
func (m fetched) isWhole() bool {
	return m.uid != 0 && m.flags != nil && m.envelope != nil && m.modseq != 0
}

// readAll reads the responses to a FETCH.
func readAll(fetch *imapclient.FetchCommand) ([]fetched, error) {
	var out []fetched
	for data := fetch.Next(); data != nil; data = fetch.Next() {
		var m fetched
		for item := data.Next(); item != nil; item = data.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				m.uid = item.UID
			case imapclient.FetchItemDataFlags:
				m.flags = &item
			case imapclient.FetchItemDataEnvelope:
				m.envelope = item.Envelope
			case imapclient.FetchItemDataModSeq:
				m.modseq = item.ModSeq
			}
		}
		out = append(out, m)
	}
	return out, fetch.Close()
}
