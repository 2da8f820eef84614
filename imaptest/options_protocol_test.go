package imaptest_test

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// An option that is wrong, or that would change nothing, is an error that names it.
func TestProtocolOptionsRefused(t *testing.T) {
	for want, opts := range map[string][]imaptest.Option{
		"WithSaveLimit: the limit must be":           {imaptest.WithSaveLimit(0)},
		"WithMessageLimit limits what WithSaveLimit": {imaptest.WithSaveLimit(2), imaptest.WithMessageLimit(2)},
		"WithSaveLimit needs SAVELIMIT":              {imaptest.WithSaveLimit(2), imaptest.Without("SAVELIMIT")},
		"WithMinBatch: 0 is not":                     {imaptest.WithMinBatch(0)},
		"WithMinBatch: 501 is not":                   {imaptest.WithMinBatch(501)},
		"WithMinBatch needs UIDBATCHES":              {imaptest.WithMinBatch(2), imaptest.Rev1},
		`WithJMAP: "jmap.example" is not`:            {imaptest.WithJMAP("jmap.example")},
		`WithJMAP: "imap://example.com/" is not`:     {imaptest.WithJMAP("imap://example.com/")},
		`WithJMAP: there is no mechanism "PASSWORD"`: {imaptest.WithJMAP("https://jmap.example", "PASSWORD")},
		"WithJMAP needs JMAPACCESS":                  {imaptest.WithJMAP("https://jmap.example"), imaptest.Without(imap.CapObjectID)},
	} {
		srv, err := imaptest.New(append(opts, imaptest.InMemory())...)
		if err == nil {
			srv.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.Rev1, imaptest.With("UIDBATCHES"), imaptest.WithMinBatch(2))
	if !srv.Client(t).Caps().Has("UIDBATCHES") {
		t.Error("With UIDBATCHES: it is not advertised")
	}
}
