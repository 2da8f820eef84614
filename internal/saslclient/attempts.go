package saslclient

import (
	"fmt"
	"slices"
	"strings"
)

// Hunter is a password, and a token. No piece of it is in anything that a server says of
// its own.
const Hunter = "Zw3llb0yQ-hunt7er-Jx9vkE"

// Attempt is what a client sends in order to log in, a write each.
type Attempt struct {
	Name   string
	Writes []string
}

// Attempts are those of all mechanisms with [Hunter], with an initial response and without,
// and cancelled. command is what stands before the mechanism: "a AUTHENTICATE".
func Attempts(user, command string) (list []Attempt) {
	for _, x := range Exchanges(user, Hunter) {
		for _, initial := range []bool{false, true} {
			responses, first := x.Responses, command+" "+x.Mechanism
			if initial {
				if !x.Initial {
					continue
				}
				first += " " + Encode(responses[0], true)
				responses = responses[1:]
			}
			writes := []string{first + "\r\n"}
			for _, r := range responses {
				writes = append(writes, Encode(r, false)+"\r\n")
			}
			name := strings.TrimSuffix(fmt.Sprintf("%s %v", x.Mechanism, initial), " false")
			list = append(list, Attempt{name, writes}, Attempt{name + ", cancelled", slices.Insert(slices.Clone(writes), 1, "*\r\n")})
		}
	}
	return list
}

// Send sends an attempt in one of three ways: at once, write by write, byte by byte. send may
// wait for answers, and write does not.
func (a Attempt) Send(split int, send, write func(text string)) {
	switch all := strings.Join(a.Writes, ""); split {
	case 0:
		send(all)
	case 1:
		for _, w := range a.Writes {
			send(w)
		}
	default:
		for i := range len(all) {
			write(all[i : i+1])
		}
		send("")
	}
}
