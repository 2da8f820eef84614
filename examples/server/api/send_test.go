package api

import (
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// send sends a message as a program would.
func send(t *testing.T, addr string) {
	t.Helper()
	c, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	message := "Subject: Hello\r\nFrom: ann@example.com\r\nTo: user@example.com\r\n\r\nHi.\r\n"
	if err := c.SendMail("ann@example.com", []string{"user@example.com"}, strings.NewReader(message)); err != nil {
		t.Fatal(err)
	}
}
