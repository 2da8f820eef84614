package main

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
)

// join connects a client to the server until one of them goes. How one goes is what the
// other sees: the end of the stream, or a reset.
func join(ctx context.Context, client *net.TCPConn, to string) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", to)
	if err != nil {
		client.SetLinger(0) // as a port that refuses
		client.Close()
		return
	}
	server := conn.(*net.TCPConn)
	stop := context.AfterFunc(ctx, func() {
		client.Close()
		server.Close()
	})
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		pass(server, client)
	}()
	pass(client, server)
	<-ended
	client.Close()
	server.Close()
}

// pass hands on what src says to dst, and that it has no more to say.
func pass(dst, src *net.TCPConn) {
	_, err := io.Copy(dst, src)
	if errors.Is(err, syscall.ECONNRESET) {
		dst.SetLinger(0)
		dst.Close()
		src.Close()
		return
	}
	dst.CloseWrite()
	if err != nil { // dst takes nothing any more
		src.CloseRead()
	}
}
