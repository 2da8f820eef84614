package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
)

// ask sends a request to the API, and gives its status and answer.
func ask(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// The API is at the port of the page, and its mail is that of the other ports.
func TestPageHasAPI(t *testing.T) {
	addrs := startServer(t, io.Discard, "-page", "127.0.0.1:0")
	if status, text := ask(t, "POST", addrs["page"]+"api/deliver", "", `{"message": "Subject: Lunch?\r\n\r\n"}`); status != http.StatusOK {
		t.Fatalf("got %d %s", status, text)
	}
	if n := messagesIn(t, addrs["imap"]); n != 1 {
		t.Errorf("got %d messages, want 1", n)
	}
}

// The page goes on: what happens comes as server-sent events.
func TestPageIsLive(t *testing.T) {
	t.Parallel()
	addrs := startServer(t, io.Discard, "-page", "127.0.0.1:0")
	status, text := ask(t, "GET", addrs["page"], "", "")
	if status != http.StatusOK || !strings.Contains(text, "Drop all") {
		t.Fatalf("got %d %.200s", status, text)
	}
	answer, err := http.Get(addrs["page"] + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if status, text := ask(t, "POST", addrs["page"]+"api/deliver", "", `{"message": "Subject: Lunch?\r\n\r\n"}`); status != http.StatusOK {
		t.Fatalf("got %d %s", status, text)
	}
	lines := bufio.NewReader(answer.Body)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the stream ended without the message: %v", err)
		}
		if strings.HasPrefix(line, "data: {") && strings.Contains(line, "Lunch?") {
			break
		}
	}
}

// A hundred browsers follow the page, and the server ends while they do; who never reads is no
// trouble to the others.
func TestPageForMany(t *testing.T) {
	t.Parallel()
	var conns []net.Conn
	t.Cleanup(func() { // after the server has ended
		for _, nc := range conns {
			nc.Close()
		}
	})
	addrs := startServer(t, io.Discard, "-page", "127.0.0.1:0")
	page := strings.TrimSuffix(strings.TrimPrefix(addrs["page"], "http://"), "/")
	for range 100 {
		nc, err := net.Dial("tcp", page)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, nc)
		fmt.Fprintf(nc, "GET /events HTTP/1.1\r\nHost: %s\r\n\r\n", page)
	}
	for i := range 3 {
		ask(t, "POST", addrs["page"]+"api/deliver", "", fmt.Sprintf(`{"message": "Subject: letter %d\r\n\r\n"}`, i))
	}
	for _, nc := range conns[1:] { // the first never reads
		r := bufio.NewReader(nc)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(line, "letter 2") {
				break
			}
		}
	}
}

func messagesIn(t *testing.T, addr string) uint32 {
	t.Helper()
	client, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login("user", "password").Wait(); err != nil {
		t.Fatal(err)
	}
	inbox, err := client.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Logout().Wait(); err != nil {
		t.Error(err)
	}
	return inbox.NumMessages
}

// With -public the ports are handed on, faults and all, and the API wants the token.
func TestPublic(t *testing.T) {
	addrs := startServer(t, io.Discard, "-public", "s3cret", "-page", "127.0.0.1:0", "-imap", "127.0.0.1:0", "-smtp", "127.0.0.1:0")
	api := addrs["page"] + "api"
	if status, _ := ask(t, "GET", api+"/health", "", ""); status != http.StatusUnauthorized {
		t.Errorf("without the token: got %d, want 401", status)
	}
	status, health := ask(t, "GET", api+"/health", "s3cret", "")
	if status != http.StatusOK {
		t.Errorf("got %d %s", status, health)
	}
	for _, name := range []string{"imap", "imaps", "smtp", "smtps"} { // those that are handed on, and the others
		if want := fmt.Sprintf("%q:%q", name, addrs[name]); !strings.Contains(health, want) {
			t.Errorf("got %s, want %s", health, want)
		}
	}
	if n := messagesIn(t, addrs["imap"]); n != 0 {
		t.Errorf("got %d messages, want none", n)
	}

	if status, text := ask(t, "POST", api+"/rules", "s3cret", `{"point": "connect", "do": [{"verb": "reset"}]}`); status != http.StatusOK {
		t.Fatalf("got %d %s", status, text)
	}
	conn, err := net.Dial("tcp", addrs["imap"])
	if err == nil { // it may be reset before Dial is back
		defer conn.Close()
		_, err = conn.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want the connection reset", err)
	}
}
