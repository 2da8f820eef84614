// Package loopback opens ports that nobody but this machine can reach.
package loopback

import (
	"context"
	"fmt"
	"net"
)

// Check says whether an address is host and port, and the host is loopback.
func Check(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("address %q: only loopback addresses are served", addr)
	}
	return nil
}

// plainTCP is TCP without what only a network needs: probes whether the other host is still
// there, and more than one way to it. Each would be asked of the kernel for every connection.
func plainTCP() *net.ListenConfig {
	config := &net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false)
	return config
}

// Listen opens an address; "" is an ephemeral port of 127.0.0.1.
func Listen(addr string) (net.Listener, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	ln, err := plainTCP().Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return ln, nil
}
