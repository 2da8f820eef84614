// Package saslclient has the SASL clients that go-sasl lacks, for the tests of the
// servers.
package saslclient

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// Steps is a client that answers challenge after challenge.
type Steps struct {
	Name  string
	First []byte // the initial response, nil for none
	Step  func(challenge []byte) ([]byte, error)
}

var _ sasl.Client = (*Steps)(nil)

// Start: see [sasl.Client].
func (s *Steps) Start() (mech string, first []byte, err error) { return s.Name, s.First, nil }

// Next: see [sasl.Client].
func (s *Steps) Next(challenge []byte) ([]byte, error) { return s.Step(challenge) }

// CRAMMD5 is RFC 2195.
func CRAMMD5(user, password string) sasl.Client {
	return &Steps{Name: "CRAM-MD5", Step: func(challenge []byte) ([]byte, error) {
		mac := hmac.New(md5.New, []byte(password))
		mac.Write(challenge)
		return []byte(user + " " + hex.EncodeToString(mac.Sum(nil))), nil
	}}
}

// SCRAM is xdg-go's client, which also checks that the server knows the
// password. binding is nil without -PLUS.
func SCRAM(t testing.TB, name string, hash scram.HashGeneratorFcn, user, password string, binding *scram.ChannelBinding) sasl.Client {
	t.Helper()
	return SCRAMAs(t, name, hash, "", user, password, binding)
}

// SCRAMAs is SCRAM with an authorization identity.
func SCRAMAs(t testing.TB, name string, hash scram.HashGeneratorFcn, identity, user, password string, binding *scram.ChannelBinding) sasl.Client {
	t.Helper()
	client, err := hash.NewClient(user, password, identity)
	if err != nil {
		t.Fatal(err)
	}
	conv := client.NewConversation()
	if binding != nil {
		conv = client.NewConversationWithChannelBinding(*binding)
	}
	first, err := conv.Step("")
	if err != nil {
		t.Fatal(err)
	}
	return &Steps{Name: name, First: []byte(first), Step: func(challenge []byte) ([]byte, error) {
		if conv.Done() {
			return nil, errors.New("a challenge after the end")
		}
		out, err := conv.Step(string(challenge))
		return []byte(out), err
	}}
}

// XOAUTH2 is the form that Gmail and Outlook describe.
func XOAUTH2(user, token string) *Steps {
	return &Steps{
		Name: "XOAUTH2", First: []byte("user=" + user + "\x01auth=Bearer " + token + "\x01\x01"),
		Step: func([]byte) ([]byte, error) { return []byte{}, nil },
	}
}
