package imaptest

import (
	"errors"

	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// WithSnapshot begins with the state of another server, which may be closed: a copy that
// costs microseconds however much mail there is, for a server that is started many times.
//
//	template := imaptest.Start(t, imaptest.WithMail(os.DirFS("testdata/mail"))).Snapshot()
//	for name, test := range tests {
//		t.Run(name, func(t *testing.T) {
//			srv := imaptest.Start(t, imaptest.WithSnapshot(template))
//
// Accounts, mailboxes, UIDs and modseqs are those of the snapshot. It comes in place of what
// other options say of the mail and the accounts, such as WithMail, WithUser and WithStore;
// the delimiter is the other's too, and the clock unless WithClock gives one.
func WithSnapshot(snap *Snapshot) Option {
	return optionFunc(func(c *config) error {
		if snap == nil {
			return errors.New("WithSnapshot: no snapshot")
		}
		c.snapshot = snap
		return nil
	})
}

// copied is the store of the snapshot's copy.
func (c *config) copied() *memstore.Store {
	return (*memstore.Store)((*store.Snapshot)(c.snapshot.snap).Copy(c.Clock))
}
