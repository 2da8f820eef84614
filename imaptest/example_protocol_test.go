package imaptest_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/imaptest"
)

// talk sends commands to a server, and prints what it says to the last one.
func talk(t imaptest.TB, srv *imaptest.Server, commands ...string) {
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatalf("%v", err)
		return
	}
	defer nc.Close()
	in := bufio.NewScanner(nc)
	in.Scan() // the greeting
	for i, command := range commands {
		tag := fmt.Sprintf("a%d", i+1)
		fmt.Fprintf(nc, "%s %s\r\n", tag, command)
		for done := false; !done && in.Scan(); {
			if i == len(commands)-1 {
				fmt.Println(in.Text())
			}
			done = strings.HasPrefix(in.Text(), tag+" ")
		}
	}
}

// A client that works in batches needs no thousand messages for its test.
func ExampleWithMinBatch() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMinBatch(2))
	for range 5 {
		srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	}
	talk(t, srv, "LOGIN user password", "EXAMINE INBOX", "UIDBATCHES 2")
	// Output:
	// * UIDBATCHES (TAG "a3") 5:4,3:2,1:1
	// a3 OK UIDBATCHES completed
}

// A client that could do the same by JMAP is told so.
func ExampleWithJMAP() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithJMAP("https://jmap.example.com/session"))
	talk(t, srv, "LOGIN user password", "GETJMAPACCESS")
	// Output:
	// * JMAPACCESS "https://jmap.example.com/session"
	// a2 OK GETJMAPACCESS completed
}
