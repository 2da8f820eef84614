package saslserver

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// cramServer is CRAM-MD5: RFC 2195.
type cramServer struct {
	x         Exchange
	challenge string
}

// Next sends a challenge that is not repeated, and then checks the digest.
func (s *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if s.challenge == "" {
		if response != nil {
			return nil, false, ErrInitialResponse
		}
		s.challenge = "<" + s.x.Nonce() + "@mailtest>"
		return []byte(s.challenge), false, nil
	}
	name, digest := string(response), ""
	if i := strings.LastIndex(name, " "); i >= 0 {
		name, digest = name[:i], name[i+1:]
	}
	account, password, found := s.x.Accounts.Password(name)
	if !found {
		return nil, false, s.x.Refused(wrongPassword)
	}
	mac := hmac.New(md5.New, []byte(password))
	mac.Write([]byte(s.challenge))
	if !strings.EqualFold(hex.EncodeToString(mac.Sum(nil)), digest) {
		return nil, false, s.x.Refused(wrongPassword)
	}
	return nil, true, s.x.Login(account, "")
}
