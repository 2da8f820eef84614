package compare

import (
	"fmt"
	"math/rand/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/memstore"
)

// archive puts N generated mails of all kinds into INBOX, with their flags and dates. One in
// a hundred has an attachment of up to 1 MB.
func (t *test) archive(req request) error {
	inbox := t.srv.Store().Users()[0].Inbox()
	many := fixtures.Many(req.N, 1)
	rnd := rand.NewChaCha8([32]byte{1})
	sizes := rand.New(rand.NewPCG(1, 1))
	for i := range req.N {
		m := many.Message(i)
		if i%100 == 99 {
			data := make([]byte, 1+sizes.IntN(1<<20))
			rnd.Read(data) // never fails
			m.Raw = fixtures.New().Subject(fmt.Sprintf("Photo %d", i)).Date(m.Date).Text("See the attachment.\n").
				Attach("photo.jpg", "image/jpeg", data).Bytes()
		}
		if _, err := inbox.Append(m.Raw, memstore.WithFlags(m.Flags...), memstore.WithInternalDate(m.Date)); err != nil {
			return err
		}
	}
	return nil
}

// count holds INBOX to have N messages.
func (t *test) count(req request) error {
	if got := t.srv.Store().Users()[0].Inbox().Status().Messages; int(got) != req.N {
		return fmt.Errorf("%d messages, want %d", got, req.N)
	}
	return nil
}
