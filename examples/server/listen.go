package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/go-mailtest/mailtest/examples/server/api"
)

// listeners are those of the program itself, beside the server's.
type listeners struct {
	open []func()
	done sync.WaitGroup
}

// close ends them all, with what they serve.
func (l *listeners) close() {
	for _, end := range l.open {
		end()
	}
	l.done.Wait()
}

// serve serves the page and the API. Without a token only this machine is let in.
func (l *listeners) serve(addr, token string, door *api.API) (string, error) {
	if token == "" && !isLoopback(addr) {
		return "", fmt.Errorf("-page %s: want a loopback address, or a token by -public", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	ctx, end := context.WithCancel(context.Background())
	web := &http.Server{
		Handler:           api.Guard(token, page(door)),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		web.Serve(listener)
	}()
	l.open = append(l.open, func() {
		end()
		web.Close()
	})
	return listener.Addr().String(), nil
}

func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// forward hands what comes to an address on to a port of the server, which itself listens on
// loopback alone.
func (l *listeners) forward(addr, to string) (string, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	ctx, end := context.WithCancel(context.Background())
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			l.done.Add(1)
			go func() {
				defer l.done.Done()
				join(ctx, client.(*net.TCPConn), to)
			}()
		}
	}()
	l.open = append(l.open, func() {
		end()
		listener.Close()
	})
	return listener.Addr().String(), nil
}
