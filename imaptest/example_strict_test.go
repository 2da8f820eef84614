package imaptest_test

import (
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A client that sends UTF-8 before it has enabled it is told so.
func ExampleWithStrictUTF8() {
	t := &printer{}
	defer t.end()
	client := imaptest.Start(t, imaptest.WithStrictUTF8()).Client(t)
	fmt.Println(client.Create("Entwürfe", nil).Wait() != nil)
	if _, err := client.Enable(imap.CapIMAP4rev2).Wait(); err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Println(client.Create("Entwürfe", nil).Wait())
	// Output:
	// true
	// <nil>
}

// A client that uploads mail must encode its headers, or enable UTF-8.
func ExampleWithStrictHeaders() {
	t := &printer{}
	defer t.end()
	client := imaptest.Start(t, imaptest.WithStrictHeaders()).Client(t)
	for _, subject := range []string{"für", "=?utf-8?q?f=C3=BCr?="} {
		raw := []byte("Subject: " + subject + "\r\n\r\n")
		upload := client.Append("INBOX", int64(len(raw)), nil)
		upload.Write(raw)
		upload.Close()
		_, err := upload.Wait()
		fmt.Println(err)
	}
	// Output:
	// imap: NO [CANNOT] 8-bit header fields need ENABLE UTF8=ACCEPT (RFC 9755, section 4)
	// <nil>
}

// A server that has no such names, for a client that makes them of user input.
func ExampleWithStrictNames() {
	t := &printer{}
	defer t.end()
	client := imaptest.Start(t, imaptest.WithStrictNames()).Client(t)
	fmt.Println(client.Create("100%", nil).Wait())
	// Output: imap: NO [CANNOT] mailbox name "100%" has a wildcard of LIST
}
