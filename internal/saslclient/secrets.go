package saslclient

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// pieceSize is how much of a secret may not be seen. It is longer than what a user name
// or a word of a protocol shares with a response by chance, and than what the nonces of a
// whole test, which are new each time, ever will.
const pieceSize = 8

// Secrets are texts of which nothing may be seen, and how they are found.
type Secrets map[string]bool

// Add adds a secret in every form in which a client might send it: as it is, and in
// base64 in each of the three alignments that it can have within a longer text.
func (s Secrets) Add(secret string) {
	s.add(secret)
	for skip := range 3 {
		if whole := (len(secret) - skip) / 3 * 3; whole > 0 {
			s.add(base64.StdEncoding.EncodeToString([]byte(secret[skip : skip+whole])))
		}
	}
}

// add adds every piece of a text.
func (s Secrets) add(text string) {
	text = strings.ToLower(text)
	for i := 0; i+pieceSize <= len(text); i++ {
		s[text[i:i+pieceSize]] = true
	}
}

// address is a number in the stack of a panic, which may look like a piece of a digest.
var address = regexp.MustCompile(`\b0x[0-9a-f]+`)

// In is the first piece of a secret in a text, in any case, "" if there is none.
func (s Secrets) In(text string) string {
	if text = strings.ToLower(text); strings.Contains(text, "0x") {
		text = address.ReplaceAllString(text, "0x")
	}
	for i := 0; i+pieceSize <= len(text); i++ {
		if s[text[i:i+pieceSize]] {
			return text[i : i+pieceSize]
		}
	}
	return ""
}

// SecretsOf are the secrets of Exchanges: the password, the responses that hold it, and
// what proves that the client knows it. That part of a response which any client sends
// is none, nor is a nonce.
func SecretsOf(user, password string) Secrets {
	s := make(Secrets)
	s.Add(password)
	for _, x := range Exchanges(user, password) {
		for _, response := range x.Responses {
			if _, proof, found := strings.Cut(response, ",p="); found {
				s.Add(proof)
			} else if x.Mechanism == "PLAIN" || x.Mechanism == "CRAM-MD5" {
				s.Add(response)
			}
		}
	}
	return s
}

// Exchange is what a client sends for a mechanism, whatever the challenges are.
type Exchange struct {
	Mechanism string
	Responses []string
	Initial   bool // the first response may be an initial one
}

// Exchanges are those of all mechanisms. What depends on a challenge is made up: it is
// refused, and a secret like any other.
func Exchanges(user, password string) []Exchange {
	return []Exchange{
		{"PLAIN", []string{"\x00" + user + "\x00" + password}, true},
		{"LOGIN", []string{user, password}, true},
		{"CRAM-MD5", []string{user + " 9e95aee09c40af2b84a0c2b3bbae786e"}, false},
		{"SCRAM-SHA-1", []string{"n,,n=" + user + ",r=fyko+d2lbbFgONRv9qkx", "c=biws,r=fyko+d2lbbFgONRv9qkx3rfcNHYJY1,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", ""}, true},
		{"SCRAM-SHA-256", []string{"n,,n=" + user + ",r=rOprNGfwEbeRWgbN", "c=biws,r=rOprNGfwEbeRWgbN%hvYDpWUa2RaT,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgs", ""}, true},
		{"SCRAM-SHA-256-PLUS", []string{"p=" + password + ",,n=" + user + ",r=rOprNGfwEbeRWgbN", "c=cD10bHM,r=rOprNGfwEbeR,p=dHzbZapWIk4jUhN"}, true},
		{"XOAUTH2", []string{"user=" + user + "\x01auth=Bearer " + password + "\x01\x01", ""}, true},
		{"OAUTHBEARER", []string{"n,a=" + user + ",\x01auth=Bearer " + password + "\x01\x01", "\x01"}, true},
		{"EXTERNAL", []string{password}, true},
		{"FROB", []string{password, password}, true},
	}
}

// Encode is a response in base64; the empty one is an empty line, and "=" where it is an
// initial response (RFC 4959, section 3; RFC 4954, section 4).
func Encode(response string, initial bool) string {
	if response == "" && initial {
		return "="
	}
	return base64.StdEncoding.EncodeToString([]byte(response))
}
