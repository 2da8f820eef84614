package imapd

import (
	"errors"

	"github.com/emersion/go-sasl"
)

// loginServer is the mechanism LOGIN, which no RFC describes and clients use
// all the same: the server asks for "Username:" and then "Password:". An
// initial response is the user name.
type loginServer struct {
	user  *string
	login func(user, password string) error
	asked bool
}

var _ sasl.Server = (*loginServer)(nil)

// Next gives the next challenge; a nil response is none yet.
func (s *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case s.asked && response == nil:
		return nil, false, errors.New("no response to the challenge")
	case s.user == nil && response == nil:
		s.asked = true
		return []byte("Username:"), false, nil
	case s.user == nil:
		user := string(response)
		s.user, s.asked = &user, true
		return []byte("Password:"), false, nil
	}
	return nil, true, s.login(*s.user, string(response))
}
