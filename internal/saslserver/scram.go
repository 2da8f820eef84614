package saslserver

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// scramServer is SCRAM: RFC 5802, RFC 7677; with channel binding RFC 5929 and
// RFC 9266.
type scramServer struct {
	x    Exchange
	hash scram.HashGeneratorFcn
	plus bool
	conv *scram.ServerConversation
}

func newSCRAM(hash scram.HashGeneratorFcn, plus bool) func(x Exchange) sasl.Server {
	return func(x Exchange) sasl.Server { return &scramServer{x: x, hash: hash, plus: plus} }
}

// Next carries the client's messages to the conversation. The server's last
// message is answered with an empty line.
func (s *scramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if s.conv == nil {
		if err := s.begin(string(response)); err != nil {
			return nil, false, err
		}
	}
	if s.conv.Done() {
		return s.finish()
	}
	out, err := s.conv.Step(string(response))
	if err != nil || s.conv.Done() && !s.conv.Valid() {
		return nil, false, s.x.Refused(wrongPassword)
	}
	return []byte(out), false, nil
}

func (s *scramServer) finish() (challenge []byte, done bool, err error) {
	account, _, found := s.x.Accounts.Password(s.conv.Username())
	if !s.conv.Valid() || !found {
		return nil, false, s.x.Refused(wrongPassword)
	}
	return nil, true, s.x.Login(account, s.conv.AuthzID())
}

// begin reads from the client's first message which channel binding it uses:
// "p=tls-exporter,,…".
func (s *scramServer) begin(first string) error {
	server, err := s.hash.NewServer(s.credentials)
	if err != nil {
		return err
	}
	flag, _, _ := strings.Cut(first, ",")
	if flag == "y" && s.x.OffersBinding {
		// The client could do channel binding, and somebody has told it that the server
		// cannot (RFC 5802, section 6).
		return s.x.Refused("the list of mechanisms was changed on its way")
	}
	if !s.plus {
		s.conv = server.NewConversation()
		return nil
	}
	binding, err := s.x.channelBinding(strings.TrimPrefix(flag, "p="))
	if err != nil {
		return err
	}
	s.conv = server.NewConversationWithChannelBindingRequired(binding)
	return nil
}

// scramIterations is the least that RFC 7677, section 4, allows.
const scramIterations = 4096

// credentials are made of the password, which is there in the clear.
func (s *scramServer) credentials(name string) (scram.StoredCredentials, error) {
	account, password, found := s.x.Accounts.Password(name)
	if !found {
		return scram.StoredCredentials{}, fmt.Errorf("no account %q", name)
	}
	client, err := s.hash.NewClient(name, password, "")
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "mailtest:" + account, Iters: scramIterations})
}

// channelBinding is what both ends of a TLS connection know and nobody between them (RFC
// 5929, RFC 9266). That of tls-server-end-point is the hash of the server's certificate.
func (x Exchange) channelBinding(kind string) (scram.ChannelBinding, error) {
	switch scram.ChannelBindingType(kind) {
	case scram.ChannelBindingTLSExporter:
		state := x.TLS.ConnectionState()
		return scram.NewTLSExporterBinding(&state)
	case scram.ChannelBindingTLSServerEndpoint:
		var certificate []byte // nil if it is not known beforehand
		if x.Certificate != nil {
			certificate = x.Certificate()
		}
		sum := sha256.Sum256(certificate)
		return scram.ChannelBinding{Type: scram.ChannelBindingTLSServerEndpoint, Data: sum[:]}, nil
	}
	return scram.ChannelBinding{}, errBinding
}
