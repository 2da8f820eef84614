package testcert

import (
	"crypto/tls"
	"net"
	"testing"
	"testing/synctest"
)

func handshake(t *testing.T) {
	t.Helper()
	c, s := net.Pipe()
	defer c.Close()
	defer s.Close()
	server := tls.Server(s, ServerConfig())
	done := make(chan error, 1)
	go func() { done <- server.Handshake() }()
	if err := tls.Client(c, ClientConfig()).Handshake(); err != nil {
		t.Fatalf("client: %v", err)
	}
	if err := <-done; err != nil {
		t.Fatalf("server: %v", err)
	}
}

func TestHandshake(t *testing.T) { handshake(t) }

// In a bubble the clock stands at the year 2000.
func TestHandshakeInBubble(t *testing.T) { synctest.Test(t, handshake) }

func TestNames(t *testing.T) {
	leaf := get().server.Certificate[0]
	if len(leaf) == 0 || len(CAPEM()) == 0 {
		t.Fatal("no certificate")
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		cfg := ClientConfig()
		cfg.ServerName = name
		c, s := net.Pipe()
		go tls.Server(s, ServerConfig()).Handshake()
		if err := tls.Client(c, cfg).Handshake(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
		s.Close()
	}
}
