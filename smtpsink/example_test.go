package smtpsink_test

import (
	"fmt"
	"net/smtp"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// In a test, smtpsink.Start(t) does what New and Close do here.
func Example() {
	sink, err := smtpsink.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sink.Close()

	// The code under test.
	err = smtp.SendMail(sink.Addr(), nil, "shop@example.com", []string{"bob@example.com", "audit@example.com"},
		[]byte("From: shop@example.com\r\nTo: bob@example.com\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"))
	if err != nil {
		fmt.Println(err)
	}

	for _, m := range sink.Messages() {
		fmt.Printf("%s: %q to %v\n", m.From, m.Subject(), m.Recipients())
	}
	// Output: shop@example.com: "Your order" to [bob@example.com audit@example.com]
}
