package outbox

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/textproto"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
)

// Bounce is a recipient whose mail has come back (RFC 3464).
type Bounce struct {
	Recipient string
	Status    string // RFC 3463: 5.1.1 is an unknown user
	Reason    string // what the server said, "" for nothing
}

// Bounces reads the delivery reports among the unseen mail in INBOX, and marks them
// as seen. Other mail stays as it is.
func Bounces(client *imapclient.Client) ([]Bounce, error) {
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		return nil, err
	}
	unseen, err := client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil || len(unseen.AllUIDs()) == 0 {
		return nil, err
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	messages, err := client.Fetch(imap.UIDSetNum(unseen.AllUIDs()...), &imap.FetchOptions{
		UID: true, BodySection: []*imap.FetchItemBodySection{whole},
	}).Collect()
	if err != nil {
		return nil, err
	}
	var bounces []Bounce
	var seen imap.UIDSet
	for _, m := range messages {
		list, isReport := readReport(m.FindBodySection(whole))
		if isReport {
			seen.AddNum(m.UID)
			bounces = append(bounces, list...)
		}
	}
	if len(seen) == 0 {
		return nil, nil
	}
	store := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
	return bounces, client.Store(seen, store, nil).Close()
}

// readReport reads a message that is a delivery report.
func readReport(raw []byte) (bounces []Bounce, isReport bool) {
	report, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) {
		return nil, false
	}
	report.Walk(func(_ []int, part *message.Entity, err error) error {
		kind, _, _ := part.Header.ContentType()
		if kind == "message/delivery-status" || kind == "message/global-delivery-status" {
			isReport = true
			bounces = append(bounces, readStatus(part.Body)...)
		}
		return nil
	})
	return bounces, isReport
}

// readStatus reads groups of fields: one about the message, and one a recipient.
// "delayed" and "delivered" are no bounces.
func readStatus(r io.Reader) (bounces []Bounce) {
	groups := textproto.NewReader(bufio.NewReader(r))
	for {
		group, err := groups.ReadMIMEHeader()
		if group.Get("Action") == "failed" {
			bounces = append(bounces, Bounce{
				Recipient: value(group.Get("Final-Recipient")),
				Status:    group.Get("Status"),
				Reason:    value(group.Get("Diagnostic-Code")),
			})
		}
		if err != nil && !errors.Is(err, io.EOF) || len(group) == 0 {
			return bounces
		}
	}
}

// value is what stands behind the type of a field: "rfc822; bob@example.com".
func value(field string) string {
	_, text, _ := strings.Cut(field, ";")
	return strings.TrimSpace(text)
}
